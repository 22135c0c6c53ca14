using System.Security.Cryptography;
using System.Text;

namespace Comet.Blazor.Wire;

/// <summary>
/// The two halves that are derived from a customer's password (decisions.md 25). Agent and server derive alike;
/// the server forgets the wrapping half at once, unless the account allows its administrator to reset the password.
/// </summary>
/// <param name="AuthKey">32 bytes that prove knowledge of the password; the server keeps only a slow hash of them.</param>
/// <param name="WrapKey">32 bytes that wrap vault keys; never sent.</param>
public sealed record PasswordKeys(byte[] AuthKey, byte[] WrapKey)
{
    /// <summary>PBKDF2-SHA512 iterations of new accounts.</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>Bytes of a new salt.</summary>
    public const int SaltBytes = 16;

    /// <summary>Derives both halves. The password is used as its UTF-8 bytes, without normalisation (spec/01 §1.3).</summary>
    public static PasswordKeys Derive(string password, byte[] salt, int iterations)
    {
        var both = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA512, 64);
        return new PasswordKeys(both[..32], both[32..]);
    }
}
