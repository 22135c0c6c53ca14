namespace Comet.Blazor.Ui.Tables;

/// <summary>Which columns of a table are visible, and in which order.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
public sealed class ColumnLayout<TRow>
{
    private const int Facts = 4; // labelled facts on a phone's card

    private readonly IReadOnlyList<TableColumn<TRow>> _all;
    private readonly List<TableColumn<TRow>> _order;
    private readonly HashSet<string> _visible;

    /// <summary>A layout as remembered.</summary>
    /// <param name="all">The columns in their default order.</param>
    /// <param name="remembered">Keys of the visible ones in order; null for the default. Keys that no longer exist are passed over.</param>
    public ColumnLayout(IReadOnlyList<TableColumn<TRow>> all, IReadOnlyList<string>? remembered)
    {
        _all = all;
        var own = remembered?.Select(key => all.FirstOrDefault(c => c.Key == key)).OfType<TableColumn<TRow>>().Distinct().ToList() ?? [];
        if (own.Count == 0)
        {
            _order = [.. all.OrderBy(c => c.HiddenByDefault)];
            _visible = [.. all.Where(c => !c.HiddenByDefault).Select(c => c.Key)];
        }
        else
        {
            IsOwn = true;
            _order = [.. own, .. all.Except(own).OrderBy(c => c.HiddenByDefault)];
            _visible = [.. own.Select(c => c.Key)];
        }

        (Visible, Looks) = Show();
    }

    /// <summary>All columns in the order of the chooser.</summary>
    public IReadOnlyList<TableColumn<TRow>> Order => _order;

    /// <summary>The visible columns in order; at least one.</summary>
    public IReadOnlyList<TableColumn<TRow>> Visible { get; private set; }

    /// <summary>The visible columns with their classes.</summary>
    public IReadOnlyList<ColumnLook<TRow>> Looks { get; private set; }

    /// <summary>True when the viewer changed something; then no column hides by itself on narrow screens.</summary>
    public bool IsOwn { get; private set; }

    /// <summary>What to remember; null for the default.</summary>
    public IReadOnlyList<string>? ToRemember => IsOwn ? [.. Visible.Select(c => c.Key)] : null;

    /// <summary>Whether the column is shown.</summary>
    public bool IsVisible(TableColumn<TRow> column) => _visible.Contains(column.Key);

    /// <summary>Whether the column may be hidden: the last visible one and the one with the row's name stay.</summary>
    public bool CanHide(TableColumn<TRow> column) => !column.IsName && (_visible.Count > 1 || !IsVisible(column));

    /// <summary>Shows or hides a column. False when it stays as it is.</summary>
    public bool Toggle(string key)
    {
        if (_order.Find(c => c.Key == key) is not { } column || !CanHide(column))
        {
            return false;
        }

        if (!_visible.Remove(key))
        {
            _visible.Add(key);
        }

        return Changed();
    }

    /// <summary>Moves a column to another place among all. False when nothing changed.</summary>
    public bool Move(string key, int to)
    {
        var from = _order.FindIndex(c => c.Key == key);
        if (from < 0 || to < 0 || to >= _order.Count || from == to)
        {
            return false;
        }

        var column = _order[from];
        _order.RemoveAt(from);
        _order.Insert(to, column);
        return Changed();
    }

    /// <summary>The default layout of the same columns.</summary>
    public ColumnLayout<TRow> Reset() => new(_all, null);

    private bool Changed()
    {
        IsOwn = true;
        (Visible, Looks) = Show();
        return true;
    }

    private (List<TableColumn<TRow>> Visible, List<ColumnLook<TRow>> Looks) Show()
    {
        List<TableColumn<TRow>> visible = [.. _order.Where(c => _visible.Contains(c.Key))];
        var status = visible.Find(c => !c.IsName && c.Key == "status")
            ?? visible.Find(c => !c.IsName && c is { Priority: 1, Kind: ColumnKind.Text });
        HashSet<string> facts = [.. visible.Where(c => !c.IsName && c != status).OrderBy(c => c.Priority).Take(Facts).Select(c => c.Key)];
        return (visible, [.. visible.Select((c, i) => new ColumnLook<TRow>(c, Classes(c, i == 0, c == status, facts.Contains(c.Key))))]);
    }

    private string Classes(TableColumn<TRow> column, bool first, bool status, bool fact)
    {
        List<string> classes = [];
        Add(classes, first, "ct-first");
        Add(classes, column.IsName, "ct-name");
        Add(classes, CellText.IsRight(column.Kind), "num");
        Add(classes, column.Kind == ColumnKind.Time, "ct-time");
        Add(classes, !IsOwn && column.Priority >= 3, "ct-low");
        Add(classes, status, "ct-status");
        Add(classes, fact, "ct-fact");
        return string.Join(' ', classes);
    }

    private static void Add(List<string> classes, bool when, string name)
    {
        if (when)
        {
            classes.Add(name);
        }
    }
}

/// <summary>A visible column and the classes of its cells.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
/// <param name="Column">The column.</param>
/// <param name="Class">The classes.</param>
public sealed record ColumnLook<TRow>(TableColumn<TRow> Column, string Class);
