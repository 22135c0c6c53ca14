using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Asking;

/// <summary>Makes a device read its profile again (spec/02 §2). Devices hear of changes by themselves; this shows that one does.</summary>
/// <param name="access">Who may ask whom.</param>
/// <param name="accounts">Names.</param>
/// <param name="dispatcher">Asks the device.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class RefreshProfile(DeviceAccess access, IAccountDirectory accounts, IDeviceDispatcher dispatcher, AuditLog audit)
{
    /// <summary>Asks; done when the device has read it. Needs <see cref="Right.DevicesAct"/>; refusals as <see cref="IDeviceQuestions"/>.</summary>
    public async Task<Outcome> RunAsync(Actor by, string connectionId, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.DeviceProfileRefreshed, accounts.AuditTarget(access.Seen(by, connectionId), connectionId));
        var found = access.Find(by, connectionId, Right.DevicesAct);
        return found.Ok
            ? await audit.RecordAsync(happened, (await dispatcher.AskAsync(connectionId, AgentProtocol.Actions.RefetchProfile, null, RunBackupNow.AnswerWithin, ct)).Plain)
            : found.Kind == Refusal.Missing ? found.Plain
            : await audit.RecordAsync(happened, found.Plain);
    }
}
