namespace Comet.Blazor.Ui.Tables;

/// <summary>The ticked rows of a table, by key. They stay ticked across pages and sort orders.</summary>
public sealed class TableSelection
{
    private readonly HashSet<string> _keys = [];
    private string? _anchor;

    /// <summary>Keys of the ticked rows.</summary>
    public IReadOnlyCollection<string> Keys => _keys;

    /// <summary>Number of ticked rows.</summary>
    public int Count => _keys.Count;

    /// <summary>Whether the row is ticked.</summary>
    public bool Has(string key) => _keys.Contains(key);

    /// <summary>How much of a page is ticked: true all, false none, null some.</summary>
    public bool? OfPage(IReadOnlyCollection<string> page)
    {
        var ticked = page.Count(_keys.Contains);
        return ticked == 0 ? false : ticked == page.Count ? true : null;
    }

    /// <summary>Turns a row's tick; with <paramref name="range"/> all rows from the last one turned to this one get the same.</summary>
    public void Toggle(string key, bool range, IReadOnlyList<string> page)
    {
        var on = !_keys.Contains(key);
        var (from, to) = (range && _anchor is not null ? IndexOf(page, _anchor) : -1, IndexOf(page, key));
        if (from < 0 || to < 0)
        {
            Set(key, on);
        }
        else
        {
            for (var i = Math.Min(from, to); i <= Math.Max(from, to); i++)
            {
                Set(page[i], on);
            }
        }

        _anchor = key;
    }

    /// <summary>Ticks the page, or clears it when it is ticked wholly.</summary>
    public void TogglePage(IReadOnlyCollection<string> page)
    {
        var on = OfPage(page) != true;
        foreach (var key in page)
        {
            Set(key, on);
        }
    }

    /// <summary>Ticks more rows.</summary>
    public void Add(IEnumerable<string> keys) => _keys.UnionWith(keys);

    /// <summary>Clears all ticks.</summary>
    public void Clear()
    {
        _keys.Clear();
        _anchor = null;
    }

    private static int IndexOf(IReadOnlyList<string> page, string key)
    {
        for (var i = 0; i < page.Count; i++)
        {
            if (page[i] == key)
            {
                return i;
            }
        }

        return -1;
    }

    private void Set(string key, bool on)
    {
        if (on)
        {
            _keys.Add(key);
        }
        else
        {
            _keys.Remove(key);
        }
    }
}
