using System.Collections.Concurrent;
using System.Text.Json;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>Takes jobs, runs them in turn, and sees each to its end.</summary>
/// <param name="profile">Items and vaults.</param>
/// <param name="turns">Who may use a vault.</param>
/// <param name="backup">Runs one.</param>
/// <param name="notes">Survives a kill.</param>
/// <param name="boxes">Survives a disconnect.</param>
/// <param name="state">The account.</param>
/// <param name="console">Told about jobs.</param>
/// <param name="clock">The clock.</param>
public sealed class JobDesk(ProfileKeeper profile, VaultTurns turns, Backup backup, JobNotes notes, Outboxes boxes, StateFolder state, AgentConsole console, TimeProvider clock)
{
    // The server waits 10 s for an answer.
    private static readonly TimeSpan ProfileWait = TimeSpan.FromSeconds(8);
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, RunningJob> _running = new(StringComparer.Ordinal);
    private bool _closed;

    /// <summary>Sends progress if there is a link.</summary>
    public required Action<JobProgress> Progress { get; init; }

    /// <summary>Told of each backup that has stored a snapshot.</summary>
    public Action<RunningJob, BackupEnd>? Stored { get; init; }

    /// <summary>Ids of the jobs that have not ended.</summary>
    public IEnumerable<string> Running => _running.Keys;

