using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OtpNet;

namespace Comet.Blazor.Tests.Security.Account;

/// <summary>What one can change about one's own sign-in (spec/04 §4.1, §4.2, §5).</summary>
public sealed class OwnFactorsTests : IAsyncLifetime
{
    private static readonly Actor Me = new(ActorKind.Administrator, "admin", null, "192.0.2.7");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private TestServer? _server;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Administrator Admin => _server!.Get<AdministratorStore>().Find("admin")!;

    private SessionStore Sessions => _server!.Get<SessionStore>();

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(_clock));

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    [Fact]
    public async Task Totp_IsRequiredOnlyAfterARightCode_AndThenThePasswordAloneOpensNothing()
    {
        var (totp, factors) = (_server!.Get<OwnTotp>(), _server!.Get<OwnFactors>());
        Assert.False((await factors.RequireAsync(Me, true, null, null)).Ok);
        var secret = (await totp.RegenerateAsync(Me)).Value!;
        Assert.False((await factors.RequireAsync(Me, true, null, null)).Ok);
        Assert.Equal(Refusal.Invalid, (await totp.CheckAsync(Me, "000000", Ct)).Kind);
        Assert.True(Admin.AllowPassword);

        Assert.True((await totp.CheckAsync(Me, CodeOf(secret.Text), Ct)).Ok);
        var mine = await Sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        var other = await Sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Api), Ct);
        Assert.True((await factors.RequireAsync(Me, true, null, mine)).Ok);

        Assert.Equal((false, true, false), (Admin.AllowPassword, Admin.AllowTotp, Admin.AllowWebAuthn));
        Assert.NotNull(Sessions.Find(mine));
        Assert.Null(Sessions.Find(other));
        Assert.DoesNotContain(secret.Text, await File.ReadAllTextAsync(_server!.Folder.Sub("cometd.cfg"), Ct), StringComparison.Ordinal);

        // A new secret counts at once: codes of the old one are worth nothing, and it has to be shown again before anything else.
        var next = (await totp.RegenerateAsync(Me)).Value!;
        Assert.False(Admin.TotpChecked);
        Assert.NotEqual(secret.Text, next.Text);
        Assert.True((await factors.RequireAsync(Me, false, null, mine)).Ok);
        Assert.True(Admin.AllowPassword);
    }

    [Fact]
    public async Task Key_IsNotRequired_WithoutOne() =>
        Assert.Equal("Register a security key first.", (await _server!.Get<OwnFactors>().RequireAsync(Me, null, true, null)).Why);

    [Fact]
    public async Task NothingChanges_ForACustomer_OrWhileThePasswordMustBeChanged()
    {
        var customer = new Actor(ActorKind.Customer, "admin");
        Assert.Equal(Refusal.Denied, (await _server!.Get<OwnTotp>().RegenerateAsync(customer)).Kind);
        Assert.True(_server!.Get<AdministratorStore>().Change("admin", static one => one with { RequirePasswordChange = true }).Ok);

        Assert.Equal(Refusal.Denied, (await _server!.Get<OwnTotp>().RegenerateAsync(Me)).Kind);
        Assert.Equal(Refusal.Denied, (await _server!.Get<OwnFactors>().RequireAsync(Me, false, null, null)).Kind);
        Assert.Equal(Refusal.Denied, (await _server!.Get<OwnAddresses>().SaveAsync(Me, "")).Kind);
    }

    [Fact]
    public async Task Addresses_ThatShutOneselfOut_AreRefused()
    {
        var addresses = _server!.Get<OwnAddresses>();

        Assert.False((await addresses.SaveAsync(Me, @"^10\.")).Ok);
        Assert.False((await addresses.SaveAsync(Me, "(")).Ok);
        Assert.True((await addresses.SaveAsync(Me, @" ^192\.0\.2\. ")).Ok);
        Assert.Equal(@"^192\.0\.2\.", Admin.AllowedAddresses);
        Assert.True((await addresses.SaveAsync(Me, "")).Ok);
        Assert.Null(Admin.AllowedAddresses);
    }

    [Fact]
    public async Task Session_OfSomebodyElse_CantBeEnded()
    {
        var other = await Sessions.StartAsync(SessionOwner.Administrator("somebody", null, null, ActorVia.Web), Ct);
        var sessions = _server!.Get<OwnSessions>();

        await sessions.EndAsync(Me, Sessions.Find(other)!.Id);
        Assert.NotNull(Sessions.Find(other));
        Assert.DoesNotContain(sessions.Of(Me), static s => s.Name == "somebody");
    }

    private string CodeOf(string secret) => new OtpNet.Totp(Base32Encoding.ToBytes(secret)).ComputeTotp(_clock.GetUtcNow().UtcDateTime);
}
