using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Comet.Blazor.Data;
using Comet.Blazor.Data.Disk;

namespace Comet.Blazor.Security.Transport;

/// <summary>The certificate that a server makes itself (Comet:SelfSigned): ECDSA P-256, two years, in the keys folder.</summary>
public static class SelfSignedCertificate
{
    /// <summary>How long one lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(730);

    /// <summary>Within this time before its end a new one is made.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>Certificate and key; readable by the server alone.</summary>
    public static string File(DataFolder folder) => Path.Combine(folder.Keys, "https.pfx");

    /// <summary>The certificate alone, as PEM, to give to devices (agent --ca) and browsers.</summary>
    public static string PublicFile(DataFolder folder) => Path.Combine(folder.Keys, "https.crt");

    /// <summary>Reads the one there is; makes one when there is none or it ends soon.</summary>
    /// <param name="folder">Knows the keys folder.</param>
    /// <param name="hosts">Names and addresses that it is to be good for, besides this computer's own.</param>
    /// <param name="now">UTC.</param>
    /// <param name="isNew">True when one was made.</param>
    /// <exception cref="InvalidDataException">The file is damaged; the message says what to do.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    public static ServerCertificate ReadOrMake(DataFolder folder, IEnumerable<string> hosts, DateTimeOffset now, out bool isNew)
    {
        isNew = false;
        var path = File(folder);
        if (System.IO.File.Exists(path))
        {
            var kept = Read(path);
            if (kept.Ends - now > RenewBefore && kept.Leaf.NotBefore.ToUniversalTime() <= now.UtcDateTime)
            {
                return kept;
            }
        }

        isNew = true;
        using var made = Make(hosts, now);
        PrivateFolder.Make(folder.Keys);
        AtomicFile.Write(PublicFile(folder), Encoding.ASCII.GetBytes(made.ExportCertificatePem() + "\n"));
        AtomicFile.Write(path, made.Export(X509ContentType.Pkcs12));
        return Read(path);
    }

    /// <summary>The names and addresses it is good for.</summary>
    public static IReadOnlyList<string> Names(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is not { } names ? []
        : [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(static a => a.ToString())];

    private static ServerCertificate Read(string path)
    {
        try
        {
            return new ServerCertificate(X509CertificateLoader.LoadPkcs12FromFile(path, null), []);
        }
        catch (CryptographicException ex)
        {
            throw new InvalidDataException($"The server's own certificate {path} is damaged. Put back its copy, or remove the file: the next start makes a new one, which devices then have to be given.", ex);
        }
    }

    private static X509Certificate2 Make(IEnumerable<string> hosts, DateTimeOffset now)
    {
        var computer = Dns.GetHostName();
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        foreach (var host in hosts.Prepend(computer).Prepend("localhost").Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (!IPAddress.TryParse(host, out var address))
            {
                names.AddDnsName(host);
            }
            else if (!IPAddress.IsLoopback(address))
            {
                names.AddIpAddress(address);
            }
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(computer.Length is > 0 and <= 64 ? computer : "Comet Server");
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(now.AddHours(-1), now + Lifetime); // clocks of devices differ a little
    }
}
