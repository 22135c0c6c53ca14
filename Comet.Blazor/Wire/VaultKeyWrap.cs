using System.Security.Cryptography;
using System.Text;

namespace Comet.Blazor.Wire;

/// <summary>Wraps the password of a vault's repository as <see cref="WrappedKeys.AesGcm"/> says. Devices do; the server only when a customer changes the password in the web (decisions.md 8).</summary>
public static class VaultKeyWrap
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Wraps it.</summary>
    /// <param name="vaultId">The vault; what is wrapped opens for no other.</param>
    /// <param name="password">The repository's password.</param>
    /// <param name="wrapKey">The wrapping half of the account's derived key.</param>
    public static string Wrap(string vaultId, string password, byte[] wrapKey)
    {
        var plain = Encoding.UTF8.GetBytes(password);
        var wrapped = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = wrapped.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(wrapKey, TagBytes);
        aes.Encrypt(nonce, plain, wrapped.AsSpan(NonceBytes, plain.Length), wrapped.AsSpan(NonceBytes + plain.Length), Encoding.UTF8.GetBytes(vaultId));
        return Convert.ToBase64String(wrapped);
    }

    /// <summary>Opens what <see cref="Wrap"/> has made; null when it can't be opened with this key.</summary>
    public static string? TryUnwrap(string vaultId, string wrappedKey, byte[] wrapKey)
    {
        try
        {
            var wrapped = Convert.FromBase64String(wrappedKey);
            var plain = new byte[Math.Max(0, wrapped.Length - NonceBytes - TagBytes)];
            using var aes = new AesGcm(wrapKey, TagBytes);
            aes.Decrypt(wrapped.AsSpan(0, NonceBytes), wrapped.AsSpan(NonceBytes, plain.Length), wrapped.AsSpan(NonceBytes + plain.Length), plain, Encoding.UTF8.GetBytes(vaultId));
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception ex) when (ex is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
