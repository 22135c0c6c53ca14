using Comet.Blazor.Data;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Tests.Agent;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Security.Lockout;

/// <summary>The real agent on a computer from which somebody has guessed.</summary>
public sealed class LockedAgentTests
{
    [Fact]
    public async Task Agent_LockedOut_SaysSo_Waits_AndComesBackByItself()
    {
        await using var lab = await AgentLab.StartAsync();
        lab.Server.Get<SettingsFile>().Update(static root =>
        {
            new LoginProtection(true, 1, 8).Write(root);
            return true;
        });
        await using (var guess = await AgentClient.ConnectAsync(lab.Server))
        {
            Assert.Equal(AgentProtocol.CloseCodes.BadCredentials, Assert.IsType<Refused>(await guess.TryAsync(AgentLab.User, "guess")).Code);
        }

        var agent = lab.StartAgent();
        await Wait.UntilAsync(() => agent.HasExited || agent.Output.Contains("The server says: Too many failed attempts. Try again in ", StringComparison.Ordinal), "the agent has said why it waits: " + agent.Output);

        await lab.OnlineAsync();
        Assert.Single(agent.Output.Split('\n'), static line => line.Contains("Too many failed attempts", StringComparison.Ordinal));
    }
}
