using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Comet.Blazor.Security.Transport;

/// <summary>Reads a server certificate with its key and chain from PEM or PFX. Every complaint is a sentence for the person who set it up.</summary>
public static class CertificateFile
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string AnyPurpose = "2.5.29.37.0";

    /// <summary>Reads the certificate that the private key belongs to, and the others as its chain.</summary>
    /// <param name="file">The settings' certificate.</param>
    /// <exception cref="InvalidDataException">It can't be used; the message names file, setting and reason, never the password.</exception>
    public static ServerCertificate Read(CertificateSource file)
    {
        var bytes = Bytes(file.Path, "Comet:Certificate");
        var password = file.ReadPassword();
        var isPem = bytes.AsSpan().IndexOf("-----BEGIN "u8) >= 0;
        if (!isPem && file.KeyPath.Length > 0)
        {
            throw new InvalidDataException($"Comet:CertificateKey is only for PEM files, and {file.Path} is none: a PFX file holds its own key.");
        }

        return isPem ? FromPem(file, Encoding.UTF8.GetString(bytes), password) : FromPfx(file.Path, bytes, password);
    }

    /// <summary>Why a certificate may not be used now, or null.</summary>
    public static string? Complaint(X509Certificate2 certificate, string path, DateTimeOffset now) =>
        certificate.NotAfter.ToUniversalTime() <= now.UtcDateTime ? $"The certificate in {path} expired on {Day(certificate.NotAfter)}. Put a new one there."
        : certificate.NotBefore.ToUniversalTime() > now.UtcDateTime ? $"The certificate in {path} is valid from {Day(certificate.NotBefore)} on. Check this computer's clock, or use another one until then."
        : certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } usage
            && !usage.EnhancedKeyUsages.OfType<Oid>().Any(static o => o.Value is ServerAuthentication or AnyPurpose)
            ? $"The certificate in {path} is not one for servers (its key usage lacks server authentication). Ask its issuer for a server certificate."
        : null;

    /// <summary>A day as it stands in messages, UTC.</summary>
    public static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) + " UTC";

    internal static byte[] Bytes(string path, string setting)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                ex is FileNotFoundException or DirectoryNotFoundException ? $"The file {path} does not exist. Correct {setting}."
                : $"The file {path} can't be read: {ex.Message} Give this user the right to read it, or correct {setting}.", ex);
        }
    }

    private static ServerCertificate FromPfx(string path, byte[] bytes, string? password)
    {
        X509Certificate2Collection all;
        try
        {
            all = X509CertificateLoader.LoadPkcs12Collection(bytes, password, X509KeyStorageFlags.DefaultKeySet);
        }
        catch (CryptographicException ex)
        {
            throw new InvalidDataException(password is null
                ? $"{path} can't be opened as a PFX file without a password, and is no PEM file. Set Comet:CertificatePassword, or correct Comet:Certificate."
                : $"{path} can't be opened with the password of Comet:CertificatePassword: the password is wrong, or the file is damaged.", ex);
        }

        var leaf = all.FirstOrDefault(static c => c.HasPrivateKey)
            ?? throw new InvalidDataException($"{path} holds no private key. Export the certificate together with its key.");
        return new ServerCertificate(leaf, [.. all.Where(c => c != leaf)]);
    }

    private static ServerCertificate FromPem(CertificateSource file, string text, string? password)
    {
        X509Certificate2Collection all = [];
        try
        {
            all.ImportFromPem(text);
        }
        catch (CryptographicException ex)
        {
            throw new InvalidDataException($"{file.Path} is damaged: a certificate in it can't be read. Put a whole one there.", ex);
        }

        if (all.Count == 0)
        {
            throw new InvalidDataException($"{file.Path} holds no certificate (a section -----BEGIN CERTIFICATE-----). Correct Comet:Certificate.");
        }

        var keyPath = file.KeyPath.Length > 0 ? file.KeyPath : file.Path;
        using var key = ReadKey(file.KeyPath.Length > 0 ? Encoding.UTF8.GetString(Bytes(file.KeyPath, "Comet:CertificateKey")) : text, keyPath, password);
        foreach (var candidate in all)
        {
            if (WithKey(candidate, key) is { } leaf)
            {
                return new ServerCertificate(leaf, [.. all.Where(c => c != candidate)]);
            }
        }

        throw new InvalidDataException($"The private key in {keyPath} does not belong to the certificate in {file.Path}. Put the two there that were made together.");
    }

    private static AsymmetricAlgorithm ReadKey(string text, string path, string? password)
    {
        var encrypted = text.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal);
        if (!encrypted && !text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path} holds no private key (a section -----BEGIN PRIVATE KEY-----). Name the file that does with Comet:CertificateKey.");
        }

        if (encrypted && password is null)
        {
            throw new InvalidDataException($"The private key in {path} is encrypted. Set Comet:CertificatePassword or Comet:CertificatePasswordFile.");
        }

        foreach (var make in new Func<AsymmetricAlgorithm>[] { RSA.Create, ECDsa.Create })
        {
            var key = make();
            try
            {
                if (encrypted)
                {
                    key.ImportFromEncryptedPem(text, password);
                }
                else
                {
                    key.ImportFromPem(text);
                }

                return key;
            }
            catch (Exception ex) when (ex is CryptographicException or ArgumentException)
            {
                key.Dispose(); // of the other kind, or not to be had; said below
            }
        }

        throw new InvalidDataException(encrypted
            ? $"The private key in {path} can't be opened with the password of Comet:CertificatePassword: the password is wrong, or the key is damaged or of a kind that can't be used (RSA and EC can)."
            : $"The private key in {path} can't be read: it is damaged, or of a kind that can't be used (RSA and EC can).");
    }

    private static X509Certificate2? WithKey(X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        try
        {
            using var joined = key switch
            {
                RSA rsa when certificate.GetRSAPublicKey() is not null => certificate.CopyWithPrivateKey(rsa),
                ECDsa ec when certificate.GetECDsaPublicKey() is not null => certificate.CopyWithPrivateKey(ec),
                _ => null,
            };

            // Through PFX, because Windows serves no certificate whose key lives in memory only.
            return joined is null ? null : X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception ex) when (ex is ArgumentException or CryptographicException)
        {
            return null; // the key of another one
        }
    }
}

