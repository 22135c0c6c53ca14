using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Account;

/// <summary>Changing one's own password (spec/04 §4.5, §5).</summary>
public sealed class ChangeOwnPasswordTests
{
    private static readonly Actor Me = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_NeedsTheCurrentOne_EndsTheWarningAndTheOtherSessions()
    {
        await using var server = await TestServer.StartAsync();
        var administrators = server.Get<AdministratorStore>();
        var sessions = server.Get<SessionStore>();
        var mine = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        var other = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Api), Ct);

        Assert.Equal(Refusal.Unauthenticated, (await ChangeAsync(server, Me, "wrong", "long enough 1", mine)).Kind);
        Assert.Equal(Refusal.Invalid, (await ChangeAsync(server, Me, "admin", "short", mine)).Kind);
        Assert.Equal(Refusal.Invalid, (await ChangeAsync(server, Me, "admin", new string('x', 1001), mine)).Kind);
        Assert.True(administrators.DefaultPasswordInUse);
        Assert.NotNull(sessions.Find(other));
        Assert.True((await ChangeAsync(server, Me, "admin", "long enough 1", mine)).Ok);

        Assert.False(administrators.DefaultPasswordInUse);
        Assert.False((await administrators.VerifyAsync("admin", "admin", Ct)).Ok);
        Assert.True((await administrators.VerifyAsync("admin", "long enough 1", Ct)).Ok);
        Assert.NotNull(sessions.Find(mine));
        Assert.Null(sessions.Find(other));
    }

    [Fact]
    public async Task Change_Prevented_IsRefusedInTheService()
    {
        await using var server = await TestServer.StartAsync();
        var me = Me with { Limits = new AdministratorPermissions { PreventChangePassword = true }.LimitsFor("") };

        Assert.Equal(Refusal.Denied, (await ChangeAsync(server, me, "admin", "long enough 1", null)).Kind);
    }

    private static Task<Outcome> ChangeAsync(TestServer server, Actor by, string current, string replacement, string? session) =>
        server.Get<ChangeOwnPassword>().RunAsync(by, current, replacement, replacement, session, Ct);
}
