using System.Globalization;
using System.Security.Cryptography;

namespace Comet.Blazor.Security.Administrators;

/// <summary>
/// The password of an administrator as kept in <c>cometd.cfg</c>: PasswordFormat <see cref="Format"/>, Password "rounds.salt.check" with the
/// byte strings in base64; check = PBKDF2-SHA512(password, salt, rounds), 32 bytes.
/// </summary>
public static class AdminPassword
{
    /// <summary>PasswordFormat of this scheme. 0 is the contract's plain text, which the server hashes at its next start.</summary>
    public const int Format = 21;

    private const int Rounds = 210_000;
    private const int MaxRounds = 10_000_000;

    /// <summary>A record that no password matches; checking against it takes as long as against a real one.</summary>
    public static string Nobody { get; } = Make(RandomNumberGenerator.GetHexString(32));

    /// <summary>Makes the record of a password. Takes a tenth of a second of CPU, on purpose.</summary>
    public static string Make(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return string.Create(CultureInfo.InvariantCulture, $"{Rounds}.{Convert.ToBase64String(salt)}.{Convert.ToBase64String(Slow(password, salt, Rounds))}");
    }

    /// <summary>True when the password is the right one; takes as long for a wrong one. A record that can't be read matches nothing.</summary>
    public static bool Matches(string record, string password)
    {
        var parts = record.Split('.');
        Span<byte> salt = stackalloc byte[64];
        Span<byte> check = stackalloc byte[64];
        if (parts.Length != 3 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) || rounds is 0 or > MaxRounds
            || !Convert.TryFromBase64String(parts[1], salt, out var saltLength) || !Convert.TryFromBase64String(parts[2], check, out var checkLength) || checkLength != 32)
        {
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(Slow(password, salt[..saltLength], rounds), check[..checkLength]);
    }

    private static byte[] Slow(string password, ReadOnlySpan<byte> salt, int rounds) => Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA512, 32);
}
