using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.Settings;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Settings;

/// <summary>Session time, login protection, everybody's sessions, Advanced Options: their commands.</summary>
public sealed class SettingsCommandTests
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin", null, "127.0.0.1");
    private static readonly Actor Restricted = Admin with { Limits = new AdministratorPermissions { PreventEditServerSettings = true }.LimitsFor("") };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SessionTime_HoldsAtOnce_KeepsWhatItDoesNotKnow_AndIsOnRecord()
    {
        await using var server = await TestServer.StartAsync();
        server.Get<SettingsFile>().Update(static root => root["SessionSettings"] = new System.Text.Json.Nodes.JsonObject { ["FromTomorrow"] = 7 });
        var recorded = server.Get<AuditLog>().Changed.Version;

        Assert.True((await server.Get<SaveSessionTime>().RunAsync(Admin, 5)).Ok);

        Assert.Equal(TimeSpan.FromMinutes(5), server.Get<SessionTimes>().Idle);
        Assert.Equal(7, server.Get<SettingsFile>().Read(static root => (int)root["SessionSettings"]!["FromTomorrow"]!));
        Assert.Equal(recorded + 1, server.Get<AuditLog>().Changed.Version);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(10_080, true)]
    [InlineData(10_081, false)]
    [InlineData(int.MinValue, false)]
    public async Task SessionTime_IsBounded(int minutes, bool good)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(good, (await server.Get<SaveSessionTime>().RunAsync(Admin, minutes)).Ok);

        Assert.Equal(good ? TimeSpan.FromMinutes(minutes) : SessionTimes.DefaultIdle, server.Get<SessionTimes>().Idle);
    }

    [Fact]
    public async Task LoginProtection_IsBounded_AndHoldsAtOnce()
    {
        await using var server = await TestServer.StartAsync();
        var save = server.Get<SaveLoginProtection>();

        Assert.Equal(Refusal.Invalid, (await save.RunAsync(Admin, new LoginProtection(true, 0, 300))).Kind);
        Assert.Equal(Refusal.Invalid, (await save.RunAsync(Admin, new LoginProtection(true, 10, 0))).Kind);
        Assert.True((await save.RunAsync(Admin, new LoginProtection(true, 3, 60))).Ok);

        Assert.Equal(new LoginProtection(true, 3, 60), server.Get<LoginGuard>().Protection);
    }

    [Fact]
    public async Task WithoutTheRight_NothingIsChangedOrShown_AndTheAttemptIsOnRecord()
    {
        await using var server = await TestServer.StartAsync();
        var recorded = server.Get<AuditLog>().Changed.Version;
        await server.Get<SessionStore>().StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);

        Assert.Equal(Refusal.Denied, (await server.Get<SaveSessionTime>().RunAsync(Restricted, 5)).Kind);
        Assert.Equal(Refusal.Denied, (await server.Get<SaveLoginProtection>().RunAsync(Restricted, LoginProtection.Default with { Enabled = false })).Kind);
        Assert.Equal(Refusal.Denied, server.Get<AllSessions>().All(Restricted).Kind);
        Assert.Equal(Refusal.Denied, (await server.Get<AllSessions>().EndAsync(Restricted, server.Get<SessionStore>().All.Single())).Kind);
        Assert.Equal(Refusal.Denied, (await server.Get<AllSessions>().EndAllOfAsync(Restricted, "admin")).Kind);

        Assert.Single(server.Get<SessionStore>().All);
        Assert.True(server.Get<LoginGuard>().Protection.Enabled);
        Assert.Equal(recorded + 4, server.Get<AuditLog>().Changed.Version);
    }

    [Fact]
    public async Task Sessions_OfOthers_AreEndedOneByOne_OrAll()
    {
        await using var server = await TestServer.StartAsync();
        var (store, all) = (server.Get<SessionStore>(), server.Get<AllSessions>());
        var first = await store.StartAsync(SessionOwner.Administrator("maria", "10.0.0.1", "Firefox on Linux", ActorVia.Web), Ct);
        var second = await store.StartAsync(SessionOwner.Administrator("maria", "10.0.0.2", "curl", ActorVia.Api), Ct);
        var third = await store.StartAsync(SessionOwner.Administrator("maria", "10.0.0.3", "curl", ActorVia.Api), Ct);
        var other = await store.StartAsync(new SessionOwner(ActorKind.Customer, "maria"), Ct);

        Assert.True((await all.EndAsync(Admin, store.Find(first)!)).Ok);
        Assert.Null(store.Find(first));
        Assert.NotNull(store.Find(second));
        Assert.True((await all.EndAllOfAsync(Admin, "maria")).Ok);

        Assert.Null(store.Find(second));
        Assert.Null(store.Find(third));
        Assert.NotNull(store.Find(other)); // a customer of the same name is somebody else
    }

    [Fact]
    public async Task AdvancedOptions_AreEachPersonsOwn_AndSurviveARestart()
    {
        var folder = new TempFolder();
        var server = await TestServer.StartAsync(folder);
        var choices = server.Get<AdvancedChoices>();
        Assert.False(await choices.OfAsync("admin", Ct));

        await choices.ChooseAsync("admin", true, Ct);
        await choices.ChooseAsync("maria", true, Ct);
        await choices.ChooseAsync("maria", false, Ct);

        Assert.True(await choices.OfAsync("admin", Ct));
        Assert.False(await choices.OfAsync("maria", Ct));
        Assert.Equal(3, choices.Changed.Version);
        await server.StopAsync();
        await using var again = await TestServer.StartAsync(folder);
        Assert.True(await again.Get<AdvancedChoices>().OfAsync("admin", Ct));
        Assert.False(await again.Get<AdvancedChoices>().OfAsync("maria", Ct));
    }
}
