using System.Collections.Immutable;

namespace Comet.Blazor.Kernel;

/// <summary>One stretch of a text that a filter found.</summary>
/// <param name="Start">Index of the first character.</param>
/// <param name="Length">Number of characters, at least 1.</param>
public readonly record struct TextMark(int Start, int Length);

/// <summary>
/// The words of a "Filter…" field: separated by spaces, a double quote before a word keeps a phrase together up to the next quote. All words must
/// occur, each in any cell; upper and lower case are the same. Parse once per query, then ask per row: asking allocates nothing.
/// </summary>
public sealed class FilterWords
{
    /// <summary>Characters of a filter text that count; the rest is ignored, so that a hostile text costs no more than a long one.</summary>
    public const int MaxLength = 500;

    /// <summary>No words: everything matches.</summary>
    public static readonly FilterWords None = new([]);

    private FilterWords(ImmutableArray<string> words) => Words = words;

    /// <summary>The words and phrases, as typed, without quotes, each once.</summary>
    public ImmutableArray<string> Words { get; }

    /// <summary>True when everything matches.</summary>
    public bool IsEmpty => Words.IsEmpty;

    /// <summary>Reads a filter text. A phrase without its second quote reaches to the end, so that results are right while it is typed.</summary>
    public static FilterWords Parse(string? text)
    {
        var rest = text.AsSpan();
        rest = (rest.Length > MaxLength ? rest[..MaxLength] : rest).Trim();
        if (rest.IsEmpty)
        {
            return None;
        }

        var words = ImmutableArray.CreateBuilder<string>();
        while (!rest.IsEmpty)
        {
            var word = Next(ref rest).Trim();
            if (!word.IsEmpty && !Holds(words, word))
            {
                words.Add(word.ToString());
            }
        }

        return words.Count == 0 ? None : new FilterWords(words.DrainToImmutable());
    }

    /// <summary>True when every word occurs in some cell. Null cells hold nothing.</summary>
    public bool Matches(params ReadOnlySpan<string?> cells)
    {
        foreach (var word in Words)
        {
            if (!Occurs(word, cells))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Where the words occur in <paramref name="text"/>: in order, neither overlapping nor touching; empty when none does.</summary>
    public ImmutableArray<TextMark> Marks(string? text)
    {
        if (IsEmpty || string.IsNullOrEmpty(text))
        {
            return [];
        }

        List<TextMark>? found = null;
        foreach (var word in Words)
        {
            for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = Following(text, word, at))
            {
                (found ??= []).Add(new TextMark(at, word.Length));
            }
        }

        return found is null ? [] : Join(found);
    }

    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> rest)
    {
        var phrase = rest[0] == '"';
        rest = phrase ? rest[1..] : rest;
        var end = phrase ? rest.IndexOf('"') : IndexOfSpace(rest);
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..].TrimStart();
        return word;
    }

    private static int IndexOfSpace(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Holds(ImmutableArray<string>.Builder words, ReadOnlySpan<char> word)
    {
        foreach (var known in words)
        {
            if (word.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Occurs(string word, ReadOnlySpan<string?> cells)
    {
        foreach (var cell in cells)
        {
            if (cell is not null && cell.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static int Following(string text, string word, int at) =>
        at + word.Length >= text.Length ? -1 : text.IndexOf(word, at + word.Length, StringComparison.OrdinalIgnoreCase);

    private static ImmutableArray<TextMark> Join(List<TextMark> found)
    {
        found.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        var marks = ImmutableArray.CreateBuilder<TextMark>(found.Count);
        foreach (var mark in found)
        {
            if (marks.Count > 0 && mark.Start <= marks[^1].Start + marks[^1].Length)
            {
                var last = marks[^1];
                marks[^1] = last with { Length = Math.Max(last.Length, mark.Start + mark.Length - last.Start) };
            }
            else
            {
                marks.Add(mark);
            }
        }

        return marks.DrainToImmutable();
    }
}
