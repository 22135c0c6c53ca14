using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Sessions;

/// <summary>One signed-in browser (decisions.md 24).</summary>
/// <param name="name">The administrator.</param>
/// <param name="started">UTC.</param>
/// <param name="lastGesture">UTC.</param>
public sealed class Session(string name, DateTimeOffset started, DateTimeOffset lastGesture)
{
    private long _lastGesture = lastGesture.UtcTicks;

    /// <summary>The administrator.</summary>
    public string Name { get; } = name;

    /// <summary>When the person signed in, UTC.</summary>
    public DateTimeOffset Started { get; } = started;

    /// <summary>When the person last did something, UTC. Traffic of the page itself does not count (decisions.md 17).</summary>
    public DateTimeOffset LastGesture
    {
        get => new(Interlocked.Read(ref _lastGesture), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _lastGesture, value.UtcTicks);
    }

    /// <summary>When <see cref="LastGesture"/> was last written to the store, UTC.</summary>
    internal DateTimeOffset Saved { get; set; } = lastGesture;

    /// <summary>Rings when the session has ended: its tabs leave.</summary>
    public LiveSignal Ended { get; } = new();

    /// <summary>When it ends unless the person does something, UTC.</summary>
    public DateTimeOffset Expires(TimeSpan idle, TimeSpan longest) => LastGesture + idle < Started + longest ? LastGesture + idle : Started + longest;
}
