using System.Text.Json.Nodes;
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

    /// <summary>Signs admin and other in, stops the server, lets the settings' entry of admin be changed, and starts it again.</summary>
    private static async Task<(string Admin, string Other, TestServer Again)> RestartAsync(Action<JsonObject> change)
    {
        var server = await TestServer.StartAsync();
        var path = server.Folder.Sub("cometd.cfg");
        var admin = await server.Get<SessionStore>().StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        var other = await server.Get<SessionStore>().StartAsync(SessionOwner.Administrator("other", null, null, ActorVia.Web), Ct);
        await server.StopAsync();

        var settings = JsonNode.Parse(await File.ReadAllTextAsync(path, Ct))!;
        var users = settings["AdminUsers"]!.AsArray();
        var second = users[0]!.DeepClone().AsObject();
        second["Username"] = "other";
        users.Add(second);
        change(users[0]!.AsObject());
        await File.WriteAllTextAsync(path, settings.ToJsonString(), Ct);
        return (admin, other, await TestServer.StartAsync(server.Folder));
    }
}
