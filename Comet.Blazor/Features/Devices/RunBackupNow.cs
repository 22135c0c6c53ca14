using System.Text.Json;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Features.Devices;

/// <summary>
/// "Run backup now": checks, records the job as pending, asks the device. The job is recorded first, so that a device that is quicker than the
/// store reports on a job that exists; one that refuses leaves a job that says why.
/// </summary>
/// <param name="access">Who may ask whom.</param>
/// <param name="accounts">Items and vaults.</param>
/// <param name="devices">What policies say.</param>
/// <param name="dispatcher">Asks the device.</param>
/// <param name="pending">Records the job.</param>
/// <param name="audit">Puts on record who asked.</param>
/// <param name="log">Tells of faults that nobody waits for any more.</param>
public sealed partial class RunBackupNow(
    DeviceAccess access, IAccountDirectory accounts, IAccountDevices devices, IDeviceDispatcher dispatcher, IPendingJobs pending, AuditLog audit, ILogger<RunBackupNow> log) : IRunBackup
{
    private const int MaxText = 255;

    /// <summary>How long a device may take to answer a command (spec/02 §2).</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public Task<Outcome<string>> RunAsync(Actor by, string connectionId, string itemId, string vaultId, BackupOptions options, CancellationToken ct) =>
        RunAsync(by, connectionId, new RunBackup("", itemId, vaultId, options), ct);

    /// <inheritdoc />
    public Task<Outcome<string>> RunAsync(Actor by, string connectionId, AgentRule? rule, CancellationToken ct) => RunAsync(
        by, connectionId, rule is null ? null : new RunBackup("", rule.ItemId, rule.VaultId, rule.Options, rule.Id), ct);

    private async Task<Outcome<string>> RunAsync(Actor by, string connectionId, RunBackup? wanted, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.DeviceBackupStarted, accounts.AuditTarget(access.Seen(by, connectionId), connectionId));
        var found = access.Find(by, connectionId, Right.DevicesAct);
        if (!found.Ok)
        {
            return found.Kind == Refusal.Missing ? found.Plain : await audit.RecordAsync(happened, found.Plain);
        }

        if (wanted is null)
        {
            return Outcome.Missing("This device has no such backup rule.");
        }

        var ask = await WithPolicyAsync(by, wanted, ct);
        var complaint = Complaint(found.Value, ask.ItemId, ask.VaultId, ask.Options);
        if (!complaint.Ok)
        {
            return await audit.RecordAsync(happened, complaint);
        }

        // Not under the caller's token: whether the device took the job must be recorded even when nobody waits for it any more.
        return await DispatchAsync(happened, found.Value, ask, ct).WaitAsync(ct);
    }

    /// <summary>What the policy of a customer fixes for backup rules holds for a run of the customer's own, too (spec/01 §4.4).</summary>
    private async Task<RunBackup> WithPolicyAsync(Actor by, RunBackup wanted, CancellationToken ct) => by is { Kind: ActorKind.Customer, Account: { } own }
        ? wanted with { Options = wanted.Options with { SkipAlreadyRunning = (await devices.PolicyAsync(own, ct)).Says.SkipAlreadyRunning.Effective(wanted.Options.SkipAlreadyRunning) } }
        : wanted;

    private Outcome Complaint(LiveConnection connection, string itemId, string vaultId, BackupOptions options) =>
        !accounts.Items(connection.Account).Any(i => i.Id == itemId && i.DeviceId == connection.DeviceId) ? Outcome.Missing("This device has no such Protected Item.")
        : accounts.Vaults(connection.Account).FirstOrDefault(v => v.Id == vaultId) is not { } vault ? Outcome.Missing("The user has no such Storage Vault.")
        : !vault.Serves(connection.DeviceId) ? Outcome.Missing($"The Storage Vault {vault.Name} is not for this device. Choose another one, or add the device to the vault.")
        : options.LimitVaultSpeedBps < 0 ? Outcome.Invalid("The upload limit must be 0 (no limit) or a number of bytes per second.")
        : options.StopAfter < 0 ? Outcome.Invalid("The time limit must be 0 (none) or a number of seconds.")
        : options.ConcurrencyCount is < 0 or > BackupOptions.MostConnections ? Outcome.Invalid($"The number of connections must be 0 (the engine's own choice) to {BackupOptions.MostConnections}.")
        : options.AutoRetentionLevel is < 0 or > 3 ? Outcome.Invalid("AutoRetentionLevel must be 0 (automatic), 1 (after every job), 2 (more often) or 3 (less often).")
        : options.LogLevel.Length > MaxText || options.Tags.Length > MaxText ? Outcome.Invalid($"LogLevel and Tags may have {MaxText} characters at most.")
        : Outcome.Done;

    private async Task<Outcome<string>> DispatchAsync(
        AuditEvent happened, LiveConnection connection, RunBackup ask, CancellationToken caller)
    {
        try
        {
            var (itemId, vaultId) = (ask.ItemId, ask.VaultId);
            var jobId = await pending.CreateAsync(connection.Account, connection.DeviceId, itemId, vaultId, JobKind.Backup, happened.By, CancellationToken.None);
            var body = JsonSerializer.SerializeToElement(ask with { JobId = jobId }, AgentJson.Default.RunBackup);
            var answer = await dispatcher.AskAsync(connection.Id, AgentProtocol.Actions.RunBackup, body, AnswerWithin, CancellationToken.None);
            var outcome = answer.Ok ? Accepted(answer.Value, jobId) : answer.Plain;
            await audit.RecordAsync(happened with { Outcome = outcome, Note = $"Job {jobId}: {NamesOf(connection, itemId, vaultId)}" });
            if (outcome.Ok)
            {
                return jobId;
            }

            await pending.RefusedAsync(jobId, outcome.Why, CancellationToken.None);
            return outcome;
        }
        catch (Exception ex) when (caller.IsCancellationRequested)
        {
            LogFault(ex, connection.DeviceId);
            return Outcome.Refuse(Refusal.DeviceRefused, Refusals.ServerFault.Message);
        }
    }

    private string NamesOf(LiveConnection connection, string itemId, string vaultId) =>
        $"Protected Item {accounts.Items(connection.Account).FirstOrDefault(i => i.Id == itemId)?.Name ?? itemId} to Storage Vault "
        + (accounts.Vaults(connection.Account).FirstOrDefault(v => v.Id == vaultId)?.Name ?? vaultId);

    private static Outcome Accepted(JsonElement answer, string jobId)
    {
        try
        {
            return answer.ValueKind == JsonValueKind.Object && answer.Deserialize(AgentJson.Default.RunBackupAccepted)?.JobId == jobId
                ? Outcome.Done
                : Outcome.Refuse(Refusal.DeviceRefused, "The device answered about another job than the one it was asked for.");
        }
        catch (JsonException ex)
        {
            return Outcome.Refuse(Refusal.DeviceRefused, $"The device's answer can't be read: {ex.Message}");
        }
    }

    [LoggerMessage(LogLevel.Error, "A backup that device {Device} was asked for could not be recorded.")]
    private partial void LogFault(Exception ex, string device);
}
