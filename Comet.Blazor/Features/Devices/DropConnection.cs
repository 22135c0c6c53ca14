using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices;

/// <summary>Ends one live connection. The device is told why and will most likely come back (spec/02 §2).</summary>
/// <param name="live">The links.</param>
public sealed class DropConnection(LiveLinks live)
{
    /// <summary>
    /// Ends it; it is not listed any more when this returns. Refusals: <see cref="Refusal.Denied"/> without <see cref="Right.DevicesAct"/>,
    /// <see cref="Refusal.Missing"/> with ERR_UNKNOWN_DEVICE when it is gone already.
    /// </summary>
    public Outcome Run(Actor by, string connectionId)
    {
        if (!by.May(Right.DevicesAct))
        {
            return Outcome.Denied("You may not act on devices.");
        }

        if (live.Link(connectionId) is not { } link)
        {
            return DeviceDispatcher.Unknown;
        }

        live.Close(link, Refusals.Dropped);
        return Outcome.Done;
    }
}
