using Comet.Blazor.Agent;

namespace Comet.Blazor.App.Start;

/// <summary>The verb <c>agent</c>.</summary>
public static class AgentStart
{
    /// <summary>Runs the agent; answers the exit code (decisions.md 28).</summary>
    /// <param name="args">The arguments after the verb.</param>
    public static async Task<int> RunAsync(string[] args) =>
        AgentSettings.Parse(args, out var settings) is { } complaint ? Usage.Complain(complaint) : await AgentHost.RunAsync(settings);
}
