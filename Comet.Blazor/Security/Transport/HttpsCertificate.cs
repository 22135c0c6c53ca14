using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Security.Transport;

/// <summary>The certificate of all https addresses: read at start, read again when its files change, made and renewed when self-signed.</summary>
/// <param name="options">The settings; paths are absolute.</param>
/// <param name="configuration">Knows Urls.</param>
/// <param name="folder">Where a self-signed one is kept.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Tells of changes and of what is wrong.</param>
public sealed partial class HttpsCertificate(IOptions<CometOptions> options, IConfiguration configuration, DataFolder folder, TimeProvider clock, ILogger<HttpsCertificate> log) : IOpenAtStart
{
    /// <summary>From so long before its end the log warns, every day.</summary>
    public static readonly TimeSpan WarnBefore = TimeSpan.FromDays(21);

    private static readonly TimeSpan WarnEvery = TimeSpan.FromDays(1);
    private readonly CertificateSource _file = new(options.Value.Certificate, options.Value.CertificateKey, options.Value.CertificatePassword, options.Value.CertificatePasswordFile);
    private volatile InUse? _current;
    private string _known = "";
    private string _seen = "";
    private DateTimeOffset _warned = DateTimeOffset.MinValue;

    /// <summary>True when the settings name a certificate or ask for a self-signed one.</summary>
    public bool IsConfigured => _file.Path.Length > 0 || options.Value.SelfSigned;

    /// <summary>The certificate that new connections get; null when none is configured here.</summary>
    public ServerCertificate? Current => _current?.Certificate;

    /// <inheritdoc />
    public Task OpenAsync(CancellationToken ct)
    {
        if (!IsConfigured)
        {
            Need();
            return Task.CompletedTask;
        }

        if (_file.Path.Length == 0)
        {
            OpenSelfSigned();
            return Task.CompletedTask;
        }

        _known = _seen = Fingerprint();
        Use(Usable(CertificateFile.Read(_file)));
        WarnOfOpenKey();
        WarnOfEnd();
        return Task.CompletedTask;
    }

