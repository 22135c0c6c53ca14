using System.Runtime.CompilerServices;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Time;

namespace Comet.Blazor.Ui.Tables;

/// <summary>
/// A table over a list in memory: filters by the text of the visible columns, sorts by value (stable, missing values last), pages.
/// For lists of some thousand rows; larger ones page in their store.
/// </summary>
/// <typeparam name="TRow">The row's type.</typeparam>
/// <param name="rows">Reads the list now.</param>
/// <param name="columns">The table's columns.</param>
/// <param name="clock">The viewer's clock, so that times are found as they are shown; null for UTC.</param>
public sealed class ListSource<TRow>(Func<CancellationToken, Task<IReadOnlyList<TRow>>> rows, IReadOnlyList<TableColumn<TRow>> columns, BrowserClock? clock = null) : ITableSource<TRow>
{
    private const int Chunk = 1_000;

    /// <inheritdoc />
    public async Task<PageOf<TRow>> PageAsync(PageRequest request, CancellationToken ct)
    {
        var all = await rows(ct);
        var found = Sort(Filter(all, request), request);
        return new PageOf<TRow>([.. found.Skip(request.Skip).Take(Math.Clamp(request.Size, 1, PageRequest.MaxSize))], found.Count, all.Count);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<TRow>> AllAsync(PageRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var chunk in Sort(Filter(await rows(ct), request), request).Chunk(Chunk))
        {
            ct.ThrowIfCancellationRequested();
            yield return chunk;
        }
    }

    private IReadOnlyList<TRow> Filter(IReadOnlyList<TRow> all, PageRequest request)
    {
        var words = FilterWords.Parse(request.Filter);
        if (words.IsEmpty)
        {
            return all;
        }

        TableColumn<TRow>[] searched = [.. columns.Where(c => request.Columns.IsEmpty ? !c.HiddenByDefault : request.Columns.Contains(c.Key))];
        var cells = new string?[searched.Length];
        var found = new List<TRow>();
        foreach (var row in all)
        {
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = CellText.Of(searched[i].Kind, searched[i].Relative, searched[i].Value(row), clock) ?? searched[i].None;
            }

            if (words.Matches(cells))
            {
                found.Add(row);
            }
        }

        return found;
    }

    private IReadOnlyList<TRow> Sort(IReadOnlyList<TRow> found, PageRequest request)
    {
        IOrderedEnumerable<TRow>? sorted = null;
        foreach (var key in request.Sort)
        {
            if (columns.FirstOrDefault(c => c.Key == key.Column && c.Sortable) is not { } column)
            {
                continue;
            }

            var missingLast = sorted?.ThenBy(row => column.Value(row) is null) ?? found.OrderBy(row => column.Value(row) is null);
            sorted = key.Descending
                ? missingLast.ThenByDescending(row => column.Value(row)!, ValueComparer.Instance)
                : missingLast.ThenBy(row => column.Value(row)!, ValueComparer.Instance);
        }

        return sorted is null ? found : [.. sorted];
    }
}
