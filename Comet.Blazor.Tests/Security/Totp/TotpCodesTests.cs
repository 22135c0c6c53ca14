using System.Text;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Secrets;
using Comet.Blazor.Security.Totp;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OtpNet;

namespace Comet.Blazor.Tests.Security.Totp;

/// <summary>Codes: six digits, 30 seconds, one step of drift, once (spec/04 §4.2).</summary>
public sealed class TotpCodesTests : IAsyncLifetime
{
    private const string Owner = "administrator/ada";
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 15, TimeSpan.Zero));
    private readonly TempFolder _folder = new();
    private TestServer? _server;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private TotpCodes Codes => _server!.Get<TotpCodes>();

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server!.StopAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(29, true)]
    [InlineData(-29, true)]
    [InlineData(75, false)]
    [InlineData(-75, false)]
    public async Task Code_OfAPhoneWhoseClockIsOff_IsTakenUpToOneStep(int seconds, bool taken)
    {
        var (box, app) = New();

        Assert.Equal(taken, (await Codes.AcceptAsync(Owner, box, CodeAt(app, seconds), Ct)).Ok);
    }

    [Fact]
    public async Task Code_IsTakenOnce_AlsoAfterARestart_AndAnEarlierOneNotAfterALaterOne()
    {
        var (box, app) = New();
        Assert.True((await Codes.AcceptAsync(Owner, box, CodeAt(app, 0), Ct)).Ok);

        Assert.Contains("used already", (await Codes.AcceptAsync(Owner, box, CodeAt(app, 0), Ct)).Why, StringComparison.Ordinal);
        Assert.False((await Codes.AcceptAsync(Owner, box, CodeAt(app, -30), Ct)).Ok);
        await _server!.StopAsync();
        _server = await StartAsync();
        Assert.False((await Codes.AcceptAsync(Owner, box, CodeAt(app, 0), Ct)).Ok);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True((await Codes.AcceptAsync(Owner, box, CodeAt(app, 0), Ct)).Ok);
    }

    [Fact]
    public async Task Code_SentManyTimesAtOnce_IsTakenOnce()
    {
        var (box, app) = New();
        var code = CodeAt(app, 0);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Codes.AcceptAsync(Owner, box, code, Ct)));

        Assert.Single(answers, static a => a.Ok);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("abcdef")]
    [InlineData("１２３４５６")]
    [InlineData("-12345")]
    public async Task Code_ThatIsNone_IsRefused(string code)
    {
        var (box, _) = New();

        Assert.Equal(Refusal.Unauthenticated, (await Codes.AcceptAsync(Owner, box, code, Ct)).Kind);
    }

    [Fact]
    public async Task Code_TypedWithASpace_IsTaken()
    {
        var (box, app) = New();

        Assert.True((await Codes.AcceptAsync(Owner, box, CodeAt(app, 0).Insert(3, " "), Ct)).Ok);
    }

    [Fact]
    public async Task Secret_OpensForItsOwnerOnly_AndIsNotInTheText()
    {
        var secret = Codes.NewSecret();
        var box = Codes.Seal(Owner, secret);
        var app = new OtpNet.Totp(Base32Encoding.ToBytes(secret.Text));

        Assert.DoesNotContain(secret.Text, box, StringComparison.Ordinal);
        Assert.DoesNotContain(secret.Text, secret.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SecretLostException>(() => Codes.AcceptAsync("administrator/eve", box, CodeAt(app, 0), Ct));
    }

    [Fact]
    public void Secret_Address_IsWhatAppsRead()
    {
        var secret = new TotpSecret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");

        Assert.Equal(
            "otpauth://totp/Comet%20Server%20%28backup%29:ada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Comet%20Server%20%28backup%29&algorithm=SHA1&digits=6&period=30",
            secret.Url("Comet Server (backup)", "ada@example.com"));
        var png = Convert.FromBase64String(TotpSecret.Image(secret.Url("x", "y"))["data:image/png;base64,".Length..]);
        Assert.Equal("PNG", Encoding.ASCII.GetString(png, 1, 3));
    }

    private Task<TestServer> StartAsync() => TestServer.StartAsync(_folder, b => b.Services.AddSingleton<TimeProvider>(_clock));

    private (string Box, OtpNet.Totp App) New()
    {
        var secret = Codes.NewSecret();
        return (Codes.Seal(Owner, secret), new OtpNet.Totp(Base32Encoding.ToBytes(secret.Text)));
    }

    private string CodeAt(OtpNet.Totp app, int seconds) => app.ComputeTotp(_clock.GetUtcNow().UtcDateTime.AddSeconds(seconds));
}
