using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Devices;

/// <summary>Ends one live connection. The device is told why and will most likely come back (spec/02 §2).</summary>
/// <param name="live">The links.</param>
/// <param name="accounts">Names, and whose they are.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DropConnection(LiveLinks live, IAccountDirectory accounts, AuditLog audit)
{
    /// <summary>
    /// Ends it; it is not listed any more when this returns. Refusals: <see cref="Refusal.Denied"/> without <see cref="Right.DevicesAct"/>,
    /// <see cref="Refusal.Missing"/> with ERR_UNKNOWN_DEVICE when it is gone already.
    /// </summary>
    public async Task<Outcome> RunAsync(Actor by, string connectionId)
    {
        var link = live.Link(connectionId) is { } found && accounts.Sees(by, found.Connection.Account) ? found : null;
        var happened = new AuditEvent(by, AuditActions.DeviceDisconnected, accounts.AuditTarget(link?.Connection, connectionId));
        if (by.Needs(Right.DevicesAct) is { Ok: false } denied)
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