/// <summary>Where a certificate comes from.</summary>
/// <param name="Path">PEM or PFX file.</param>
/// <param name="KeyPath">PEM file with the key; empty when the first one has it.</param>
/// <param name="Password">The password; empty for none.</param>
/// <param name="PasswordFile">File with the password; empty for none.</param>
public sealed record CertificateSource(string Path, string KeyPath, string Password, string PasswordFile)
{
    /// <summary>All files that matter.</summary>
    public IEnumerable<string> Files => new[] { Path, KeyPath, PasswordFile }.Where(static f => f.Length > 0);

    /// <summary>The password, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">Its file can't be read.</exception>
    public string? ReadPassword()
    {
        if (PasswordFile.Length == 0)
        {
            return Password.Length == 0 ? null : Password;
        }

        var text = Encoding.UTF8.GetString(CertificateFile.Bytes(PasswordFile, "Comet:CertificatePasswordFile"));
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }
}

/// <summary>A certificate with its key, and what leads from it to its root.</summary>
/// <param name="Leaf">The server's own.</param>
/// <param name="Chain">The others of the file.</param>
public sealed record ServerCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain)
{
    /// <summary>True when nobody but itself vouches for it.</summary>
    public bool IsSelfSigned => Leaf.SubjectName.RawData.AsSpan().SequenceEqual(Leaf.IssuerName.RawData);

    /// <summary>When it ends, UTC.</summary>
    public DateTimeOffset Ends => Leaf.NotAfter.ToUniversalTime();
}
