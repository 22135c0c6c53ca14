using System.Globalization;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>What an engine works with.</summary>
/// <param name="Job">The job.</param>
/// <param name="Report">Its log.</param>
/// <param name="Note">Its note in the state folder.</param>
/// <param name="Restic">The program.</param>
/// <param name="Repository">The opened vault.</param>
public sealed record BackupTask(RunningJob Job, JobReport Report, JobNote Note, ResticProgram Restic, Repository Repository)
{
    /// <summary>How much it may select; null when there is no limit.</summary>
    public QuotaShare? Share { get; init; }
}

/// <summary>One call of <c>restic backup</c>, from the arguments to the figures.</summary>
/// <param name="notes">Remembers the engine's process.</param>
/// <param name="state">This device.</param>
/// <param name="clock">The clock.</param>
public sealed class ResticBackup(JobNotes notes, StateFolder state, TimeProvider clock)
{
    private const int InterruptedCode = 130;
    private const int SomeUnreadable = 3;

    // Where the storage refuses everything, restic can't remove its lock either, and would try for a quarter of an hour.
    private static readonly TimeSpan RefusedPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookLimit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// As <see cref="RunAsync"/>, with a feed that can be given again: while another device has the vault for itself, it is tried again, for minutes.
    /// </summary>
    /// <param name="task">The job.</param>
    /// <param name="selection">Arguments that say what to back up.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="ct">Interrupts it.</param>
    public async Task<BackupEnd> PatientAsync(BackupTask task, IReadOnlyCollection<string> selection, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        var wait = Wait(task);
        while (true)
        {
            var (end, locked) = await OnceAsync(task, selection, async (stream, token) => { await stream.WriteAsync(input, token); return true; }, null, ct);
            if (!locked)
            {
                return end!;
            }

            if (!await wait.AgainAsync(ct))
            {
                return await BusyAsync(task, wait, ct);
            }
        }
    }

    /// <summary>How many bytes a backup of this selection would look at, in restic's own counting; null when restic does not tell, since the backup itself tells why.</summary>
    /// <param name="task">The job.</param>
    /// <param name="selection">As of the backup.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="ct">Interrupts it.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<long?> CountAsync(BackupTask task, IEnumerable<string> selection, ReadOnlyMemory<byte> input, CancellationToken ct)
    {
        using var counted = CancellationTokenSource.CreateLinkedTokenSource(ct);
        long? bytes = null;
        var run = new ResticRun(task.Restic.Path, task.Repository.Environment, clock)
        {
            Gentle = task.Job.Ask.Options.ReduceDiskConcurrency,
            Started = process => notes.Write(task.Note with { Pid = process.Id, PidStart = ProcessControl.StartOf(process) }),
            Feed = async (stream, token) => { await stream.WriteAsync(input, token); return true; },
        };
        await run.RunAsync([.. task.Repository.Options, .. Arguments(task, selection), "--dry-run", "--no-lock", "-vv"], "", Hear, static _ => { }, counted.Token);
        ct.ThrowIfCancellationRequested();
        return bytes;

        void Hear(string line)
        {
            if (bytes is null && ResticOutput.Read(line) is { } told && (told.Action == ResticLine.Scanned || told.MessageType == "summary"))
            {
                bytes = Math.Max(told.DataSize, told.TotalBytesProcessed);
                counted.Cancel(); // it would go on to read the files
            }
        }
    }

