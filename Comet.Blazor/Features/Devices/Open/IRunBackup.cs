using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Features.Devices.Open;

/// <summary>"Run backup now" (spec/02 §2), for every page and endpoint that offers it.</summary>
public interface IRunBackup
{
    /// <summary>
    /// Asks a connected device to back up one Protected Item to one Storage Vault and answers the job's id. Done means that the device has
    /// accepted, not that the backup succeeded. Customers may ask their own devices. Refusals: <see cref="Refusal.Denied"/> for an administrator
    /// without <see cref="Right.DevicesAct"/> or for a suspended account, <see cref="Refusal.Missing"/> with ERR_UNKNOWN_DEVICE when the connection is gone, <see cref="Refusal.Missing"/> for an item or
    /// vault that the device does not have, <see cref="Refusal.DeviceRefused"/> with the device's sentence, <see cref="Refusal.TimedOut"/>.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="connectionId">The live connection.</param>
    /// <param name="itemId">Protected Item of that device.</param>
    /// <param name="vaultId">Storage Vault that the device may use.</param>
    /// <param name="options">Options of this run.</param>
    /// <param name="ct">Cancels the wait; a job that the device has taken goes on.</param>
    Task<Outcome<string>> RunAsync(Actor by, string connectionId, string itemId, string vaultId, BackupOptions options, CancellationToken ct);

    /// <summary>As above for a run of a backup rule of that device: with the rule's options and commands, and the rule stands in the job.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="connectionId">The live connection.</param>
    /// <param name="rule">The rule; null puts a denial on record and refuses as missing.</param>
    /// <param name="ct">Cancels the wait; a job that the device has taken goes on.</param>
    Task<Outcome<string>> RunAsync(Actor by, string connectionId, AgentRule? rule, CancellationToken ct);
}
