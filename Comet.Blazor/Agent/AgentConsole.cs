using System.Globalization;

namespace Comet.Blazor.Agent;

/// <summary>What the agent says to whoever looks at it: one line each, with the time in UTC. Never a secret.</summary>
/// <param name="output">Where to.</param>
/// <param name="clock">The clock.</param>
public sealed class AgentConsole(TextWriter output, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private string _last = "";

    /// <summary>Says it.</summary>
    public void Say(string text)
    {
        var line = new string([.. text.Select(static c => char.IsControl(c) ? ' ' : c)]);
        lock (_gate)
        {
            _last = text;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z {line}"));
            output.Flush();
        }
    }

    /// <summary>Says it unless it was the last thing said: what goes wrong every minute is told once.</summary>
    public void SayOnce(string text)
    {
        lock (_gate)
        {
            if (text == _last)
            {
                return;
            }
        }

        Say(text);
    }
}
