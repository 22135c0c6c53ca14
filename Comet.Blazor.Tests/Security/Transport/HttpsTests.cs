using System.Net;
using System.Security.Cryptography.X509Certificates;
using Comet.Blazor.App.Start;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Security.Transport;

/// <summary>Real TLS: certificates of a file and of the server's own, their renewal, and what browsers are told.</summary>
public sealed class HttpsTests : IDisposable
{
    private readonly CertificateLab _lab = new();
    private readonly LogLines _log = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CertificateFromFile_IsServedWithItsChain_AndBrowsersAreToldToStayWithHttps()
    {
        using var certificate = _lab.Server();
        await using var server = await StartAsync("--Comet:Certificate", _lab.Whole("server.pem", certificate), "--Comet:StorageUrls", "https://127.0.0.1:0");
        using var client = CertificateLab.Client(At(server, CertificateLab.Host), _lab.Root); // trusts the root and does not know the intermediate

        using var page = await client.GetAsync("/sign-in", Ct);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(PageHeaders.StrictTransport, page.Headers.GetValues("Strict-Transport-Security").Single());
        Assert.False(page.Headers.Contains("Server"));
        var cookie = page.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);

        // The storage's own listener, too.
        using var storage = CertificateLab.Client(server.Get<StorageListener>().Addresses.Single(), _lab.Root);
        using var answer = await storage.GetAsync("/storage/none/config", Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.False(answer.Headers.Contains("Strict-Transport-Security")); // this computer's own address
    }

