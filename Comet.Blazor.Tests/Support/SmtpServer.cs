using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Comet.Blazor.Features.Mail;
using MimeKit;

namespace Comet.Blazor.Tests.Support;

/// <summary>A real mail server (smtpd.py) with a certificate that nobody has signed, account bob/secret.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private Process? _process;
    private int[] _ports = [];

    /// <summary>Takes mail without encryption and sign-in.</summary>
    public int Plain => _ports[0];

    public int StartTls => _ports[1];

    public int Tls => _ports[2];

    /// <summary>What has arrived, in no order.</summary>
    public IReadOnlyList<MimeMessage> Mails
    {
        get
        {
            var arrived = _folder.Sub("maildir/new");
            return Directory.Exists(arrived) ? [.. Directory.GetFiles(arrived).Select(static f => MimeMessage.Load(f))] : [];
        }
    }

    /// <summary>How often somebody has waited in vain for an answer about stuck@.</summary>
    public int Stuck => File.Exists(_folder.Sub("stuck")) ? File.ReadAllLines(_folder.Sub("stuck")).Length : 0;

    public static async Task<SmtpServer> StartAsync()
    {
        var server = new SmtpServer();
        server.MakeCertificate();
        await server.UpAsync();
        return server;
    }

    /// <summary>Settings that this server takes mail by.</summary>
    public MailOptions Options(string mode = MailOptions.ModeStartTls) => new()
    {
        Mode = mode, FromEmail = "comet@example.com", FromName = "Comet", SmtpHost = "127.0.0.1", SmtpPort = mode == MailOptions.ModeTls ? Tls : StartTls,
        SmtpUsername = "bob", SmtpPassword = "secret", SmtpAllowInvalidCertificate = true,
    };

    /// <summary>Settings of the port without encryption.</summary>
    public MailOptions PlainOptions => Options() with { SmtpPort = Plain, SmtpUsername = "", SmtpPassword = "", SmtpAllowUnencrypted = true };

    /// <summary>Starts it, after <see cref="DownAsync"/> on the same ports.</summary>
    public async Task UpAsync()
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var arg in (string[])[Script(), _folder.Path, .. _ports.Select(static p => p.ToString(CultureInfo.InvariantCulture))])
        {
            start.ArgumentList.Add(arg);
        }

        _process = Process.Start(start)!;
        var ready = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.True(ready is not null, "These tests need a mail server: apt-get install python3-aiosmtpd");
        _ports = [.. ready.Split(' ')[1..].Select(static p => int.Parse(p, CultureInfo.InvariantCulture))];
    }

    /// <summary>Ends it.</summary>
    public async Task DownAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DownAsync();
        _process?.Dispose();
        _folder.Dispose();
    }

    private static string Script([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "smtpd.py");

    private void MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(_folder.Sub("cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(_folder.Sub("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
