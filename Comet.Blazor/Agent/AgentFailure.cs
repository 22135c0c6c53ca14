namespace Comet.Blazor.Agent;

/// <summary>The agent can't go on, for a reason that the person at the console must know. The message is a sentence that names what to do.</summary>
public class AgentFailure : Exception
{
    /// <summary>The program's exit code: 1 for what can be put right at this computer (decisions.md 28).</summary>
    public int ExitCode { get; init; } = 1;

    /// <summary>With the sentence.</summary>
    public AgentFailure(string message)
        : base(message)
    {
    }

    /// <summary>With the sentence and what led to it.</summary>
    public AgentFailure(string message, Exception inner)
        : base(message, inner)
    {
    }
}
