namespace Comet.Blazor.Agent.Link;

/// <summary>How long to wait before the next attempt: doubling from 1 s to 60 s, each drawn from its upper half so that many devices do not come back at once.</summary>
/// <param name="random">The source of jitter.</param>
public sealed class Backoff(Random random)
{
    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private double _seconds = 1;

    /// <summary>The next wait; at least <paramref name="least"/>, which is the server's wish.</summary>
    public TimeSpan Next(TimeSpan least)
    {
        var wait = TimeSpan.FromSeconds(_seconds * (0.5 + random.NextDouble() / 2));
        _seconds = Math.Min(_seconds * 2, Longest.TotalSeconds);
        return wait > least ? wait : least + TimeSpan.FromSeconds(random.NextDouble());
    }

    /// <summary>A sign-in succeeded: begin anew.</summary>
    public void Reset() => _seconds = 1;
}
