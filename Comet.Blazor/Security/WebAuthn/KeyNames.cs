using System.Buffers.Text;
using System.Text;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>How people call their keys, and how many they may have.</summary>
public static class KeyNames
{
    /// <summary>The most characters of a description.</summary>
    public const int MaxLength = 100;

    /// <summary>The most keys of one administrator.</summary>
    public const int MaxKeys = 50;

    /// <summary>Trims a description and checks it; an empty one stays empty.</summary>
    public static Outcome<string> Check(string description)
    {
        var name = description.Trim();
        if (new System.Globalization.StringInfo(name).LengthInTextElements > MaxLength || name.Length > MaxLength * 8)
        {
            return Outcome.Invalid($"The name of a security key may have at most {MaxLength} characters.");
        }

        return name.EnumerateRunes().Any(static r => Rune.IsControl(r) || r == Rune.ReplacementChar) ? Outcome.Invalid("The name of a security key can't contain control characters.") : name;
    }

    /// <summary>Refuses one key too many.</summary>
    public static Outcome CheckRoom(Administrator owner) =>
        owner.Keys.Count < MaxKeys ? Outcome.Done : Outcome.Conflict($"At most {MaxKeys} security keys can be registered. Remove one that is not used any more.");

    /// <summary>A description for a key that got none: what it is, with a number from the second on.</summary>
    public static string Next(Administrator owner, int type)
    {
        var words = KeyKind.Words(type);
        var taken = owner.Keys.Select(static k => k.Description).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, MaxKeys + 1).Select(n => n == 1 ? words : $"{words} {n}").First(name => !taken.Contains(name));
    }

    /// <summary>How a key is named in addresses, calls and the audit log.</summary>
    public static string IdOf(SecurityKey key) => Base64Url.EncodeToString(key.Id);

    /// <summary>The key as the audit log names it.</summary>
    public static AuditTarget Target(SecurityKey key) => AuditTarget.SecurityKey(IdOf(key), key.Description);
}
