using System.Collections.Concurrent;
using System.Text.Json;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Retention;

/// <summary>Takes work on vaults, runs it when no backup of this device uses the vault, and sees it to its end.</summary>
/// <param name="profile">The vaults.</param>
/// <param name="turns">Who may use a vault.</param>
/// <param name="tasks">Does the work.</param>
/// <param name="marks">When vaults were passed over.</param>
/// <param name="notes">Survives a kill.</param>
/// <param name="boxes">Survives a disconnect.</param>
/// <param name="state">The account.</param>
/// <param name="console">Told about jobs.</param>
/// <param name="clock">The clock.</param>
public sealed class VaultDesk(
    ProfileKeeper profile, VaultTurns turns, VaultTasks tasks, PassMarks marks, JobNotes notes, Outboxes boxes, StateFolder state, AgentConsole console, TimeProvider clock)
{
    private static readonly TimeSpan ProfileWait = TimeSpan.FromSeconds(8); // the server waits 10 s for an answer
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, VaultJob> _running = new(StringComparer.Ordinal);
    private bool _closed;

    /// <summary>Sends progress if there is a link.</summary>
    public required Action<JobProgress> Progress { get; init; }

    /// <summary>Ids of the jobs that have not ended.</summary>
    public IEnumerable<string> Running => _running.Keys;

    /// <summary>Answers a request for work on a vault; null when it is none.</summary>
    /// <exception cref="JsonException">The body is not what the action needs.</exception>
    public async Task<Response?> TakeAsync(Request request)
    {
        var (kind, ask, allowUnsafe, snapshots) = Read(request);
        if (ask is null)
        {
            return kind == 0 ? null : Refuse(request, Refusal.Invalid, "The request is not complete.");
        }

        if (!Guid.TryParseExact(ask.JobId, "D", out var id) || id.ToString("D") != ask.JobId)
        {
            return Refuse(request, Refusal.Invalid, "The job's id must be a GUID of 36 lower-case characters.");
        }

        using var limit = new CancellationTokenSource(ProfileWait, clock);
        AgentVault? vault;
        try
        {
            vault = await profile.FindVaultAsync(ask.VaultId, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return Refuse(request, Refusal.TimedOut, "The device could not read its settings from the server in time. Try again.");
        }

        if (vault is null)
        {
            return Refuse(request, Refusal.Missing, "This device may not use such a Storage Vault.");
        }

        var begun = Begin(new VaultJob(ask.JobId, kind, vault) { AllowUnsafe = allowUnsafe, SnapshotIds = snapshots, Asked = true }, null);
        return begun.Ok
            ? new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(new RunBackupAccepted(ask.JobId), AgentJson.Default.RunBackupAccepted))
            : Refuse(request, begun.Kind, begun.Why);
    }

    /// <summary>A backup has ended well: a pass may be due.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="end">How it ended.</param>
    public void AfterBackup(RunningJob backup, BackupEnd end)
    {
        try
        {
            tasks.Stored(backup.Vault.Id, end);
            if (marks.IsDue(backup.Vault.Id, backup.Ask.Options.AutoRetentionLevel))
            {
                Begin(new VaultJob(Guid.NewGuid().ToString(), JobKind.Retention, backup.Vault), "Follows a backup, as the backup's options say.");
            }
        }
        catch (IOException ex)
        {
            console.Say($"Whether a retention pass is due could not be noted: {ex.Message}");
        }
    }

    /// <summary>Cancels a job; null when it is none of these.</summary>
    public Response? Cancel(Request request)
    {
        if (request.Body?.Deserialize(AgentJson.Default.CancelJob) is not { } ask || !_running.TryGetValue(ask.JobId, out var job)
            || (ask.CancellationId.Length > 0 && ask.CancellationId != job.CancellationId))
        {
            return null;
        }

        job.End(StopReason.Asked);
        return new Response(request.Id, 200, "OK");
    }

    /// <summary>Takes no more jobs, stops those that run, and returns when their ends are in the outbox.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
        }

        var jobs = _running.Values.ToArray();
        foreach (var job in jobs)
        {
            job.End(StopReason.Shutdown);
        }

        await Task.WhenAll(jobs.Select(static j => j.Work));
    }

    private static Response Refuse(Request request, Refusal why, string sentence) => new(request.Id, (int)why, sentence);

    private static (int Kind, VaultWork? Ask, bool AllowUnsafe, string[] Snapshots) Read(Request request)
    {
        switch (request.Action)
        {
            case AgentProtocol.Actions.ApplyRetention:
                return (JobKind.Retention, request.Body?.Deserialize(AgentJson.Default.VaultWork), false, []);
            case AgentProtocol.Actions.MeasureVault:
                return (JobKind.MeasureVault, request.Body?.Deserialize(AgentJson.Default.VaultWork), false, []);
            case AgentProtocol.Actions.UnlockVault:
                var unlock = request.Body?.Deserialize(AgentJson.Default.UnlockVault);
                return (JobKind.Unlock, unlock is null ? null : new VaultWork(unlock.JobId, unlock.VaultId), unlock?.AllowUnsafe ?? false, []);
            case AgentProtocol.Actions.DeleteSnapshots:
                var delete = request.Body?.Deserialize(AgentJson.Default.DeleteSnapshots);
                return (JobKind.DeleteSnapshots, delete is { SnapshotIds.Length: > 0 } ? new VaultWork(delete.JobId, delete.VaultId) : null, false, delete?.SnapshotIds ?? []);
            default:
                return (0, null, false, []);
        }
    }

    private Outcome Begin(VaultJob job, string? why)
    {
        lock (_gate)
        {
            if (_closed || _running.ContainsKey(job.JobId) || _running.Values.Any(o => o.Vault.Id == job.Vault.Id && o.Kind == job.Kind && o.Kind != JobKind.DeleteSnapshots))
            {
                job.Dispose();
                return Outcome.Conflict(_closed ? "The agent is stopping." : $"{job.Name}: this device does the same to this Storage Vault already.");
            }

            var note = new JobNote(job.JobId, job.Vault.Id, state.AccountId);
            notes.Write(note);
            _running[job.JobId] = job;
            var report = new JobReport(job.JobId, boxes.For(state.AccountId), Progress, clock);
            report.Start(job.Kind, "", job.Vault.Id, job.CancellationId);
            if (why is not null)
            {
                report.Info(why);
            }

            job.Work = Task.Run(() => WorkAsync(job, report, note));
            return Outcome.Done;
        }
    }

    private async Task WorkAsync(VaultJob job, JobReport report, JobNote note)
    {
        int status;
        try
        {
            using var turn = await turns.EnterAsync(job.Vault.Id, job.Stop);
            console.Say($"{job.Name} of \"{job.Vault.Description}\" begins.");
            status = await tasks.RunAsync(job, report, note, job.Stop);
        }
        catch (OperationCanceledException) when (job.Stop.IsCancellationRequested)
        {
            report.Warn(job.Reason == StopReason.Shutdown ? "Stopped, because the agent on this device was stopped." : "Cancelled on request.");
            status = JobStatus.Cancelled;
        }
        catch (VaultBusyException ex)
        {
            report.Warn(ex.Message);
            status = JobStatus.Skipped;
        }
        catch (AgentFailure ex)
        {
            status = Fail(job, report, JobStatus.Error, ex.Message);
        }
        catch (StorageException ex)
        {
            var (code, sentence) = StorageProblem.Describe(ex.Status, ex.Reason);
            status = Fail(job, report, code, sentence);
        }
        catch (Exception ex)
        {
            console.Say($"{job.Name} of \"{job.Vault.Description}\" met a problem of the agent itself: {ex}");
            status = Fail(job, report, JobStatus.Error, $"The agent had a problem of its own: {ex.GetType().Name}: {ex.Message}");
        }

        await EndAsync(job, report, status);
    }

    private int Fail(VaultJob job, JobReport report, int status, string why)
    {
        report.Error(why);
        tasks.Failed(job, why);
        return status;
    }

    private async Task EndAsync(VaultJob job, JobReport report, int status)
    {
        report.Finish(status, null);
        await report.DisposeAsync();
        console.Say($"{job.Name} of \"{job.Vault.Description}\" ended ({status}).");
        try
        {
            notes.Remove(job.JobId);
        }
        catch (IOException ex)
        {
            console.Say($"A note in the state folder could not be removed: {ex.Message}"); // its end, told again at the next start, is recorded once
        }

        _running.TryRemove(job.JobId, out _);
        job.Dispose();
    }
}
