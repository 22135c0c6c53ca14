using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices.Asking;

/// <summary>Runs a backup rule of a connected device now, with the rule's own options and commands (spec/02 §2).</summary>
/// <param name="access">Who may ask whom.</param>
/// <param name="accounts">The rules.</param>
/// <param name="backup">Asks the device, and puts it on record.</param>
public sealed class RunRuleNow(DeviceAccess access, IAccountDevices accounts, IRunBackup backup)
{
    /// <summary>Asks and answers the job's id. Needs <see cref="Right.DevicesAct"/>; <see cref="Refusal.Missing"/> for a rule that the device does not have; else as <see cref="IRunBackup"/>.</summary>
    public async Task<Outcome<string>> RunAsync(Actor by, string connectionId, string ruleId, CancellationToken ct)
    {
        var found = access.Find(by, connectionId, Right.DevicesAct);
        if (!found.Ok)
        {
            return found.Kind == Refusal.Denied ? await backup.RunAsync(by, connectionId, null, ct) : found.Plain; // which puts the denial on record
        }

        var profile = await accounts.ProfileForAsync(found.Value.Account, found.Value.DeviceId, ct);
        return profile.Ok ? await backup.RunAsync(by, connectionId, profile.Value.Rules?.FirstOrDefault(r => r.Id == ruleId), ct) : profile.Plain;
    }
}
