using System.Collections.Immutable;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.WebUtilities;

namespace Comet.Blazor.Ui.Tables;

/// <summary>What a table shows, as its address holds it: <c>?q=&amp;sort=-started,username&amp;show=25&amp;page=3</c>.</summary>
/// <param name="Filter">Text of the filter field.</param>
/// <param name="Sort">Sort keys as in the address; empty for the source's natural order.</param>
/// <param name="Size">Rows per page, one of <see cref="Sizes"/>.</param>
/// <param name="Page">One-based page number.</param>
public sealed record TableState(string Filter, string Sort, int Size, int Page)
{
    /// <summary>Rows per page unless somebody chose otherwise (mission, "Pagination").</summary>
    public const int DefaultSize = 15;

    private const int LastPage = int.MaxValue / PageRequest.MaxSize; // so that the rows before it can be counted in an int

    /// <summary>The page sizes on offer; never "all" (decisions.md 20).</summary>
    public static readonly ImmutableArray<int> Sizes = [DefaultSize, 25, 50, 100, PageRequest.MaxSize];

    /// <summary>The sort keys.</summary>
    public ImmutableArray<SortKey> SortKeys => ParseSort(Sort);

    /// <summary>Reads an address; what is missing or senseless gets its default.</summary>
    /// <param name="uri">Absolute address.</param>
    /// <param name="defaultSort">Sort order when the address holds none.</param>
    /// <param name="size">Rows per page when the address holds none.</param>
    /// <param name="sortable">Whether a column of this key can be sorted by.</param>
    public static TableState Read(string uri, string defaultSort, int size, Func<string, bool> sortable)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri).Query);
        var filter = query.TryGetValue("q", out var q) ? q.ToString() : "";
        var sort = query.TryGetValue("sort", out var s) ? FormatSort([.. ParseSort(s.ToString()).Where(k => sortable(k.Column))]) : "";
        return new TableState(
            filter.Length > FilterWords.MaxLength ? filter[..FilterWords.MaxLength] : filter,
            sort.Length == 0 ? defaultSort : sort,
            Number(query, "show") is { } show && Sizes.Contains(show) ? show : Sizes.Contains(size) ? size : DefaultSize,
            Math.Clamp(Number(query, "page") ?? 1, 1, LastPage));
    }

    /// <summary>The query parameters that stand for this state; null for those that are left out.</summary>
    public IReadOnlyDictionary<string, object?> Query(string defaultSort) => new Dictionary<string, object?>
    {
        ["q"] = Filter.Length == 0 ? null : Filter,
        ["sort"] = Sort.Length == 0 || Sort == defaultSort ? null : Sort,
        ["show"] = Size == DefaultSize ? null : Size,
        ["page"] = Page == 1 ? null : Page,
    };

    /// <summary>What the source is asked.</summary>
    public PageRequest Request(IEnumerable<string> columns) => new(Page, Size, Filter, SortKeys, [.. columns]);

    /// <summary>
    /// The state after a click on a heading: ascending, descending, none. With <paramref name="add"/> the other keys stay, else they go.
    /// None at all leads back to <paramref name="defaultSort"/>.
    /// </summary>
    public TableState ToggleSort(string column, bool add, string defaultSort)
    {
        var keys = SortKeys.ToList();
        var at = keys.FindIndex(k => k.Column == column);
        SortKey? next = at < 0 ? new SortKey(column, false) : keys[at].Descending ? null : new SortKey(column, true);
        if (!add)
        {
            keys = next is { } only ? [only] : [];
        }
        else if (at < 0)
        {
            keys.Add(new SortKey(column, false));
        }
        else if (next is { } turned)
        {
            keys[at] = turned;
        }
        else
        {
            keys.RemoveAt(at);
        }

        return this with { Sort = keys.Count == 0 ? defaultSort : FormatSort(keys), Page = 1 };
    }

    /// <summary>Reads "-started,username"; each column counts once.</summary>
    public static ImmutableArray<SortKey> ParseSort(string text) =>
    [
        .. text.Split(',', 9, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(8)
            .Select(part => part[0] == '-' ? new SortKey(part[1..], true) : new SortKey(part, false))
            .DistinctBy(key => key.Column),
    ];

    /// <summary>Writes "-started,username".</summary>
    public static string FormatSort(IEnumerable<SortKey> keys) => string.Join(',', keys.Select(k => k.Descending ? "-" + k.Column : k.Column));

    private static int? Number(Dictionary<string, Microsoft.Extensions.Primitives.StringValues> query, string name) =>
        query.TryGetValue(name, out var text) && int.TryParse(text.ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
}
