using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Devices;

/// <summary>Ends one live connection. The device is told why and will most likely come back (spec/02 §2).</summary>
/// <param name="access">Who may ask whom.</param>
/// <param name="live">The links.</param>
/// <param name="accounts">Names, and whose they are.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DropConnection(DeviceAccess access, LiveLinks live, IAccountDirectory accounts, AuditLog audit)
{
    /// <summary>
    /// Ends it; it is not listed any more when this returns. Customers may end those of their own devices. Refusals: <see cref="Refusal.Denied"/> without <see cref="Right.DevicesAct"/>,
    /// <see cref="Refusal.Missing"/> with ERR_UNKNOWN_DEVICE when it is gone already.
    /// </summary>
    public async Task<Outcome> RunAsync(Actor by, string connectionId)
    {
        var link = access.Seen(by, connectionId) is not null ? live.Link(connectionId) : null;
        var happened = new AuditEvent(by, AuditActions.DeviceDisconnected, accounts.AuditTarget(link?.Connection, connectionId));
        if (by.Kind != ActorKind.Customer && by.Needs(Right.DevicesAct) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (link is null)
        {
            return DeviceDispatcher.Unknown;
        }

        live.Close(link, Refusals.Dropped);
        return await audit.RecordAsync(happened, Outcome.Done);
    }
}