    [Fact]
    public async Task Hsts_SwitchedOff_IsNotSent()
    {
        using var certificate = _lab.Server();
        await using var server = await StartAsync("--Comet:Certificate", _lab.Whole("server.pem", certificate), "--Comet:Hsts", "false");
        using var client = CertificateLab.Client(At(server, CertificateLab.Host), _lab.Root);
        using var page = await client.GetAsync("/sign-in", Ct);
        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task SelfSigned_IsGoodForItsNames_AndNeverClaimsHsts()
    {
        await using var server = await StartAsync("--Comet:SelfSigned", "true", "--Comet:PublicUrl", "https://backup.example:8443/");
        using var made = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(SelfSignedCertificate.PublicFile(server.Get<DataFolder>()), Ct));
        Assert.Superset(new HashSet<string> { "localhost", "127.0.0.1", "::1", "backup.example", Dns.GetHostName() }, SelfSignedCertificate.Names(made).ToHashSet());
        Assert.InRange(made.NotAfter - TimeProvider.System.GetLocalNow().DateTime, TimeSpan.FromDays(729), TimeSpan.FromDays(731));
        using var client = CertificateLab.Client(At(server, "backup.example"), made);
        using var page = await client.GetAsync("/sign-in", Ct);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.False(page.Headers.Contains("Strict-Transport-Security"));
        Assert.Contains(_log.Warnings, static w => w.Contains("made itself a certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SelfSigned_KeptOverRestarts_RenewedBeforeItsEnd()
    {
        using var folder = new TempFolder();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        void Use(WebApplicationBuilder b) => b.Services.AddSingleton<TimeProvider>(clock);
        var server = await TestServer.StartAsync(folder, Use, "--Urls", "https://127.0.0.1:0", "--Comet:SelfSigned", "true");
        var first = server.Get<HttpsCertificate>().Current!.Leaf.Thumbprint;
        await server.StopAsync();

        server = await TestServer.StartAsync(folder, Use, "--Urls", "https://127.0.0.1:0", "--Comet:SelfSigned", "true");
        var certificate = server.Get<HttpsCertificate>();
        Assert.Equal(first, certificate.Current!.Leaf.Thumbprint);
        clock.Advance(SelfSignedCertificate.Lifetime - SelfSignedCertificate.RenewBefore - TimeSpan.FromHours(1));
        certificate.Look();
        Assert.Equal(first, certificate.Current.Leaf.Thumbprint);
        clock.Advance(TimeSpan.FromHours(2));
        certificate.Look();
        Assert.NotEqual(first, certificate.Current.Leaf.Thumbprint);
        Assert.True(certificate.Current.Ends > clock.GetUtcNow() + TimeSpan.FromDays(700));
        await server.StopAsync();
    }

    [Fact]
    public async Task LinkTurnedToANewCertificate_IsServedToNewConnections_WithoutARestart()
    {
        using var old = _lab.Server();
        using var renewed = _lab.Server();
        var live = _lab.Sub("live");
        File.CreateSymbolicLink(live, _lab.Whole("old.pem", old));
        File.SetLastWriteTimeUtc(_lab.Whole("renewed.pem", renewed), TimeProvider.System.GetUtcNow().UtcDateTime.AddYears(-1)); // times say nothing
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await StartAsync(new TempFolder(), clock, "--Comet:Certificate", live);
        Assert.Equal(old.Thumbprint, await ServedAsync(server));

        File.CreateSymbolicLink(_lab.Sub("next"), _lab.Sub("renewed.pem"));
        File.Move(_lab.Sub("next"), live, overwrite: true);
        await Wait.UntilAsync(() =>
        {
            clock.Advance(CertificateWatch.Every);
            return server.Get<HttpsCertificate>().Current!.Leaf.Thumbprint == renewed.Thumbprint;
        }, "the new certificate is in use");

        Assert.Equal(renewed.Thumbprint, await ServedAsync(server));
    }

    [Fact]
    public async Task BrokenNewCertificate_KeepsTheOldOne_AndSaysSoOnce()
    {
        using var old = _lab.Server();
        using var other = _lab.Server();
        using var expired = _lab.Server(days: 1, from: -5);
        var certificate = _lab.Write("cert.pem", old.ExportCertificatePem(), _lab.Between.ExportCertificatePem());
        var key = _lab.Write("key.pem", CertificateLab.KeyPem(old));
        await using var server = await StartAsync("--Comet:Certificate", certificate, "--Comet:CertificateKey", key);
        var https = server.Get<HttpsCertificate>();

        void LookTimes(int n)
        {
            for (; n > 0; n--)
            {
                https.Look();
            }
        }

        _lab.Write("cert.pem", other.ExportCertificatePem()); // its key comes a moment later, as with most programs
        LookTimes(1);
        _lab.Write("key.pem", CertificateLab.KeyPem(other));
        LookTimes(1);
        Assert.Empty(_log.Errors);
        LookTimes(1);
        Assert.Equal(other.Thumbprint, https.Current!.Leaf.Thumbprint);

        foreach (var (content, why) in new[] { ("-----BEGIN CERT", "holds no certificate"), (expired.ExportCertificatePem(), "does not belong"), ("", "only for PEM files") })
        {
            var before = _log.Errors.Count();
            File.WriteAllText(certificate, content);
            LookTimes(4);
            var error = Assert.Single(_log.Errors.Skip(before));
            Assert.Contains("The server goes on with the one from before", error, StringComparison.Ordinal);
            Assert.Contains(why, error, StringComparison.Ordinal);
            Assert.Equal(other.Thumbprint, await ServedAsync(server));
        }

        File.Delete(certificate);
        LookTimes(3);
        Assert.Contains("does not exist", _log.Errors.Last(), StringComparison.Ordinal);
        Assert.Equal(other.Thumbprint, await ServedAsync(server));
    }

    [Fact]
    public async Task NearItsEnd_TheLogWarnsOnceADay()
    {
        using var certificate = _lab.Server(days: 40);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await StartAsync(new TempFolder(), clock, "--Comet:Certificate", _lab.Whole("server.pem", certificate));
        int Warned() => _log.Warnings.Count(static w => w.Contains("Put a new one there", StringComparison.Ordinal));
        Assert.Equal(0, Warned());
        clock.SetUtcNow(new DateTimeOffset(certificate.NotAfter) - HttpsCertificate.WarnBefore + TimeSpan.FromMinutes(1));
        await Wait.UntilAsync(() => Warned() == 1, "it warns");
        var https = server.Get<HttpsCertificate>();
        https.Look();
        Assert.Equal(1, Warned());
        clock.Advance(TimeSpan.FromDays(1));
        await Wait.UntilAsync(() => Warned() == 2, "it warns again");
    }

    [Theory]
    [InlineData("needs a certificate. Set Comet:Certificate")]
    [InlineData("does not exist. Correct Comet:Certificate", "--Comet:Certificate", "none.pem")]
    [InlineData("expired on", "--Comet:Certificate", "expired")]
    [InlineData("choose one of them", "--Comet:Certificate", "expired", "--Comet:SelfSigned", "true")]
    [InlineData("belong to Comet:Certificate, which is empty", "--Comet:CertificateKey", "key.pem")]
    [InlineData("Comet:TrustedProxies: '0.0.0.0/0' would let everybody claim any address", "--Comet:SelfSigned", "true", "--Comet:TrustedProxies", "10.0.0.1,0.0.0.0/0")]
    public async Task WrongSettings_EndTheStartInOneSentence(string why, params string[] args)
    {
        using var expired = _lab.Server(days: 5, from: -10);
        var path = _lab.Whole("expired.pem", expired);
        var failed = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync([.. args.Select(a => a == "expired" ? path : a)]));
        Assert.Contains(why, StartFailure.Explain(failed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_WhenAskedFor_LeadsPagesButNeitherProgramsNorThisComputer()
    {
        using var certificate = _lab.Server();
        await using var server = await TestServer.StartAsync(null, null, "--Urls", "http://127.0.0.1:0;https://127.0.0.1:0", "--Comet:Certificate", _lab.Whole("server.pem", certificate), "--Comet:HttpsRedirect", "true");
        var addresses = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var plain = new Uri(addresses.Single(static a => a.StartsWith("http:", StringComparison.Ordinal)));
        var https = new Uri(addresses.Single(static a => a.StartsWith("https:", StringComparison.Ordinal)));
        using var client = CertificateLab.Client($"http://{CertificateLab.Host}:{plain.Port}/");
        using var page = await client.GetAsync("/jobs?q=a", Ct);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, page.StatusCode);
        Assert.Equal($"https://{CertificateLab.Host}:{https.Port}/jobs?q=a", page.Headers.Location!.ToString());
        using var form = await client.PostAsync("/sign-in", new FormUrlEncodedContent([]), Ct);
        Assert.Equal(HttpStatusCode.Forbidden, form.StatusCode);
        using var call = await client.PostAsync("/api/v1/admin/meta/version", new FormUrlEncodedContent([]), Ct);
        Assert.Equal(HttpStatusCode.OK, call.StatusCode);
        using var here = CertificateLab.Client(plain.ToString());
        using var own = await here.GetAsync("/sign-in", Ct);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task SessionsCookie_OverHttps_IsSecureHttpOnlyAndLax()
    {
        using var certificate = _lab.Server();
        await using var server = await StartAsync("--Comet:Certificate", _lab.Whole("server.pem", certificate));
        using var client = CertificateLab.Client(At(server, "localhost"), _lab.Root);
        using var page = await client.GetAsync("/sign-in", Ct);
        var token = System.Text.RegularExpressions.Regex.Match(await page.Content.ReadAsStringAsync(Ct), "__RequestVerificationToken\" value=\"([^\"]+)").Groups[1].Value;
        using var entered = await client.PostAsync("/sign-in", new FormUrlEncodedContent([new("_handler", "sign-in"), new("__RequestVerificationToken", token), new("Given.Username", "admin"), new("Given.Password", "admin")]), Ct);
        Assert.Equal(HttpStatusCode.Redirect, entered.StatusCode);
        var cookie = entered.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith(server.Get<SessionCookie>().Name + "=", StringComparison.Ordinal));
        Assert.Contains("; secure; samesite=lax; httponly", cookie, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose()
    {
        _lab.Dispose();
        _log.Dispose();
    }

    private static string At(TestServer server, string host) => new UriBuilder(server.Address) { Host = host }.Uri.ToString();

    private async Task<string> ServedAsync(TestServer server)
    {
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port, Ct);
        await using var tls = new System.Net.Security.SslStream(tcp.GetStream(), false, static (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(CertificateLab.Host);
        return ((X509Certificate2)tls.RemoteCertificate!).Thumbprint;
    }

    private Task<TestServer> StartAsync(params string[] args) => StartAsync(new TempFolder(), args);

    private Task<TestServer> StartAsync(TempFolder folder, params string[] args) => StartAsync(folder, TimeProvider.System, args);

    private Task<TestServer> StartAsync(TempFolder folder, TimeProvider clock, params string[] args) =>
        TestServer.StartAsync(folder, b => b.Services.AddSingleton(clock).AddSingleton<ILogger<HttpsCertificate>>(new Logger<HttpsCertificate>(_log)), ["--Urls", "https://127.0.0.1:0", .. args]);
}
