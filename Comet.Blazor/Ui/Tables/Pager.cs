namespace Comet.Blazor.Ui.Tables;

/// <summary>Which page numbers a selector offers: the first, the last, and the current one with its neighbours.</summary>
public static class Pager
{
    /// <summary>Page numbers in order; 0 stands for a gap. A gap never hides a single page.</summary>
    /// <param name="current">The current page, from 1.</param>
    /// <param name="last">The last page, at least 1.</param>
    public static IReadOnlyList<int> Pages(int current, int last)
    {
        if (last <= 5)
        {
            return [.. Enumerable.Range(1, last)];
        }

        var from = Math.Clamp(current - 1, 2, last - 3); // three in the middle
        var to = from + 2 == last - 2 ? last - 1 : from + 2;
        from = from == 3 ? 2 : from;
        List<int> pages = [1];
        if (from > 2)
        {
            pages.Add(0);
        }

        pages.AddRange(Enumerable.Range(from, to - from + 1));
        if (to < last - 1)
        {
            pages.Add(0);
        }

        pages.Add(last);
        return pages;
    }
}
