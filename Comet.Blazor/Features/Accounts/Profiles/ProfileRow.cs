namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>The figures beside a stored profile: its hash, so that a change need not compute that of the state it replaces.</summary>
public static class ProfileRow
{
    private const byte Version = 1;
    private const int Length = 1 + 32;

    /// <summary>The row of a profile with this hash.</summary>
    public static byte[] Of(string hash) => [Version, .. Convert.FromHexString(hash)];

    /// <summary>The hash; null when the row was written by an earlier version and has none.</summary>
    public static string? Hash(byte[] row) => row.Length == Length && row[0] == Version ? Convert.ToHexStringLower(row.AsSpan(1)) : null;
}
