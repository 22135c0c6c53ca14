using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui.Tables;

/// <summary>
/// The rows on screen. News patch them where they stand; whatever would move a row waits until the viewer acts.
/// </summary>
/// <typeparam name="TRow">The row's type.</typeparam>
public sealed class VisibleRows<TRow>
{
    private readonly HashSet<string> _gone = [];
    private int _shownTotal;

    /// <summary>The rows in order.</summary>
    public IReadOnlyList<TRow> Rows { get; private set; } = [];

    /// <summary>Number of rows that match the filter, by the last answer.</summary>
    public int Total { get; private set; }

    /// <summary>Number of rows without the text filter, by the last answer.</summary>
    public int Unfiltered { get; private set; }

    /// <summary>Number of rows that came since the page was shown and wait.</summary>
    public int New { get; private set; }

    /// <summary>True when the page would look otherwise if it were loaded now.</summary>
    public bool Outdated { get; private set; }

    /// <summary>True when the row was not found any more.</summary>
    public bool IsGone(string key) => _gone.Contains(key);

    /// <summary>Shows a page as it is.</summary>
    public void Show(PageOf<TRow> page)
    {
        (Rows, Total, Unfiltered, _shownTotal) = (page.Rows, page.Total, page.Unfiltered, page.Total);
        (New, Outdated) = (0, false);
        _gone.Clear();
    }

    /// <summary>What the rows on screen look like now. Changes nothing yet: the viewer may have gone on meanwhile.</summary>
    public async Task<RowPatch<TRow>> ReadAsync(ITableSource<TRow> source, PageRequest request, Func<TRow, string> keyOf, CancellationToken ct)
    {
        var fresh = await source.PageAsync(request, ct);
        var known = new Dictionary<string, TRow>();
        Learn(known, fresh, keyOf);
        var grown = fresh.Total - _shownTotal;
        foreach (var page in Neighbours(request, grown, fresh.Total))
        {
            if (Rows.All(row => known.ContainsKey(keyOf(row))))
            {
                break;
            }

            Learn(known, await source.PageAsync(request with { Page = page }, ct), keyOf);
        }

        return new RowPatch<TRow>(fresh, known);
    }

    /// <summary>Takes over what <see cref="ReadAsync"/> found.</summary>
    public void Apply(RowPatch<TRow> patch, Func<TRow, string> keyOf)
    {
        var fresh = patch.Page.Rows.Select(keyOf).ToList();
        var shown = Rows.Select(keyOf).ToList();
        if (fresh.Count >= shown.Count && fresh.Take(shown.Count).SequenceEqual(shown))
        {
            Show(patch.Page); // nothing moves; rows behind the last one may simply appear
            return;
        }

        _gone.Clear();
        _gone.UnionWith(shown.Where(key => !patch.Known.ContainsKey(key)));
        Rows = [.. Rows.Select((row, i) => patch.Known.GetValueOrDefault(shown[i], row))];
        (Total, Unfiltered) = (patch.Page.Total, patch.Page.Unfiltered);
        New = Math.Max(0, patch.Page.Total - _shownTotal);
        Outdated = true;
    }

    private static void Learn(Dictionary<string, TRow> known, PageOf<TRow> page, Func<TRow, string> keyOf)
    {
        foreach (var row in page.Rows)
        {
            known[keyOf(row)] = row;
        }
    }

    /// <summary>Pages to which the shown rows may have moved: new rows push them on, removed ones pull them back, a changed value either.</summary>
    private static IEnumerable<int> Neighbours(PageRequest request, int grown, int total)
    {
        var last = (total + request.Size - 1) / request.Size;
        var by = grown / request.Size;
        int[] pages = grown switch
        {
            > 0 => [request.Page + by, request.Page + by + 1],
            < 0 => [request.Page - 1],
            _ => [request.Page + 1, request.Page - 1],
        };
        return pages.Where(page => page != request.Page && page >= 1 && page <= last);
    }
}

/// <summary>News about the rows on screen.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
/// <param name="Page">The page as it would be loaded now.</param>
/// <param name="Known">Rows found by their keys, on this page and beside it.</param>
public sealed record RowPatch<TRow>(PageOf<TRow> Page, IReadOnlyDictionary<string, TRow> Known);
