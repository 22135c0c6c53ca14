using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Agent;

/// <summary>The account of a real agent is renamed.</summary>
public sealed class RenameTests
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Account_Renamed_TheAgentLearnsItsNewName_AndComesBackWithItAfterARestart()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var rename = lab.Server.Get<RenameUser>();
        Assert.True((await rename.RunAsync(Admin, AgentLab.User, "maria", Ct)).Ok);
        await Wait.UntilAsync(() => lab.Agent.Output.Contains("called maria now", StringComparison.Ordinal), $"the agent has learned the name ({lab.Agent.Output})");
        Assert.False(lab.IsOffline);

        lab.Agent.Signal("TERM");
        Assert.Equal(0, await lab.Agent.ExitAsync());
        Assert.Contains("maria", await File.ReadAllTextAsync(Path.Combine(lab.State, "agent.json"), Ct), StringComparison.Ordinal);
        lab.StartAgent(); // with the old name on its command line
        await Wait.UntilAsync(() => !lab.IsOffline, $"the agent is back ({lab.Agent.Output})");
        await Wait.UntilAsync(() => lab.Agent.Output.Contains("\"maria\"", StringComparison.Ordinal), $"the agent says its name ({lab.Agent.Output})");
    }
}
