using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Data;
using Comet.Blazor.Data.Disk;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Secrets;

/// <summary>
/// Keeps secrets that the server itself must be able to read again (TOTP secrets, passwords of mail servers and storage) as sealed text, so
/// that <c>cometd.cfg</c> and the databases are worth nothing without the keys folder. The text is <c>sealed1.KEY.BASE64</c>: AES-256-GCM
/// under a key derived (HKDF-SHA256) from the 32 random bytes of "secrets.key" and the purpose, so that a text moved to another account or
/// setting does not open. KEY is a fingerprint that tells a lost key from an altered text.
/// </summary>
/// <remarks>
/// One key file instead of the data protection's ring that the cookies use: a ring grows by a key every 90 days, and a backup of it would
/// soon lack the newest one, while secrets at rest must open for years with the copy that somebody made on the first day.
/// </remarks>
/// <param name="folder">Where the keys are.</param>
/// <param name="log">Tells of a key that is gone.</param>
public sealed partial class SecretBox(DataFolder folder, ILogger<SecretBox> log) : IOpenAtStart
{
    private const string Prefix = "sealed1.";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int NameLength = 8;
    private readonly Lock _gate = new();
    private byte[]? _key;
    private string _keyName = "";

    /// <summary>Reads the key, or makes it at the first start. Whoever seals or opens earlier causes it then.</summary>
    /// <exception cref="IOException">The key can't be read or written.</exception>
    /// <exception cref="InvalidDataException">The key file is damaged; the message says what to do.</exception>
    public Task OpenAsync(CancellationToken ct)
    {
        _ = Key();
        return Task.CompletedTask;
    }

    /// <summary>True when the text is one that <see cref="Seal"/> made, here or on another server.</summary>
    public static bool IsSealed(string? text) => text is not null && Parse(text, out _) is not null;

    /// <summary>Seals a secret. The same secret never gives the same text twice.</summary>
    /// <param name="purpose">What it is and whose, such as "totp:admin" or "smtp"; the same words open it.</param>
    /// <param name="plain">The secret; any text, also an empty one.</param>
    public string Seal(string purpose, string plain)
    {
        var secret = Encoding.UTF8.GetBytes(plain);
        var box = new byte[NonceBytes + secret.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(KeyOf(purpose), TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), secret, box.AsSpan(NonceBytes, secret.Length), box.AsSpan(NonceBytes + secret.Length));
        CryptographicOperations.ZeroMemory(secret);
        return $"{Prefix}{_keyName}.{Convert.ToBase64String(box)}";
    }

    /// <summary>Opens what <see cref="Seal"/> made for the same purpose.</summary>
    /// <exception cref="SecretLostException">It was sealed with another key or for another purpose, or was altered. The message says what to do, without secrets.</exception>
    public string Open(string purpose, string text)
    {
        if (Parse(text, out var keyName) is not { } box)
        {
            throw new SecretLostException($"The secret '{purpose}' is not a sealed text of this server: set the secret anew.");
        }

        var key = KeyOf(purpose);
        if (keyName != _keyName)
        {
            throw new SecretLostException($"The secret '{purpose}' was sealed with another key: put the keys folder of this server back ({folder.Keys}), or set the secret anew.");
        }

        var secret = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, secret.Length), box.AsSpan(NonceBytes + secret.Length), secret);
        }
        catch (AuthenticationTagMismatchException ex)
        {
            throw new SecretLostException($"The secret '{purpose}' was altered, or belongs to something else: set the secret anew.", ex);
        }

        return Encoding.UTF8.GetString(secret);
    }

    private static byte[]? Parse(string text, out string keyName)
    {
        keyName = "";
        var start = Prefix.Length + NameLength + 1;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length <= start || text[start - 1] != '.')
        {
            return null;
        }

        var box = new byte[(text.Length - start) * 3 / 4 + 3];
        if (!Convert.TryFromBase64String(text[start..], box, out var length) || length < NonceBytes + TagBytes)
        {
            return null;
        }

        keyName = text[Prefix.Length..(start - 1)];
        return box[..length];
    }

    private byte[] KeyOf(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Key(), KeyBytes, info: Encoding.UTF8.GetBytes("comet secret " + purpose));

    private byte[] Key()
    {
        lock (_gate)
        {
            if (_key is null)
            {
                var key = ReadOrMake(Path.Combine(folder.Keys, "secrets.key"));
                _keyName = Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, NameLength / 2, info: "comet secret key's name"u8.ToArray()));
                _key = key;
            }

            return _key;
        }
    }

    private byte[] ReadOrMake(string path)
    {
        PrivateFolder.Make(folder.Keys);
        if (!File.Exists(path))
        {
            if (File.Exists(folder.Settings) && File.ReadAllText(folder.Settings).Contains(Prefix, StringComparison.Ordinal))
            {
                LogNewKey(log, path);
            }

            AtomicFile.Write(path, RandomNumberGenerator.GetBytes(KeyBytes));
        }

        var key = File.ReadAllBytes(path);
        return key.Length == KeyBytes ? key
            : throw new InvalidDataException($"The key file {path} must hold {KeyBytes} bytes and holds {key.Length}. Put back its copy; a new key can't open the secrets in the settings.");
    }

    [LoggerMessage(LogLevel.Warning, "The key file {Path} was missing and a new one was made, but the settings hold secrets sealed with the old one: second factors and stored passwords do not work. Stop the server and put the file's copy back, or set those secrets anew.")]
    private static partial void LogNewKey(ILogger log, string path);
}
