using System.Collections.Immutable;

namespace Comet.Blazor.Kernel;

/// <summary>One key of a sort order.</summary>
/// <param name="Column">The column's key, as in the URL.</param>
/// <param name="Descending">Largest first.</param>
public readonly record struct SortKey(string Column, bool Descending);

/// <summary>What a table asks of a query: one page of rows.</summary>
/// <param name="Page">One-based page number.</param>
/// <param name="Size">Rows per page, 1 to <see cref="MaxSize"/>.</param>
/// <param name="Filter">Words that must all occur in the searched columns; quotes keep a phrase; empty for all.</param>
/// <param name="Sort">Sort keys, the first counts most; empty for the query's natural order.</param>
/// <param name="Columns">Keys of the visible columns, which are the ones searched; empty for the query's default.</param>
public sealed record PageRequest(int Page, int Size, string Filter, ImmutableArray<SortKey> Sort, ImmutableArray<string> Columns)
{
    /// <summary>The largest page that may be asked for (decisions.md 20).</summary>
    public const int MaxSize = 500;

    /// <summary>The number of rows before this page.</summary>
    public int Skip => (Math.Max(Page, 1) - 1) * Math.Clamp(Size, 1, MaxSize);

    /// <summary>The first page of everything.</summary>
    public static PageRequest First(int size = 15) => new(1, size, "", [], []);
}

/// <summary>One page of rows.</summary>
/// <typeparam name="T">The row's type.</typeparam>
/// <param name="Rows">The rows of the page.</param>
/// <param name="Total">Number of rows that match the filter.</param>
/// <param name="Unfiltered">Number of rows without the text filter.</param>
public sealed record PageOf<T>(IReadOnlyList<T> Rows, int Total, int Unfiltered);
