using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Comet.Blazor.Features.Storage;

/// <summary>
/// The slow hash of an access key: "pbkdf2-sha512$iterations$salt$hash", base64. Keys made here have 160 random bits, so the iterations
/// only have to make a bulk search of keys that callers chose themselves unpleasant; after a restart all devices are checked anew.
/// </summary>
public static class BucketSecret
{
    /// <summary>Value of ReadWriteKeyFormat for this format. 0 is clear text in the contract and never stored.</summary>
    public const int Format = 101;

    private const int Iterations = 20_000;
    private const int MostIterations = 1_000_000;
    private const string Prefix = "pbkdf2-sha512";

    /// <summary>Stands in for the hash of a bucket that does not exist, so that asking for one takes as long.</summary>
    public static string Dummy { get; } = Hash(BucketNames.NewKey());

    /// <summary>Hashes a key with a fresh salt.</summary>
    public static string Hash(string key)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Derive(key, salt, Iterations, 32))}");
    }

    /// <summary>True when a text is a hash of this format, with an amount of work that a request may cost.</summary>
    public static bool IsHash(string text)
    {
        var parts = text.Split('$');
        return parts.Length == 4 && parts[0] == Prefix && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) && iterations is >= 1000 and <= MostIterations
            && Length(parts[2]) is >= 8 and <= 64 && Length(parts[3]) is >= 16 and <= 64;

        static int Length(string base64) => Convert.TryFromBase64String(base64, new byte[256], out var bytes) ? bytes : 0;
    }

    /// <summary>True when <paramref name="key"/> has this hash; in constant time for keys of one hash. False for a hash of another format.</summary>
    public static bool Verify(string key, string hash)
    {
        var parts = hash.Split('$');
        if (parts.Length != 4 || parts[0] != Prefix || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations < 1)
        {
            return false;
        }

        var wanted = Convert.FromBase64String(parts[3]);
        return CryptographicOperations.FixedTimeEquals(Derive(key, Convert.FromBase64String(parts[2]), iterations, wanted.Length), wanted);
    }

    private static byte[] Derive(string key, byte[] salt, int iterations, int length) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(key), salt, iterations, HashAlgorithmName.SHA512, length);
}
