using Comet.Blazor.Agent;
using Comet.Blazor.Features.Accounts.Users.Deletion;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>A user is deleted, and the connected devices are asked to uninstall (spec/01 §3).</summary>
public class UninstallTests
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uninstalled_TheAgentEndsForGood_ItsJobFirst_AndStaysEnded()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var vault = await lab.AddVaultAsync();
        var item = await lab.AddRawItemAsync("engine1/stdout", new Dictionary<string, string> { ["COMMAND"] = $"touch {lab.Work.Sub("begun")}; exec sleep 600", ["SAVEAS"] = "x" });
        await lab.RunAsync(item, vault);
        await Wait.UntilAsync(() => File.Exists(lab.Work.Sub("begun")), "the job's command runs");

        var deleted = await lab.Server.Get<DeleteUser>().RunAsync(Admin, AgentLab.User, new Uninstalling(RemoveSettings: false), Ct);

        Assert.True(deleted.Ok, deleted.Why);
        Assert.Equal("1 of 1 connected device uninstalled.", deleted.Value.Devices);
        Assert.Equal(Removal.ExitCode, await lab.Agent.ExitAsync());
        Assert.Contains("An administrator has asked this client to be removed.", lab.Agent.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(lab.PasswordFile));

        // A service manager starts it again: it does not even look for the server.
        await lab.StopServerAsync();
        var again = lab.StartAgent();
        Assert.Equal(Removal.ExitCode, await again.ExitAsync());
        Assert.Contains("was removed by an administrator", again.Output, StringComparison.Ordinal);
        Assert.Contains(lab.State, again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UninstalledWithSettings_NothingOfItStays_ButTheReasonWhatCouldNotGo()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        Assert.True(File.Exists(Path.Combine(lab.State, "agent.json")));

        Assert.True((await lab.Server.Get<DeleteUser>().RunAsync(Admin, AgentLab.User, new Uninstalling(RemoveSettings: true), Ct)).Ok);

        Assert.Equal(Removal.ExitCode, await lab.Agent.ExitAsync());
        Assert.Contains("with its settings.", lab.Agent.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.State) || File.Exists(lab.PasswordFile));
    }

    [Fact]
    public async Task DeviceThatDoesNotKnowIt_IsNamed_AndTheUserIsGoneAllTheSame()
    {
        await using var lab = await AgentLab.StartAsync();
        await using var old = await AgentClient.SignInAsync(lab.Server, AgentLab.User, AgentLab.Password, "old-device");

        var deleting = lab.Server.Get<DeleteUser>().RunAsync(Admin, AgentLab.User, new Uninstalling(RemoveSettings: true), Ct);
        var asked = await old.ReadAsync<Request>();
        await old.SendAsync(new Response(asked.Id, 501, "I am too old for that."));
        var deleted = await deleting;

        Assert.Equal(("uninstall", true), (asked.Action, asked.Body!.Value.GetProperty("removeSettings").GetBoolean()));
        Assert.Equal("0 of 1 connected device uninstalled. old-device.example: I am too old for that.", deleted.Value!.Devices);
        Assert.Equal(AgentProtocol.CloseCodes.Revoked, (await old.EndAsync())!.Code);
        Assert.Null(lab.Server.Get<Features.Accounts.AccountStore>().EntryByName(AgentLab.User));
    }

    [Fact]
    public async Task Deleted_WithoutBeingAsked_DevicesAreSignedOutAlone()
    {
        await using var lab = await AgentLab.ConnectedAsync();

        var deleted = await lab.Server.Get<DeleteUser>().RunAsync(Admin, AgentLab.User, null, Ct);

        Assert.Equal("", deleted.Value!.Devices);
        Assert.Equal(1, await lab.Agent.ExitAsync());
        Assert.True(File.Exists(lab.PasswordFile));
    }
}
