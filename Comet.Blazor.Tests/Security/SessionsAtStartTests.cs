using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security;

/// <summary>What a change of cometd.cfg means for browsers that were signed in before.</summary>
public sealed class SessionsAtStartTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_NothingChanged_SessionLivesOn()
    {
        var (key, _, again) = await RestartAsync(static _ => { });
        await using (again)
        {
            Assert.NotNull(again.Get<SessionStore>().Find(key));
        }
    }

    [Fact]
    public async Task Restart_PasswordSetInTheFile_ItsSessionsAreOverAndOthersNot()
    {
        var (admin, other, again) = await RestartAsync(static admin =>
        {
            admin["Password"] = "another one";
            admin["PasswordFormat"] = 0;
        });
        await using (again)
        {
            Assert.Null(again.Get<SessionStore>().Find(admin));
            Assert.NotNull(again.Get<SessionStore>().Find(other));
        }
    }

    [Fact]
    public async Task Restart_AdministratorGone_ItsSessionsAreOver()
    {
        var (key, _, again) = await RestartAsync(static admin => admin["Username"] = "somebody");
        await using (again)
        {
            Assert.Null(again.Get<SessionStore>().Find(key));
        }
    }

    [Fact]
    public async Task Restart_CustomersPasswordChangedAndThePowerFailedBeforeItsSessionsEnded_TheyAreOver()
    {
        var server = await TestServer.StartAsync();
        var by = new Actor(ActorKind.Administrator, "admin");
        var mary = (await server.Get<AddUser>().RunAsync(by, new NewUser("mary", "correct horse"), Ct)).Value!.Id;
        var tom = (await server.Get<AddUser>().RunAsync(by, new NewUser("tom", "correct horse"), Ct)).Value!.Id;
        var sessions = server.Get<SessionStore>();
        var (hers, his) = (await sessions.StartAsync(Customer("mary", mary), Ct), await sessions.StartAsync(Customer("tom", tom), Ct));
        var other = (await server.Get<AccountStore>().ReadAsync(tom, Ct))!.PasswordHash;
        await server.Get<AccountStore>().ChangeAsync(mary, null, p => { p.Root["PasswordHash"] = other; return Outcome.Done; }, tellDevices: true, Ct);
        await server.StopAsync();

        await using var again = await TestServer.StartAsync(server.Folder);

        Assert.Null(again.Get<SessionStore>().Find(hers));
        Assert.NotNull(again.Get<SessionStore>().Find(his));

        static SessionOwner Customer(string name, AccountId id) => new(ActorKind.Customer, name) { Account = id, Via = ActorVia.Api };
    }

    /// <summary>Signs admin and other in, stops the server, lets the settings' entry of admin be changed, and starts it again.</summary>
    private static async Task<(string Admin, string Other, TestServer Again)> RestartAsync(Action<JsonObject> change)
    {
        var server = await TestServer.StartAsync();
        var path = server.Folder.Sub("cometd.cfg");
        var admin = await server.Get<SessionStore>().StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        server.Get<SettingsFile>().Update(static root =>
        {
            var second = root["AdminUsers"]![0]!.DeepClone().AsObject();
            second["Username"] = "other";
            root["AdminUsers"]!.AsArray().Add(second);
            return true;
        });
        var other = await server.Get<SessionStore>().StartAsync(SessionOwner.Administrator("other", null, null, ActorVia.Web), Ct);
        await server.StopAsync();

        var settings = JsonNode.Parse(await File.ReadAllTextAsync(path, Ct))!;
        var users = settings["AdminUsers"]!.AsArray();
        change(users[0]!.AsObject());
        await File.WriteAllTextAsync(path, settings.ToJsonString(), Ct);
        return (admin, other, await TestServer.StartAsync(server.Folder));
    }
}