    /// <summary>Whether a browser may be told to come by https only: never with a certificate that it does not know, never for this computer's own names.</summary>
    public bool AllowsHsts(string host) => options.Value.Hsts && _current?.Certificate.IsSelfSigned != true
        && !host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && !(IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Makes a listener's https addresses use it.</summary>
    public void Serve(HttpsConnectionAdapterOptions https)
    {
        if (!IsConfigured)
        {
            return; // Kestrel:Certificates of the settings counts
        }

        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.ServerCertificateSelector = (_, _) => _current!.Certificate.Leaf;
        https.OnAuthenticate = (_, tls) =>
        {
            // With its chain, which a certificate alone would be sent without.
            tls.ServerCertificateSelectionCallback = null;
            tls.ServerCertificateContext = _current!.Context;
        };
    }

    /// <summary>
    /// Looks after the files: a change that has stood still since the last look is taken over, or said to be unusable while the old one
    /// stays in use. Two looks, because certificate and key are not replaced in the same moment. Warns of a near end.
    /// </summary>
    public void Look()
    {
        if (!IsConfigured)
        {
            return;
        }

        if (_file.Path.Length == 0)
        {
            Renew();
        }
        else
        {
            var now = Fingerprint();
            if (now != _known && now == _seen)
            {
                _known = now;
                TakeOver();
            }

            _seen = now;
        }

        WarnOfEnd();
    }

    private void TakeOver()
    {
        try
        {
            var read = Usable(CertificateFile.Read(_file));
            Use(read);
            _warned = DateTimeOffset.MinValue;
            LogTaken(log, _file.Path, CertificateFile.Day(read.Leaf.NotAfter));
        }
        catch (Exception ex) when (ex is InvalidDataException or CryptographicException)
        {
            LogUnusable(log, ex.Message, CertificateFile.Day(_current!.Certificate.Leaf.NotAfter));
        }
    }

    private void OpenSelfSigned()
    {
        var certificate = SelfSignedCertificate.ReadOrMake(folder, Hosts(), clock.GetUtcNow(), out var isNew);
        Use(certificate);
        if (isNew)
        {
            LogMade(log, CertificateFile.Day(certificate.Leaf.NotAfter), SelfSignedCertificate.PublicFile(folder));
        }
        else if (Hosts().Except(SelfSignedCertificate.Names(certificate.Leaf), StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } missing)
        {
            LogNames(log, string.Join(", ", missing), SelfSignedCertificate.File(folder));
        }
    }

    private void Renew()
    {
        if (_current!.Certificate.Ends - clock.GetUtcNow() > SelfSignedCertificate.RenewBefore)
        {
            return;
        }

        try
        {
            OpenSelfSigned();
        }
        catch (Exception ex) when (ex is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            LogUnusable(log, ex.Message, CertificateFile.Day(_current.Certificate.Leaf.NotAfter));
        }
    }

    private ServerCertificate Usable(ServerCertificate read) =>
        CertificateFile.Complaint(read.Leaf, _file.Path, clock.GetUtcNow()) is { } complaint ? throw new InvalidDataException(complaint) : read;

    private void Use(ServerCertificate certificate) =>
        _current = new InUse(certificate, SslStreamCertificateContext.Create(certificate.Leaf, certificate.Chain, offline: true));

    private void WarnOfEnd()
    {
        var now = clock.GetUtcNow();
        var ends = _current!.Certificate.Ends;
        if (_file.Path.Length > 0 && ends - now <= WarnBefore && now - _warned >= WarnEvery)
        {
            _warned = now;
            LogEnds(log, _file.Path, ends <= now ? "has expired" : "expires", CertificateFile.Day(ends.UtcDateTime));
        }
    }

    private void WarnOfOpenKey()
    {
        const UnixFileMode others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        var key = _file.KeyPath.Length > 0 ? _file.KeyPath : _file.Path;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(key) & others) != 0)
        {
            LogOpenKey(log, key);
        }
    }

    // An https address without certificate would end in a sentence about developer certificates, or take one that happens to lie around.
    private void Need()
    {
        var own = configuration.GetSection("Kestrel");
        if (own.GetSection("Certificates:Default").Exists())
        {
            return;
        }

        if (Addresses().FirstOrDefault(static a => a.StartsWith("https:", StringComparison.OrdinalIgnoreCase)) is { } https)
        {
            throw new InvalidDataException($"The address {https} needs a certificate. Set Comet:Certificate to a PEM or PFX file, or Comet:SelfSigned to true for one that the server makes itself.");
        }
    }

    private IEnumerable<string> Addresses() =>
        $"{configuration["Urls"]};{options.Value.StorageUrls}".Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private IEnumerable<string> Hosts() => Addresses().Append(options.Value.PublicUrl).Append(options.Value.StoragePublicUrl)
        .Select(static a => Uri.TryCreate(a, UriKind.Absolute, out var uri) ? uri.IdnHost : "") // an address such as https://*:443 names no host
        .Where(static h => h.Length > 0 && !(IPAddress.TryParse(h, out var ip) && (IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))));

    // The content, not the time: links may be turned to other files with older times.
    private string Fingerprint() => string.Join('|', _file.Files.Select(static path =>
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return ex.GetType().Name; // reading it says why, when this state lasts
        }
    }));

    [LoggerMessage(LogLevel.Information, "The certificate {Path} has changed and is in use for new connections; it is valid until {End}.")]
    private static partial void LogTaken(ILogger log, string path, string end);

    [LoggerMessage(LogLevel.Error, "The new certificate can't be used: {Why} The server goes on with the one from before, which is valid until {End}.")]
    private static partial void LogUnusable(ILogger log, string why, string end);

    [LoggerMessage(LogLevel.Warning, "The certificate {Path} {What} on {End}. Put a new one there; the server takes it without a restart.")]
    private static partial void LogEnds(ILogger log, string path, string what, string end);

    [LoggerMessage(LogLevel.Warning, "The server made itself a certificate, valid until {End}. Browsers warn of it until it is trusted; give {Path} to the devices (agent --ca).")]
    private static partial void LogMade(ILogger log, string end, string path);

    [LoggerMessage(LogLevel.Warning, "The server's own certificate is not made out for {Names}. To have a new one made, remove {Path} and start again; devices then need the new one.")]
    private static partial void LogNames(ILogger log, string names, string path);

    [LoggerMessage(LogLevel.Warning, "Every user of this computer can read the private key {Path}. Take their rights away: chmod o= {Path}")]
    private static partial void LogOpenKey(ILogger log, string path);

    private sealed record InUse(ServerCertificate Certificate, SslStreamCertificateContext Context);
}

/// <summary>Looks after the certificate every few seconds. Not by file events: links that are turned as a whole (certbot, Kubernetes) raise none.</summary>
/// <param name="certificate">The certificate.</param>
/// <param name="clock">The clock.</param>
public sealed class CertificateWatch(HttpsCertificate certificate, TimeProvider clock) : BackgroundService
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!certificate.IsConfigured)
        {
            return;
        }

        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                certificate.Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }
}
