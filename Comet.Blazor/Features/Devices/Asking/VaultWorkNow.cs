using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Asking;

/// <summary>
/// Asks a device for work on a Storage Vault. As with "run backup now" the job is recorded first, so that a device that is quicker than the store
/// reports on a job that exists; one that refuses leaves a job that says why.
/// </summary>
/// <param name="access">Who may ask whom.</param>
/// <param name="accounts">Names.</param>
/// <param name="dispatcher">Asks the device.</param>
/// <param name="pending">Records the job.</param>
/// <param name="devices">What the accounts' policies forbid.</param>
/// <param name="policies">Name the policy in a refusal.</param>
/// <param name="audit">Puts on record who asked.</param>
public sealed class VaultWorkNow(
    DeviceAccess access, IAccountDirectory accounts, IDeviceDispatcher dispatcher, IPendingJobs pending, IAccountDevices devices, IPolicyDirectory policies, AuditLog audit) : IVaultWork
{
    private const int MaxSnapshots = 1000;

    /// <inheritdoc />
    public Task<Outcome<string>> ApplyRetentionAsync(Actor by, string connectionId, string vaultId, CancellationToken ct) => RunAsync(
        new Order(by, connectionId, vaultId, JobKind.Retention, AuditActions.DeviceRetentionStarted, AgentProtocol.Actions.ApplyRetention),
        id => Body(new VaultWork(id, vaultId), AgentJson.Default.VaultWork), Outcome.Done, ct);

    /// <inheritdoc />
    public Task<Outcome<string>> MeasureVaultAsync(Actor by, string connectionId, string vaultId, CancellationToken ct) => RunAsync(
        new Order(by, connectionId, vaultId, JobKind.MeasureVault, AuditActions.DeviceMeasureStarted, AgentProtocol.Actions.MeasureVault),
        id => Body(new VaultWork(id, vaultId), AgentJson.Default.VaultWork), Outcome.Done, ct);

    /// <inheritdoc />
    public Task<Outcome<string>> UnlockAsync(Actor by, string connectionId, string vaultId, bool allowUnsafe, CancellationToken ct) => RunAsync(
        new Order(by, connectionId, vaultId, JobKind.Unlock, AuditActions.DeviceUnlockStarted, AgentProtocol.Actions.UnlockVault) { Note = allowUnsafe ? ", all locks" : "" },
        id => Body(new UnlockVault(id, vaultId, allowUnsafe), AgentJson.Default.UnlockVault),
        by.Kind == ActorKind.Customer ? Outcome.Denied("Only an administrator can unlock a Storage Vault.") : Outcome.Done, ct);

    /// <inheritdoc />
    public async Task<Outcome<string>> DeleteSnapshotsAsync(Actor by, string connectionId, string vaultId, IReadOnlyCollection<string> snapshotIds, CancellationToken ct)
    {
        string[] ids = [.. snapshotIds.Distinct(StringComparer.Ordinal)];
        var complaint = ids.Length is 0 or > MaxSnapshots ? Outcome.Invalid($"Name 1 to {MaxSnapshots} snapshots.")
            : ids.Any(static id => id.Length != 64 || !id.All(char.IsAsciiHexDigitLower)) ? Outcome.Invalid("A snapshot's id has 64 characters, 0 to 9 and a to f.")
            : by is { Kind: ActorKind.Customer, Account: { } own } && await devices.PolicyAsync(own, ct) is { Says.PreventDeleteSingleSnapshots: true } held
                ? new PolicyRefusal(policies.Find(held.Id)?.Name ?? "").Because("deleting single snapshots")
            : Outcome.Done;
        return await RunAsync(
            new Order(by, connectionId, vaultId, JobKind.DeleteSnapshots, AuditActions.DeviceSnapshotsDeleted, AgentProtocol.Actions.DeleteSnapshots) { Note = $", snapshots {string.Join(", ", ids.Select(static i => i[..Math.Min(8, i.Length)]).Take(20))}" },
            id => Body(new DeleteSnapshots(id, vaultId, ids), AgentJson.Default.DeleteSnapshots), complaint, ct);
    }

    private static JsonElement Body<T>(T ask, JsonTypeInfo<T> shape) => JsonSerializer.SerializeToElement(ask, shape);

    private async Task<Outcome<string>> RunAsync(Order order, Func<string, JsonElement> body, Outcome complaint, CancellationToken ct)
    {
        var happened = new AuditEvent(order.By, order.Action, accounts.AuditTarget(access.Seen(order.By, order.ConnectionId), order.ConnectionId));
        var found = access.Find(order.By, order.ConnectionId, Right.DevicesAct);
        if (!found.Ok)
        {
            return found.Kind == Refusal.Missing ? found.Plain : await audit.RecordAsync(happened, found.Plain);
        }

        var vault = access.Vault(found.Value, order.VaultId);
        if (!complaint.Ok || !vault.Ok)
        {
            return await audit.RecordAsync(happened, complaint.Ok ? vault.Plain : complaint);
        }

        // Not under the caller's token: whether the device took the job must be recorded even when nobody waits for it any more.
        return await DispatchAsync(happened, order, found.Value, vault.Value.Name, body).WaitAsync(ct);
    }

    private async Task<Outcome<string>> DispatchAsync(AuditEvent happened, Order order, LiveConnection connection, string vaultName, Func<string, JsonElement> body)
    {
        var jobId = await pending.CreateAsync(connection.Account, connection.DeviceId, "", order.VaultId, order.Kind, order.By, CancellationToken.None);
        var answer = await dispatcher.AskAsync(connection.Id, order.Ask, body(jobId), RunBackupNow.AnswerWithin, CancellationToken.None);
        await audit.RecordAsync(happened with { Outcome = answer.Plain, Note = $"Job {jobId}: Storage Vault {vaultName}{order.Note}" });
        if (answer.Ok)
        {
            return jobId;
        }

        await pending.RefusedAsync(jobId, answer.Why, CancellationToken.None);
        return answer.Plain;
    }

    private sealed record Order(Actor By, string ConnectionId, string VaultId, int Kind, AuditAction Action, string Ask)
    {
        public string Note { get; init; } = "";
    }
}