    /// <summary>Returns when no other device has the vault for itself, or when that has lasted for minutes: for what can't be given to restic twice.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task WaitForOthersAsync(BackupTask task, CancellationToken ct)
    {
        var wait = Wait(task);
        while ((await VaultLocks.ReadAsync(task.Restic, task.Repository, clock, ct)).Any(static l => l.Exclusive) && await wait.AgainAsync(ct))
        {
            ct.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Runs it. Cancelling <paramref name="ct"/> interrupts restic and answers <see cref="JobStatus.Cancelled"/>.</summary>
    /// <param name="task">The job.</param>
    /// <param name="selection">Arguments that say what to back up.</param>
    /// <param name="feed">Writes to restic's standard input. False: what was written is not whole, and nothing of it may stay.</param>
    /// <param name="onProgress">Takes reports of progress instead of the job; null to leave them to restic.</param>
    /// <param name="ct">Interrupts it.</param>
    /// <returns>The end; null when <paramref name="feed"/> has answered false.</returns>
    public async Task<BackupEnd?> RunAsync(
        BackupTask task, IEnumerable<string> selection, Func<Stream, CancellationToken, Task<bool>> feed, Action? onProgress, CancellationToken ct)
    {
        var (end, locked) = await OnceAsync(task, selection, feed, onProgress, ct);
        if (locked)
        {
            return await BusyAsync(task, Wait(task), ct);
        }

        return end;
    }

    private static async Task<BackupEnd> BusyAsync(BackupTask task, LockWait wait, CancellationToken ct)
    {
        task.Report.Error((await wait.GiveUpAsync(ct)).Message);
        return new BackupEnd(JobStatus.Error);
    }

    private LockWait Wait(BackupTask task) => new(task.Report.Info, task.Restic, task.Repository, clock);

    private async Task<(BackupEnd? End, bool Locked)> OnceAsync(
        BackupTask task, IEnumerable<string> selection, Func<Stream, CancellationToken, Task<bool>> feed, Action? onProgress, CancellationToken ct)
    {
        var (job, report, note, restic, repository) = task;
        using var halt = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var output = new BackupOutput(report, repository, halt.Cancel) { OnProgress = onProgress, Share = task.Share };
        var broken = false;
        var run = new ResticRun(restic.Path, repository.Environment, clock)
        {
            Gentle = job.Ask.Options.ReduceDiskConcurrency,
            PatienceNow = () => output.Refusal is null ? ResticRun.Patience : RefusedPatience,
            Started = process => notes.Write(note with { Pid = process.Id, PidStart = ProcessControl.StartOf(process) }),
            Feed = async (stream, token) =>
            {
                if (!await feed(stream, token))
                {
                    broken = true;
                    await halt.CancelAsync();
                }

                return !broken;
            },
        };
        var args = Arguments(task, selection);
        report.Debug($"restic {string.Join(' ', args)}");
        var end = await run.RunAsync([.. repository.Options, .. args], "", output.Hear, output.Hear, halt.Token);
        if (end.ExitCode > 128 && end.ExitCode != InterruptedCode)
        {
            notes.MarkLocked(job.Vault.Id); // killed before it could remove its lock
        }

        if (ResticOutput.TellsLocked(end.ExitCode, output.Tail) && output.Refusal is null && !ct.IsCancellationRequested)
        {
            return (null, true);
        }

        if (broken && !(end.ExitCode is 0 or SomeUnreadable))
        {
            return (null, false);
        }

        if (end.ExitCode is 0 or SomeUnreadable && output.Summary is { } summary)
        {
            if (end.ExitCode == SomeUnreadable)
            {
                report.Warn("Some files could not be read and are not in this backup. Give the agent the right to read them, or exclude them.");
            }

            if (onProgress is null && task.Share?.Take(summary.TotalBytesProcessed) == false)
            {
                report.Error($"{task.Share.Refusal(summary.TotalBytesProcessed)} It has grown while it was backed up, so this snapshot is stored all the same; the next one is not.");
                return (new BackupEnd(JobStatus.QuotaExceeded, await FiguresAsync(task, summary)), false);
            }

            var warn = end.ExitCode == SomeUnreadable || output.PathVanished;
            return (new BackupEnd(warn ? JobStatus.Warning : JobStatus.Success, await FiguresAsync(task, summary)), false);
        }

        if (output.Overrun is { } overrun)
        {
            report.Error($"{task.Share!.Refusal(overrun)} No snapshot was stored.");
            return (new BackupEnd(JobStatus.QuotaExceeded), false);
        }

        if (output.Refusal is { } refusal)
        {
            var (status, sentence) = StorageProblem.Describe(refusal.Status, refusal.Reason);
            report.Error(sentence);
            return (new BackupEnd(status), false);
        }

        if (ct.IsCancellationRequested)
        {
            return (new BackupEnd(JobStatus.Cancelled), false);
        }

        report.Error(end.ExitCode == InterruptedCode ? "restic was interrupted by somebody on this computer." : output.Explain(end.ExitCode));
        return (new BackupEnd(end.ExitCode == InterruptedCode ? JobStatus.Cancelled : JobStatus.Error), false);
    }

    private List<string> Arguments(BackupTask task, IEnumerable<string> selection)
    {
        var (job, _, _, restic, repository) = task;
        var options = job.Ask.Options;
        List<string> args =
        [
            "backup", "--json", "--tag", $"job:{job.Ask.JobId}", "--tag", $"item:{job.Item.Id}", "--host", state.DeviceId,
            .. repository.ConnectionsOf(Math.Min(options.ConcurrencyCount, BackupOptions.MostConnections)),
        ];
        if (options.LimitVaultSpeedBps > 0)
        {
            var limit = Math.Max(1, options.LimitVaultSpeedBps / 1024).ToString(CultureInfo.InvariantCulture);
            args.AddRange(["--limit-upload", limit, "--limit-download", limit]);
        }

        if (options.ReduceDiskConcurrency && restic.Version >= ResticTool.ReadConcurrency)
        {
            args.AddRange(["--read-concurrency", "1"]);
        }

        args.AddRange(selection);
        return args;
    }

    private async Task<JobResult> FiguresAsync(BackupTask task, ResticLine summary)
    {
        var id = summary.SnapshotId.Length >= 64 ? summary.SnapshotId : await FullIdAsync(task, summary.SnapshotId);
        if (id is null)
        {
            task.Report.Info($"The snapshot {summary.SnapshotId} is stored; its full id could not be read.");
        }

        task.Report.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Snapshot {summary.SnapshotId[..Math.Min(8, summary.SnapshotId.Length)]} is stored: {summary.TotalFilesProcessed:N0} files, {ByteSize.Format(summary.TotalBytesProcessed)} read, {ByteSize.Format(summary.DataAdded)} of new data sent."));
        return new JobResult(
            id ?? summary.SnapshotId, summary.DirsNew + summary.DirsChanged + summary.DirsUnmodified, summary.TotalFilesProcessed, summary.TotalBytesProcessed,
            summary.DataBlobs, summary.DataAdded, DownloadSize: 0);
    }

    /// <summary>The snapshot is written, so it is asked for also when the job is being cancelled.</summary>
    private async Task<string?> FullIdAsync(BackupTask task, string shortId)
    {
        using var limit = new CancellationTokenSource(LookLimit, clock);
        List<string> lines = [];
        var end = await new ResticRun(task.Restic.Path, task.Repository.Environment, clock).RunAsync(
            [.. task.Repository.Options, "snapshots", "--json", "--no-lock", "--tag", $"job:{task.Job.Ask.JobId}"], "", lines.Add, static _ => { }, limit.Token);
        return end.ExitCode == 0 ? ResticOutput.Snapshots(string.Concat(lines)).LastOrDefault(s => s.Id.StartsWith(shortId, StringComparison.Ordinal))?.Id : null;
    }
}
