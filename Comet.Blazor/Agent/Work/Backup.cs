using System.Globalization;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>How a backup ended.</summary>
/// <param name="Status">The final status.</param>
/// <param name="Result">Its figures; null when restic told none.</param>
public sealed record BackupEnd(int Status, JobResult? Result = null);

/// <summary>One backup by restic, from the selection to the figures.</summary>
/// <param name="vaults">Opens vaults.</param>
/// <param name="tool">Finds restic.</param>
/// <param name="notes">Remembers the engine's process.</param>
/// <param name="state">This device.</param>
/// <param name="clock">The clock.</param>
public sealed class Backup(VaultDoor vaults, ResticTool tool, JobNotes notes, StateFolder state, TimeProvider clock)
{
    private const int InterruptedCode = 130;
    private const int SomeUnreadable = 3;

    // Windows allows 32,767 characters in all, and Linux 128 KiB in one argument.
    private const int MaxArguments = 30_000;
    // Where the storage refuses everything, restic can't remove its lock either, and would try for a quarter of an hour.
    private static readonly TimeSpan RefusedPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookLimit = TimeSpan.FromMinutes(2);

    /// <summary>Runs it. Cancelling <paramref name="ct"/> interrupts restic and answers <see cref="JobStatus.Cancelled"/>.</summary>
    /// <exception cref="AgentFailure">It can't be done; the sentence says why.</exception>
    /// <exception cref="StorageException">The storage refused before restic ran.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before restic ran.</exception>
    public async Task<BackupEnd> RunAsync(RunningJob job, JobReport report, JobNote note, CancellationToken ct)
    {
        var selection = FileSelection.Of(job.Item);
        var missing = selection.Missing();
        foreach (var path in missing)
        {
            report.Warn($"{path} does not exist on this device, so it is not backed up.");
        }

        foreach (var setting in selection.Unsupported)
        {
            report.Warn($"This version does not know the setting {setting} of the Protected Item; it backs up without it.");
        }

        if (missing.Count == selection.Paths.Count)
        {
            report.Error(missing.Count == 0 ? "The Protected Item selects nothing. Add a path to it." : "None of the selected paths exists on this device. Correct the Protected Item.");
            return new BackupEnd(JobStatus.Error);
        }

        var restic = await tool.FindAsync(ct);
        var repository = await vaults.OpenAsync(restic, job.Vault, report.Info, ct);
        report.Info(string.Create(CultureInfo.InvariantCulture, $"Backing up with restic {restic.Version} to {repository}"));
        var end = await ResticAsync(job, report, note, restic, repository, selection.Paths.Except(missing), selection.Exclusions, ct);
        return end.Status == JobStatus.Success && missing.Count + selection.Unsupported.Count > 0 ? end with { Status = JobStatus.Warning } : end;
    }

    private async Task<BackupEnd> ResticAsync(
        RunningJob job, JobReport report, JobNote note, ResticProgram restic, Repository repository, IEnumerable<string> paths, IReadOnlyList<string> exclusions, CancellationToken ct)
    {
        using var halt = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var output = new BackupOutput(report, repository, halt.Cancel);
        var run = new ResticRun(restic.Path, repository.Environment, clock)
        {
            PatienceNow = () => output.Refusal is null ? ResticRun.Patience : RefusedPatience,
            Started = process => notes.Write(note with { Pid = process.Id, PidStart = ProcessControl.StartOf(process) }),
        };
        var end = await run.RunAsync([.. repository.Options, .. Arguments(job, exclusions)], string.Concat(paths.Select(static p => p + '\0')), output.Hear, output.Hear, halt.Token);
        if (end.ExitCode > 128 && end.ExitCode != InterruptedCode)
        {
            notes.MarkLocked(job.Vault.Id); // killed before it could remove its lock
        }

        if (end.ExitCode is 0 or SomeUnreadable && output.Summary is { } summary)
        {
            if (end.ExitCode == SomeUnreadable)
            {
                report.Warn("Some files could not be read and are not in this backup. Give the agent the right to read them, or exclude them.");
            }

            var warn = end.ExitCode == SomeUnreadable || output.PathVanished;
            return new BackupEnd(warn ? JobStatus.Warning : JobStatus.Success, await FiguresAsync(job, report, restic, repository, summary));
        }

        if (output.Refusal is { } refusal)
        {
            var (status, sentence) = StorageProblem.Describe(refusal.Status, refusal.Reason);
            report.Error(sentence);
            return new BackupEnd(status);
        }

        if (ct.IsCancellationRequested)
        {
            return new BackupEnd(JobStatus.Cancelled);
        }

        report.Error(end.ExitCode == InterruptedCode ? "restic was interrupted by somebody on this computer." : output.Explain(end.ExitCode));
        return new BackupEnd(end.ExitCode == InterruptedCode ? JobStatus.Cancelled : JobStatus.Error);
    }

    private List<string> Arguments(RunningJob job, IReadOnlyList<string> exclusions)
    {
        List<string> args = ["backup", "--json", "--tag", $"job:{job.Ask.JobId}", "--tag", $"item:{job.Item.Id}", "--host", state.DeviceId, "--files-from-raw", "-"];
        if (job.Ask.Options.LimitVaultSpeedBps > 0)
        {
            var limit = Math.Max(1, job.Ask.Options.LimitVaultSpeedBps / 1024).ToString(CultureInfo.InvariantCulture);
            args.AddRange(["--limit-upload", limit, "--limit-download", limit]);
        }

        foreach (var exclusion in exclusions)
        {
            args.AddRange(["--exclude", exclusion]);
        }

        var length = args.Sum(static a => a.Length + 3);
        return length <= MaxArguments ? args : throw new AgentFailure($"The exclusions of the Protected Item are too long ({length} characters, at most {MaxArguments}). Use fewer or shorter ones.");
    }

    private async Task<JobResult> FiguresAsync(RunningJob job, JobReport report, ResticProgram restic, Repository repository, ResticLine summary)
    {
        var id = summary.SnapshotId.Length >= 64 ? summary.SnapshotId : await FullIdAsync(job, restic, repository);
        if (id is null)
        {
            report.Info($"The snapshot {summary.SnapshotId} is stored; its full id could not be read.");
        }

        report.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"Snapshot {summary.SnapshotId[..Math.Min(8, summary.SnapshotId.Length)]} is stored: {summary.TotalFilesProcessed:N0} files, {ByteSize.Format(summary.TotalBytesProcessed)} read, {ByteSize.Format(summary.DataAdded)} of new data sent."));
        return new JobResult(
            id ?? summary.SnapshotId, summary.DirsNew + summary.DirsChanged + summary.DirsUnmodified, summary.TotalFilesProcessed, summary.TotalBytesProcessed,
            summary.DataBlobs, summary.DataAdded, DownloadSize: 0);
    }

    /// <summary>The snapshot is written, so it is asked for also when the job is being cancelled.</summary>
    private async Task<string?> FullIdAsync(RunningJob job, ResticProgram restic, Repository repository)
    {
        using var limit = new CancellationTokenSource(LookLimit, clock);
        List<string> lines = [];
        var end = await new ResticRun(restic.Path, repository.Environment, clock).RunAsync(
            [.. repository.Options, "snapshots", "--json", "--no-lock", "--tag", $"job:{job.Ask.JobId}"], "", lines.Add, static _ => { }, limit.Token);
        return end.ExitCode == 0 ? ResticOutput.Snapshots(string.Concat(lines)).LastOrDefault()?.Id : null;
    }
}
