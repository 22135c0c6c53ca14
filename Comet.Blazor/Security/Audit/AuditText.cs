using System.Text;

namespace Comet.Blazor.Security.Audit;

/// <summary>Texts as they are put on record: whatever a stranger sends as a name must neither fill the disk nor break a line.</summary>
internal static class AuditText
{
    /// <summary>Characters of a name, an id or an address.</summary>
    public const int LongestName = 256;

    /// <summary>Characters of a reason or a note.</summary>
    public const int LongestSentence = 1_000;

    /// <summary>Without control characters, marks that turn the direction of writing (they make a name look like another one) and halves of characters, and not longer than said.</summary>
    public static string Clean(string? text, int longest)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var clean = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes()) // half a pair comes as U+FFFD
        {
            if (clean.Length + rune.Utf16SequenceLength > longest)
            {
                return clean.Append('…').ToString();
            }

            clean.Append(Rune.IsControl(rune) || IsTurn(rune.Value) ? " " : rune.ToString());
        }

        return clean.ToString();
    }

    private static bool IsTurn(int rune) => rune is 0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
