using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Passwords;

/// <summary>
/// What proves a password (decisions.md 25), as kept in the profile: PasswordFormat <see cref="Format"/>, PasswordHash
/// "iterations.salt.rounds.pepper.check" with the three byte strings in base64. The device derives 64 bytes from password, salt and iterations;
/// the first half is the authentication key, and check = PBKDF2-SHA512(authentication key, pepper, rounds), 32 bytes.
/// </summary>
/// <param name="Salt">Salt of the derivation on the device.</param>
/// <param name="Iterations">Iterations of the derivation on the device.</param>
/// <param name="Rounds">Iterations of the server's own slow hash.</param>
/// <param name="Pepper">Salt of the server's own slow hash.</param>
/// <param name="Check">The slow hash.</param>
public sealed record PasswordRecord(byte[] Salt, int Iterations, int Rounds, byte[] Pepper, byte[] Check)
{
    /// <summary>PasswordFormat of this scheme. 0 is the contract's plain text; other numbers are unknown here and match no password.</summary>
    public const int Format = 20;

    /// <summary>
    /// Rounds of the slow hash of new records. The key was stretched on the device already and can't be guessed, so these only make a stolen
    /// database a little harder; a few milliseconds each, because thousands of devices come back together after a restart.
    /// </summary>
    public const int DefaultRounds = 10_000;

    private const int MaxIterations = 10_000_000;

    /// <summary>Makes the record of an authentication key.</summary>
    public static PasswordRecord Create(byte[] authKey, byte[] salt, int iterations, int rounds = DefaultRounds)
    {
        var pepper = RandomNumberGenerator.GetBytes(PasswordKeys.SaltBytes);
        return new PasswordRecord(salt, iterations, rounds, pepper, Slow(authKey, pepper, rounds));
    }

    /// <summary>Takes a profile's PasswordHash apart.</summary>
    public static bool TryParse(long format, string text, [NotNullWhen(true)] out PasswordRecord? record)
    {
        record = null;
        var parts = text.Split('.');
        if (format != Format || parts.Length != 5 || !TryCount(parts[0], out var iterations) || !TryCount(parts[2], out var rounds)
            || !TryBytes(parts[1], out var salt) || !TryBytes(parts[3], out var pepper) || !TryBytes(parts[4], out var check) || check.Length != 32)
        {
            return false;
        }

        record = new PasswordRecord(salt, iterations, rounds, pepper, check);
        return true;
    }

    /// <summary>True when the key is the right one; takes as long for a wrong one.</summary>
    public bool Matches(byte[] authKey) => CryptographicOperations.FixedTimeEquals(Slow(authKey, Pepper, Rounds), Check);

    /// <inheritdoc />
    public override string ToString() => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"{Iterations}.{Convert.ToBase64String(Salt)}.{Rounds}.")
        .Append(CultureInfo.InvariantCulture, $"{Convert.ToBase64String(Pepper)}.{Convert.ToBase64String(Check)}").ToString();

    private static byte[] Slow(byte[] authKey, byte[] pepper, int rounds) => Rfc2898DeriveBytes.Pbkdf2(authKey, pepper, rounds, HashAlgorithmName.SHA512, 32);

    private static bool TryCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is > 0 and <= MaxIterations;

    private static bool TryBytes(string text, out byte[] bytes)
    {
        var buffer = new byte[64];
        var ok = Convert.TryFromBase64String(text, buffer, out var length);
        bytes = buffer[..length];
        return ok && length > 0;
    }
}
