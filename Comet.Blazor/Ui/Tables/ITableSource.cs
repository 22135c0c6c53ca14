using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui.Tables;

/// <summary>Where a table's rows come from: a list in memory, or a store that pages on the server.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
public interface ITableSource<TRow>
{
    /// <summary>One page, filtered and sorted. A page behind the last answers no rows and the true total.</summary>
    Task<PageOf<TRow>> PageAsync(PageRequest request, CancellationToken ct);

    /// <summary>All rows that match, in order, in chunks; page and size of the request are ignored. For exports and "select all".</summary>
    IAsyncEnumerable<IReadOnlyList<TRow>> AllAsync(PageRequest request, CancellationToken ct);
}
