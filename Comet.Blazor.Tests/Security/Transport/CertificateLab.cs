using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Transport;

/// <summary>A certificate authority with an intermediate, and server certificates from it as the files that people have.</summary>
internal sealed class CertificateLab : IDisposable
{
    public const string Host = "backup.example";
    public const string Password = "geheim & lang";
    private readonly TempFolder _folder = new();

    public CertificateLab()
    {
        Root = Issue("Root", null, null, ca: true);
        Between = Issue("Between", Root, null, ca: true);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Between { get; }

    public string Sub(string name) => _folder.Sub(name);

    /// <summary>A server certificate with its key, from the intermediate.</summary>
    public X509Certificate2 Server(int days = 90, int from = -1, string usage = "1.3.6.1.5.5.7.3.1", bool rsa = false) => Issue(Host, Between, usage, false, days, from, rsa);

    public static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey() is { } ec ? ec.ExportPkcs8PrivateKeyPem() : certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem();

    public string Write(string name, params string[] pems)
    {
        File.WriteAllText(Sub(name), string.Join('\n', pems) + "\n");
        return Sub(name);
    }

    public string Pfx(string name, X509Certificate2 certificate, string? password)
    {
        X509Certificate2Collection all = [certificate, X509CertificateLoader.LoadCertificate(Between.RawData)];
        File.WriteAllBytes(Sub(name), all.Export(X509ContentType.Pkcs12, password)!);
        return Sub(name);
    }

    /// <summary>Certificate, chain and key in one PEM file.</summary>
    public string Whole(string name, X509Certificate2 certificate) => Write(name, certificate.ExportCertificatePem(), Between.ExportCertificatePem(), KeyPem(certificate));

    public static CertificateSource Source(string path, string key = "", string password = "", string passwordFile = "") => new(path, key, password, passwordFile);

    public static string Encrypted(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));

    /// <summary>Trusts these alone; knows no intermediate. Every host leads to this computer.</summary>
    public static HttpClient Client(string address, params X509Certificate2[] trusted)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trusted);
        policy.DisableCertificateDownloads = true;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = static async (context, ct) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(System.Net.IPAddress.Loopback, context.DnsEndPoint.Port, ct);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = policy;
        handler.PooledConnectionLifetime = TimeSpan.Zero; // each request on a connection of its own
        return new HttpClient(handler) { BaseAddress = new Uri(address) };
    }

    public void Dispose()
    {
        Root.Dispose();
        Between.Dispose();
        _folder.Dispose();
    }

    private static X509Certificate2 Issue(string name, X509Certificate2? issuer, string? usage, bool ca, int days = 1000, int from = -2, bool rsa = false)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsaKey = rsa ? RSA.Create(2048) : null;
        var request = rsaKey is null ? new CertificateRequest($"CN={name}", ec, HashAlgorithmName.SHA256)
            : new CertificateRequest($"CN={name}", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(ca, false, 0, true));
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        }

        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var start = TimeProvider.System.GetUtcNow().AddDays(from);
        if (issuer is null)
        {
            return request.CreateSelfSigned(start, start.AddDays(days));
        }

        var generator = X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!);
        using var signed = request.Create(issuer.SubjectName, generator, start, start.AddDays(Math.Min(days, 900)), RandomNumberGenerator.GetBytes(8));
        using var joined = rsaKey is null ? signed.CopyWithPrivateKey(ec) : signed.CopyWithPrivateKey(rsaKey);
        return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
