using System.Globalization;
using System.Text;
using Comet.Blazor.Kernel;
using MimeKit;

namespace Comet.Blazor.Features.Mail;

/// <summary>What may stand in the headers of a message: nothing that begins another line (spec/04 §8).</summary>
public static class MailText
{
    /// <summary>Longest address, in characters (RFC 5321 §4.5.3.1.3, without the brackets).</summary>
    public const int LongestAddress = 254;

    /// <summary>Longest subject and name, in characters; more is cut.</summary>
    public const int LongestLine = 400;

    /// <summary>One line: each run of line breaks, control and invisible separating characters is one space, cut to <see cref="LongestLine"/>.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, LongestLine));
        var gap = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                gap = true;
                continue;
            }

            if (line.Length + rune.Utf16SequenceLength + 1 > LongestLine)
            {
                break;
            }

            line.Append(gap ? " " : "").Append(rune.ToString());
            gap = false;
        }

        return line.ToString().Trim();
    }

    /// <summary>Whether the text is one address such as "ops@example.com", and nothing more.</summary>
    /// <param name="address">As a person wrote it.</param>
    public static Outcome CheckAddress(string address) =>
        address.Length is > 0 and <= LongestAddress
        && !address.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c) || c is ',' or ';' or '<' or '>' or '"')
        && MailboxAddress.TryParse(address, out var parsed) && parsed.Address == address && parsed.Route.Count == 0
        && address.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at < address.Length - 1
            ? Outcome.Done
            : Outcome.Invalid($"“{Line(address)}” is no e-mail address. Write one such as ops@example.com, without a name.");
}
