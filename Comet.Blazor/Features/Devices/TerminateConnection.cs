using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Devices;

/// <inheritdoc />
/// <param name="live">The links.</param>
/// <param name="accounts">Names, and whose they are.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class TerminateConnection(LiveLinks live, IAccountDirectory accounts, AuditLog audit) : ITerminateConnection
{
    /// <inheritdoc />
    public async Task<Outcome> RunAsync(Actor by, string connectionId)
    {
        var link = live.Link(connectionId) is { } found && accounts.Sees(by, found.Connection.Account) ? found : null;
        var happened = new AuditEvent(by, AuditActions.DeviceTerminated, accounts.AuditTarget(link?.Connection, connectionId));
        if (by.Needs(Right.DevicesAct) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (link is null)
        {
            return DeviceDispatcher.Unknown;
        }

        live.Close(link, Refusals.Terminated);
        return await audit.RecordAsync(happened, Outcome.Done);
    }
}
