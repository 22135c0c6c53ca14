using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Features.Storage;

/// <summary>Ids and access keys of buckets (spec/03 §1.1).</summary>
public static partial class BucketNames
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    // Names that restic's protocol gives a meaning of their own, the page of buckets, and names that are devices on Windows.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "config", "data", "index", "keys", "locks", "snapshots", "buckets", "con", "prn", "aux", "nul",
        "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
    };

    /// <summary>A new id: 32 lower-case hex digits.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>A new access key: 32 base32 characters, 160 random bits.</summary>
    public static string NewKey() => RandomNumberGenerator.GetString(Base32, 32);

    /// <summary>True for an id that can be a folder's name and a step of an address.</summary>
    public static bool IsValid(string id) => Pattern().IsMatch(id) && !Reserved.Contains(id);

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex Pattern();
}
