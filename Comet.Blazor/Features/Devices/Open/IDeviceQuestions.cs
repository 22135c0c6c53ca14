using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Open;

/// <summary>
/// What can be asked of a live device while a person waits (spec/02 §2). Each question is answered for whom the account is the business of, a
/// customer for the own devices. Refusals of all: <see cref="Refusal.Denied"/> without the right named or for a suspended account,
/// <see cref="Refusal.Missing"/> with ERR_UNKNOWN_DEVICE when the connection is gone, <see cref="Refusal.DeviceRefused"/> with the device's own
/// sentence, <see cref="Refusal.Unsupported"/> from a device whose software is too old, <see cref="Refusal.TimedOut"/>.
/// </summary>
/// <remarks>The newest connection of a device: <c>ILiveConnections.Of(account, deviceId).MaxBy(l =&gt; l.Since)</c>.</remarks>
public interface IDeviceQuestions
{
    /// <summary>
    /// What a folder holds, at most <see cref="FolderPage.MaxEntries"/> at once. Needs <see cref="Right.AccountsManage"/>; <see cref="Refusal.Denied"/>
    /// when the device does not allow file names (<see cref="LiveConnection.AllowsFilenames"/>).
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="connectionId">The live connection.</param>
    /// <param name="path">Full path; empty for the places to begin with.</param>
    /// <param name="after">The last answer's <see cref="FolderPage.Next"/>; empty to begin.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<Outcome<FolderPage>> BrowseAsync(Actor by, string connectionId, string path, string after, CancellationToken ct);

    /// <summary>
    /// Counts what a Protected Item, saved or not, would back up. The answer's <see cref="ItemEstimate.Complete"/> is false when the time was not
    /// enough: then there is at least so much. Needs <see cref="Right.AccountsManage"/>.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="connectionId">The live connection.</param>
    /// <param name="engine">Such as engine1/file.</param>
    /// <param name="engineProps">The engine's settings.</param>
    /// <param name="limit">How long the device may count.</param>
    /// <param name="progress">Told about once a second what was found so far; null for nobody.</param>
    /// <param name="ct">Ends the count.</param>
    Task<Outcome<ItemEstimate>> EstimateAsync(
        Actor by, string connectionId, string engine, IReadOnlyDictionary<string, string> engineProps, TimeSpan limit, IProgress<ItemEstimate>? progress, CancellationToken ct);

    /// <summary>Whether this device can reach a storage and write to it, and if not, why. Needs <see cref="Right.AccountsManage"/>.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="connectionId">The live connection.</param>
    /// <param name="destination">The contract's DestinationConfig or DestinationLocation, saved or not, with its secrets.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<Outcome<VaultTested>> TestVaultAsync(Actor by, string connectionId, JsonObject destination, CancellationToken ct);

    /// <summary>The snapshots of a Storage Vault that the device may use, oldest first. Needs <see cref="Right.DevicesAct"/>.</summary>
    Task<Outcome<IReadOnlyList<SnapshotEntry>>> SnapshotsAsync(Actor by, string connectionId, string vaultId, CancellationToken ct);
}

/// <summary>
/// Work on a Storage Vault that a live device is asked for and reports as a job. Each answers the job's id; done means that the device has taken
/// the job, not that it succeeded. All need <see cref="Right.DevicesAct"/>, except for a customer with the own devices, and are put on record.
/// Refusals as <see cref="IDeviceQuestions"/>; <see cref="Refusal.Missing"/> for a vault that the device may not use; <see cref="Refusal.Conflict"/>
/// when the device does the same already.
/// </summary>
public interface IVaultWork
{
    /// <summary>A retention pass with an analysis of the vault (job 4003).</summary>
    Task<Outcome<string>> ApplyRetentionAsync(Actor by, string connectionId, string vaultId, CancellationToken ct);

    /// <summary>An analysis of the vault alone (job 4006).</summary>
    Task<Outcome<string>> MeasureVaultAsync(Actor by, string connectionId, string vaultId, CancellationToken ct);

    /// <summary>Removes stale locks (job 4004). For administrators only.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="connectionId">The live connection.</param>
    /// <param name="vaultId">The vault.</param>
    /// <param name="allowUnsafe">All locks: data is lost when another device works on the vault meanwhile.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<Outcome<string>> UnlockAsync(Actor by, string connectionId, string vaultId, bool allowUnsafe, CancellationToken ct);

    /// <summary>Deletes snapshots (job 4005). A customer's policy may forbid it (PreventDeleteSingleSnapshots).</summary>
    Task<Outcome<string>> DeleteSnapshotsAsync(Actor by, string connectionId, string vaultId, IReadOnlyCollection<string> snapshotIds, CancellationToken ct);
}
