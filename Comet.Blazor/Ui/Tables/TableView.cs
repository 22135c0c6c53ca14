using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Time;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Ui.Tables;

/// <summary>Everything the rows of a table are drawn from. The rows are drawn again only for a new instance.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
/// <param name="Rows">The rows.</param>
/// <param name="Looks">The visible columns.</param>
/// <param name="KeyOf">The key of a row.</param>
/// <param name="Words">What the filter looks for.</param>
/// <param name="Clock">The viewer's clock.</param>
public sealed record TableView<TRow>(IReadOnlyList<TRow> Rows, IReadOnlyList<ColumnLook<TRow>> Looks, Func<TRow, string> KeyOf, FilterWords Words, BrowserClock Clock)
{
    /// <summary>The column that names a row.</summary>
    public TableColumn<TRow>? Name { get; init; }

    /// <summary>Address of a row's page.</summary>
    public Func<TRow, string>? Href { get; init; }

    /// <summary>Extra class of a row.</summary>
    public Func<TRow, string?>? RowClass { get; init; }

    /// <summary>What is shown below a row; null for nothing.</summary>
    public Func<TRow, RenderFragment?>? Detail { get; init; }

    /// <summary>Ticks; null when rows can't be ticked.</summary>
    public TableSelection? Selection { get; init; }

    /// <summary>Rows have a menu.</summary>
    public bool HasMenu { get; init; }

    /// <summary>Whether a row is there no more.</summary>
    public Func<string, bool> IsGone { get; init; } = static _ => false;
}
