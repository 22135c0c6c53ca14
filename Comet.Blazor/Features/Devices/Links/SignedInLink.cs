using Comet.Blazor.Features.Devices.Open;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>A link whose device has signed in.</summary>
/// <param name="connection">What others may know of it.</param>
/// <param name="link">The socket.</param>
/// <param name="epoch">Epoch of the device's outbox.</param>
public sealed class SignedInLink(LiveConnection connection, DeviceLink link, string epoch)
{
    /// <summary>What others may know of it.</summary>
    public LiveConnection Connection { get; } = connection;

    /// <summary>The socket.</summary>
    public DeviceLink Link { get; } = link;

    /// <summary>Epoch of the device's outbox.</summary>
    public string Epoch { get; } = epoch;
}
