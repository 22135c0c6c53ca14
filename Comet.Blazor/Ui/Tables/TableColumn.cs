using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Ui.Tables;

/// <summary>Kind of a column's value: decides alignment, sorting by value, and how it is exported.</summary>
public enum ColumnKind
{
    /// <summary>Text, left.</summary>
    Text,

    /// <summary>Whole number, right.</summary>
    Number,

    /// <summary>Bytes (<see cref="long"/>), right; shown in binary units, exported as raw bytes.</summary>
    Size,

    /// <summary><see cref="DateTimeOffset"/>, UTC; shown in the viewer's zone, exported with offset.</summary>
    Time,

    /// <summary>Seconds (<see cref="long"/>), right; shown as "10 min 04 s", exported as seconds.</summary>
    Duration,
}

/// <summary>One column of the standard table.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
/// <param name="Key">Key in the URL and in remembered preferences; lower-case letters and dashes.</param>
/// <param name="Title">Heading.</param>
/// <param name="Value">
/// The cell's value by <see cref="ColumnKind"/>: string, long or DateTimeOffset; null shows <see cref="None"/>. Sorted, filtered and exported by it.
/// </param>
public sealed record TableColumn<TRow>(string Key, string Title, Func<TRow, object?> Value)
{
    /// <summary>Kind of the value.</summary>
    public ColumnKind Kind { get; init; } = ColumnKind.Text;

    /// <summary>Own markup of the cell; the default shows the value. Plain elements only, no components (decisions.md 19).</summary>
    public RenderFragment<TRow>? Cell { get; init; }

    /// <summary>Times of this column read "38 min ago", refreshed; false for the clock time, which compares better.</summary>
    public bool Relative { get; init; }

    /// <summary>Not shown until the viewer asks for it.</summary>
    public bool HiddenByDefault { get; init; }

    /// <summary>False when the source can't sort by it.</summary>
    public bool Sortable { get; init; } = true;

    /// <summary>What stands for null: "none" or "never".</summary>
    public string None { get; init; } = "none";

    /// <summary>1 (always) to 3 (first to go on narrow screens).</summary>
    public int Priority { get; init; } = 2;

    /// <summary>
    /// The column whose cell is the link to the row's page and, on a phone, the card's title; it can't be hidden. With own markup
    /// (<see cref="Cell"/>) the markup brings the link.
    /// </summary>
    public bool IsName { get; init; }
}

/// <summary>One entry of a row's menu.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
/// <param name="Text">What it does.</param>
/// <param name="Run">Does it.</param>
public sealed record RowAction<TRow>(string Text, Func<TRow, Task> Run)
{
    /// <summary>SVG path content of the icon.</summary>
    public string Icon { get; init; } = "";

    /// <summary>Red, last, after a divider.</summary>
    public bool Dangerous { get; init; }

    /// <summary>Whether the row offers it at all.</summary>
    public Func<TRow, bool> Visible { get; init; } = static _ => true;

    /// <summary>Why it is disabled for the row; null when enabled.</summary>
    public Func<TRow, string?> DisabledBecause { get; init; } = static _ => null;
}

/// <summary>One action on ticked rows.</summary>
/// <param name="Text">What it does.</param>
/// <param name="Run">Does it, given the keys of the ticked rows; answers the summary to show, or null when nothing was done, so that the ticks stay.</param>
public sealed record BulkAction(string Text, Func<IReadOnlyCollection<string>, Task<string?>> Run)
{
    /// <summary>SVG path content of the icon.</summary>
    public string Icon { get; init; } = "";

    /// <summary>Red.</summary>
    public bool Dangerous { get; init; }
}
