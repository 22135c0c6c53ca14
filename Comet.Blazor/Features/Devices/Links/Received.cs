using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>What reading a link brought: a message, a reason to end it, or neither because it is over.</summary>
/// <param name="Message">The message.</param>
/// <param name="Problem">Why the link must end.</param>
/// <param name="Bytes">Size of the frame.</param>
public readonly record struct Received(AgentMessage? Message, Refused? Problem, int Bytes)
{
    /// <summary>The link is over.</summary>
    public static Received Nothing => default;
}

/// <summary>Reasons to end a link, with their codes and sentences (docs/agent-protocol.md, "Close codes").</summary>
public static class Refusals
{
    /// <summary>Not JSON, unknown, incomplete or out of order.</summary>
    public static Refused BadMessage(string why) => new(AgentProtocol.CloseCodes.BadMessage, why, 60);

    /// <summary>A frame over the limit.</summary>
    public static Refused TooBig(int limit) => new(AgentProtocol.CloseCodes.TooBig, $"The frame is larger than {limit} bytes.", 60);

    /// <summary>No hello in time, or silence.</summary>
    public static Refused TimedOut(string why) => new(AgentProtocol.CloseCodes.TimedOut, why, 0);

    /// <summary>The server could not do its part.</summary>
    public static Refused ServerFault { get; } = new(AgentProtocol.CloseCodes.ServerFault, "The server had a problem of its own. Its log says more.", 0);

    /// <summary>The server stops.</summary>
    public static Refused GoingAway { get; } = new(AgentProtocol.CloseCodes.GoingAway, "The server is stopping.", 0);

    /// <summary>Wrong name or password, not told apart.</summary>
    public static Refused BadCredentials(string why) => new(AgentProtocol.CloseCodes.BadCredentials, why, 300);

    /// <summary>Suspended, or no more devices allowed.</summary>
    public static Refused Forbidden(string why) => new(AgentProtocol.CloseCodes.Forbidden, why, 300);

    /// <summary>Too many links or failures; wait.</summary>
    public static Refused TooMany(string why, TimeSpan wait) => new(AgentProtocol.CloseCodes.TooMany, why, Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));

    /// <summary>More messages than a device ever needs to send.</summary>
    public static Refused Flood(int perSecond) => new(AgentProtocol.CloseCodes.TooMany, $"The device sends more than {perSecond} messages a second.", 60);

    /// <summary>No common protocol version.</summary>
    public static Refused Version { get; } =
        new(AgentProtocol.CloseCodes.Version, $"This server speaks version {AgentProtocol.Version} of the agent protocol. Install a matching version of the client.", 3600);

    /// <summary>An administrator ended the program behind the connection.</summary>
    public static Refused Terminated { get; } =
        new(AgentProtocol.CloseCodes.Dropped, "An administrator ended this program: this device was connected more than once. Start it again if it is the one that shall run.", -1);

    /// <summary>The device is not part of the account any more.</summary>
    public static Refused Revoked { get; } =
        new(AgentProtocol.CloseCodes.Revoked, "This device was revoked by an administrator. Register it again to use it.", -1);

    /// <summary>An administrator dropped the connection.</summary>
    public static Refused Dropped { get; } = new(AgentProtocol.CloseCodes.Dropped, "An administrator dropped this connection.", 0);

    /// <summary>The answer to the device's own close frame.</summary>
    public static Refused Bye { get; } = new(AgentProtocol.CloseCodes.Normal, "", 0);
}
