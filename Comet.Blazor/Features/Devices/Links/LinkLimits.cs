using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>What one link of a device may cost the server. Times by the server's clock, sizes in bytes.</summary>
public sealed record LinkLimits
{
    /// <summary>How long a new link may take to sign in.</summary>
    public TimeSpan Hello { get; init; } = TimeSpan.FromSeconds(AgentProtocol.HelloSeconds);

    /// <summary>Silence after which a link counts as dead (spec/02 §1.1).</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(AgentProtocol.SilenceSeconds);

    /// <summary>
    /// Silence after which the server asks whether the device is there. Longer than the device's own heartbeat, so that a healthy idle link
    /// carries one ping and one pong per heartbeat and not two.
    /// </summary>
    public TimeSpan PingAfter { get; init; } = TimeSpan.FromSeconds(AgentProtocol.HeartbeatSeconds * 1.5);

    /// <summary>How long one frame may take to leave before the device counts as one that does not read.</summary>
    public TimeSpan SendStall { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a device may take to answer a close frame before its socket is torn down.</summary>
    public TimeSpan CloseWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often links are looked at; the precision of all times above.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the answer to a wrong password takes at least.</summary>
    public TimeSpan FailureDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes that may wait to be sent to one device.</summary>
    public int MaxQueuedBytes { get; init; } = 2 * AgentProtocol.MaxFrameBytes;

    /// <summary>Bytes of job messages that may wait to be stored for one device; one frame is always taken.</summary>
    public int MaxUnstoredBytes { get; init; } = 2 * AgentProtocol.MaxFrameBytes;

    /// <summary>Questions to one device that may wait for an answer.</summary>
    public int MaxAsked { get; init; } = 32;

    /// <summary>Frames read from one device in a second; more wait for the next second.</summary>
    public int MaxFramesPerSecond { get; init; } = 2000;

    /// <summary>
    /// Messages other than job messages that a device may send in a second on the long run. One that sends more is dropped; job messages are
    /// bounded by their acknowledgements instead, since a device that comes back may have many.
    /// </summary>
    public int MaxTalkPerSecond { get; init; } = AgentProtocol.MaxTalkPerSecond;

    /// <summary>How many of them may come at once.</summary>
    public int MaxTalkAtOnce { get; init; } = AgentProtocol.MaxTalkAtOnce;

    /// <summary>Links of one address that may be signing in at the same time.</summary>
    public int MaxArrivalsPerAddress { get; init; } = 256;

    /// <summary>Links that may be signing in at the same time.</summary>
    public int MaxArrivals { get; init; } = 2048;
}
