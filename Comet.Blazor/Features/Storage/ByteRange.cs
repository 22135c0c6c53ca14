using System.Globalization;

namespace Comet.Blazor.Features.Storage;

/// <summary>One range of bytes of a request (RFC 9110 §14).</summary>
/// <param name="From">First byte.</param>
/// <param name="Length">Number of bytes; 0 when the range lies outside.</param>
public readonly record struct ByteRange(long From, long Length)
{
    /// <summary>
    /// Reads "bytes=a-b", "bytes=a-" and "bytes=-n", clamped to the object's size. Null, which means the whole object, for no header, another unit,
    /// several ranges, or a range that is none.
    /// </summary>
    public static ByteRange? Parse(string? header, long size)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var text = header.AsSpan(6).Trim();
        var dash = text.IndexOf('-');
        if (dash < 0 || text.Contains(','))
        {
            return null;
        }

        var first = text[..dash].Trim();
        var last = text[(dash + 1)..].Trim();
        if (first.IsEmpty)
        {
            return TryNumber(last, out var tail) ? new ByteRange(Math.Max(size - tail, 0), Math.Min(tail, size)) : null;
        }

        var to = long.MaxValue;
        if (!TryNumber(first, out var from) || (!last.IsEmpty && !TryNumber(last, out to)) || to < from)
        {
            return null;
        }

        return from >= size ? new ByteRange(from, 0) : new ByteRange(from, Math.Min(to, size - 1) - from + 1);
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out long number)
    {
        number = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            number = long.MaxValue; // more digits than any size has
        }

        return true;
    }
}