    /// <summary>Answers a request to run a backup.</summary>
    public async Task<Response> TakeAsync(Request request)
    {
        if (request.Body?.Deserialize(AgentJson.Default.RunBackup) is not { } ask || !Guid.TryParseExact(ask.JobId, "D", out var id) || id.ToString("D") != ask.JobId)
        {
            return Refuse(request, Refusal.Invalid, "The request to run a backup is not complete.");
        }

        using var limit = new CancellationTokenSource(ProfileWait, clock);
        AgentItem? item;
        AgentVault? vault;
        try
        {
            (item, vault) = await profile.FindAsync(ask.ItemId, ask.VaultId, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return Refuse(request, Refusal.TimedOut, "The device could not read its settings from the server in time. Try again.");
        }

        var begun = Check(item, vault) is { Ok: false } refused ? refused : Begin(new RunningJob(ask, item!, vault!), why: null, out _);
        return begun.Ok ? Accept(request, ask.JobId) : Refuse(request, begun.Kind, begun.Why);
    }

    /// <summary>
    /// Begins a backup that this device starts by itself. Every run is reported: what can't be done ends as Error, and as Skipped when the last run of
    /// the same item to the same vault has not ended.
    /// </summary>
    /// <param name="ask">What to do, under a new job id.</param>
    /// <param name="why">The first line of its log.</param>
    /// <returns>The running job; null when the run is over already, or the agent ends.</returns>
    public RunningJob? Start(RunBackup ask, string why)
    {
        var item = profile.Known?.Items.FirstOrDefault(i => i.Id == ask.ItemId);
        var vault = profile.Known?.Vaults.FirstOrDefault(v => v.Id == ask.VaultId);
        if (Check(item, vault) is { Ok: false } refused)
        {
            var report = new JobReport(ask.JobId, boxes.For(state.AccountId), Progress, clock);
            report.Start(JobKind.Backup, ask.ItemId, ask.VaultId, "", ask);
            report.Info(why);
            report.Error(refused.Why);
            report.Finish(JobStatus.Error, null);
            return null;
        }

        Begin(new RunningJob(ask, item!, vault!), why, out var job);
        return job;
    }

    /// <summary>Answers a request to cancel a job.</summary>
    public Response Cancel(Request request)
    {
        if (request.Body?.Deserialize(AgentJson.Default.CancelJob) is not { } ask)
        {
            return Refuse(request, Refusal.Invalid, "The request to cancel a job is not complete.");
        }

        if (!_running.TryGetValue(ask.JobId, out var job) || (ask.CancellationId.Length > 0 && ask.CancellationId != job.CancellationId))
        {
            return Refuse(request, Refusal.Missing, "This job does not run on the device any more.");
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

    private static Outcome Check(AgentItem? item, AgentVault? vault) =>
        item is null ? Outcome.Missing("This device has no such Protected Item.")
        : vault is null ? Outcome.Missing("This device may not use such a Storage Vault.")
        : ItemEngines.Reason(item.Engine) is { } reason ? Outcome.Refuse(Refusal.Unsupported, reason)
        : Outcome.Done;

    private static Response Refuse(Request request, Refusal why, string sentence) => new(request.Id, (int)why, sentence);

    private static Response Accept(Request request, string jobId) =>
        new(request.Id, 200, "OK", JsonSerializer.SerializeToElement(new RunBackupAccepted(jobId), AgentJson.Default.RunBackupAccepted));

    /// <summary>Begins a job, or ends it as Skipped. A job that this device starts by itself (<paramref name="why"/>) is never refused for being there twice.</summary>
    private Outcome Begin(RunningJob job, string? why, out RunningJob? begun)
    {
        begun = null;
        lock (_gate)
        {
            if (_closed)
            {
                job.Dispose();
                return Outcome.Conflict("The agent is stopping.");
            }

            var others = _running.Values.Where(o => o.Vault.Id == job.Vault.Id && !o.HasEnded).ToArray();
            var twin = others.FirstOrDefault(o => o.Item.Id == job.Item.Id);
            var report = new JobReport(job.Ask.JobId, boxes.For(state.AccountId), Progress, clock) { Level = job.Ask.Options.LogLevel };
            if (twin is not null && (job.Ask.Options.SkipAlreadyRunning || why is not null))
            {
                Skip(job, report, why);
                return Outcome.Done;
            }

            if (twin is not null || _running.ContainsKey(job.Ask.JobId))
            {
                job.Dispose();
                return Outcome.Conflict($"The Protected Item \"{job.Item.Description}\" is being backed up to this Storage Vault already.");
            }

            var note = new JobNote(job.Ask.JobId, job.Vault.Id, state.AccountId);
            notes.Write(note);
            _running[job.Ask.JobId] = job;
            report.Start(JobKind.Backup, job.Item.Id, job.Vault.Id, job.CancellationId, job.Ask);
            Explain(report, why);
            if (others.Length > 0)
            {
                report.Info($"Waiting for the backup of \"{others[0].Item.Description}\", which uses the same Storage Vault.");
            }

            job.Work = Task.Run(() => WorkAsync(job, report, note));
            begun = job;
            return Outcome.Done;
        }
    }

    private static void Skip(RunningJob job, JobReport report, string? why)
    {
        report.Start(JobKind.Backup, job.Item.Id, job.Vault.Id, "", job.Ask);
        Explain(report, why);
        report.Warn("Skipped, because the last backup of this Protected Item to this Storage Vault has not ended.");
        report.Finish(JobStatus.Skipped, null);
        job.Dispose();
    }

    private static void Explain(JobReport report, string? why)
    {
        if (why is not null)
        {
            report.Info(why);
        }
    }

    private async Task WorkAsync(RunningJob job, JobReport report, JobNote note)
    {
        BackupEnd end;
        try
        {
            using var turn = await turns.EnterAsync(job.Vault.Id, job.Stop);
            using var limit = job.Ask.Options.StopAfter > 0
                ? clock.CreateTimer(static j => ((RunningJob)j!).End(StopReason.TimeLimit), job, TimeSpan.FromSeconds(Math.Min(job.Ask.Options.StopAfter, int.MaxValue / 1000)), Timeout.InfiniteTimeSpan)
                : null;
            console.Say($"Backup of \"{job.Item.Description}\" to \"{job.Vault.Description}\" begins.");
            end = await backup.RunAsync(job, report, note, job.Stop);
        }
        catch (OperationCanceledException) when (job.Stop.IsCancellationRequested)
        {
            end = new BackupEnd(JobStatus.Cancelled);
        }
        catch (AgentFailure ex)
        {
            report.Error(ex.Message);
            end = new BackupEnd(JobStatus.Error);
        }
        catch (StorageException ex)
        {
            var (status, sentence) = StorageProblem.Describe(ex.Status, ex.Reason);
            report.Error(sentence);
            end = new BackupEnd(status);
        }
        catch (Exception ex)
        {
            report.Error($"The agent had a problem of its own: {ex.GetType().Name}: {ex.Message}");
            console.Say($"The backup of \"{job.Item.Description}\" met a problem of the agent itself: {ex}");
            end = new BackupEnd(JobStatus.Error);
        }

        await EndAsync(job, report, end);
    }

    private async Task EndAsync(RunningJob job, JobReport report, BackupEnd end)
    {
        if (end.Status == JobStatus.Cancelled && Why(job) is { } why)
        {
            report.Warn(why);
        }

        job.EndStatus = end.Status; // before anybody is told: the next backup may be asked for at once
        report.Finish(end.Status, end.Result);
        await report.DisposeAsync();
        console.Say($"Backup of \"{job.Item.Description}\" to \"{job.Vault.Description}\" ended: {Name(end.Status)}.");
        try
        {
            notes.Remove(job.Ask.JobId);
        }
        catch (IOException ex)
        {
            console.Say($"A note in the state folder could not be removed: {ex.Message}"); // its end, told again at the next start, is recorded once
        }

        _running.TryRemove(job.Ask.JobId, out _);
        if (end is { Status: JobStatus.Success or JobStatus.Warning, Result: not null })
        {
            Stored?.Invoke(job, end);
        }

        job.Dispose();
    }

    private static string? Why(RunningJob job) => job.Reason switch
    {
        StopReason.Asked => "Cancelled on request.",
        StopReason.TimeLimit => $"Stopped after {job.Ask.Options.StopAfter} {(job.Ask.Options.StopAfter == 1 ? "second" : "seconds")}, the time limit of this run.",
        StopReason.Shutdown => "Stopped, because the agent on this device was stopped.",
        _ => null,
    };

    private static string Name(int status) => status switch
    {
        JobStatus.Success => "Success",
        JobStatus.Warning => "Warning",
        JobStatus.QuotaExceeded => "Quota Exceeded",
        JobStatus.Cancelled => "Cancelled",
        _ => "Error",
    };
}
