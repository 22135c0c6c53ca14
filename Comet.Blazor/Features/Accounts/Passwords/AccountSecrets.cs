using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Data;
using Comet.Blazor.Data.Disk;

namespace Comet.Blazor.Features.Accounts.Passwords;

/// <summary>
/// The server's own secret for accounts: 32 random bytes in the file "accounts.key" of the keys folder, readable by the server's user only
/// (decisions.md 25). Without it no sealed recovery can be opened.
/// </summary>
/// <param name="folder">Where the keys are.</param>
/// <param name="accounts">Whether there can be accounts that need the key.</param>
/// <param name="log">Tells of a key that is gone.</param>
public sealed partial class AccountSecrets(DataFolder folder, UsersStore accounts, ILogger<AccountSecrets> log) : IOpenAtStart
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const string SealedPrefix = "1.";
    private byte[]? _falseSalt;
    private byte[]? _recovery;

    /// <inheritdoc />
    public Task OpenAsync(CancellationToken ct)
    {
        PrivateFolder.Make(folder.Keys);
        var path = Path.Combine(folder.Keys, "accounts.key");
        if (!File.Exists(path))
        {
            if (!accounts.IsNew)
            {
                LogNewKey(log, path);
            }

            AtomicFile.Write(path, RandomNumberGenerator.GetBytes(32));
        }

        var secret = File.ReadAllBytes(path);
        if (secret.Length != 32)
        {
            throw new InvalidDataException($"The key file {path} must hold 32 bytes. Put back its copy; a new key can't open the recovery of any password.");
        }

        _falseSalt = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "comet false salt"u8.ToArray());
        _recovery = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "comet password recovery"u8.ToArray());
        return Task.CompletedTask;
    }

    /// <summary>The salt that is told for a name that does not exist: always the same one for the same name.</summary>
    public byte[] FalseSalt(string username) =>
        HMACSHA256.HashData(_falseSalt ?? throw NotOpen(), Encoding.UTF8.GetBytes(username))[..Wire.PasswordKeys.SaltBytes];

    /// <summary>Seals the wrapping half of an account's password, bound to the salt it was derived with (the profile's PasswordRecovery).</summary>
    public string SealRecovery(byte[] wrapKey, byte[] salt)
    {
        var text = new byte[NonceBytes + wrapKey.Length + TagBytes];
        RandomNumberGenerator.Fill(text.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_recovery ?? throw NotOpen(), TagBytes);
        aes.Encrypt(text.AsSpan(0, NonceBytes), wrapKey, text.AsSpan(NonceBytes, wrapKey.Length), text.AsSpan(NonceBytes + wrapKey.Length), salt);
        return SealedPrefix + Convert.ToBase64String(text);
    }

    /// <summary>Opens what <see cref="SealRecovery"/> made; null when it was made by another server's key, or for another salt.</summary>
    public byte[]? OpenRecovery(string recovery, byte[] salt)
    {
        var text = new byte[256];
        if (!recovery.StartsWith(SealedPrefix, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(recovery[SealedPrefix.Length..], text, out var length) || length <= NonceBytes + TagBytes)
        {
            return null;
        }

        var wrapKey = new byte[length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_recovery ?? throw NotOpen(), TagBytes);
        try
        {
            aes.Decrypt(text.AsSpan(0, NonceBytes), text.AsSpan(NonceBytes, wrapKey.Length), text.AsSpan(NonceBytes + wrapKey.Length, TagBytes), wrapKey, salt);
            return wrapKey;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static InvalidOperationException NotOpen() => new("The accounts' secret is not open yet.");

    [LoggerMessage(LogLevel.Warning, "The key file {Path} was missing and a new one was made. Passwords whose reset was allowed before can't be reset by an administrator any more. Put back the file's copy if there is one.")]
    private static partial void LogNewKey(ILogger log, string path);
}
