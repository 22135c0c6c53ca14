using System.Globalization;
using System.Text.Json;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Agent.Work.Files;
using Comet.Blazor.Agent.Work.Streams;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>How a backup ended.</summary>
/// <param name="Status">The final status.</param>
/// <param name="Result">Its figures; null when restic told none.</param>
public sealed record BackupEnd(int Status, JobResult? Result = null);

/// <summary>One backup: the vault, the commands around it, the engine.</summary>
/// <param name="vaults">Opens vaults.</param>
/// <param name="tool">Finds restic.</param>
/// <param name="size">Knows how full a vault is.</param>
/// <param name="files">The engine of files.</param>
/// <param name="streams">The engine of programs and databases.</param>
/// <param name="profile">What holds for this device.</param>
/// <param name="quota">How much all items may select together.</param>
/// <param name="state">Where an engine keeps what it needs while it runs.</param>
/// <param name="clock">The clock.</param>
public sealed class Backup(
    VaultDoor vaults, ResticTool tool, VaultSize size, FileBackup files, StreamBackup streams, ProfileKeeper profile, SelectionQuota quota, StateFolder state, TimeProvider clock)
{
    /// <summary>Runs it. Cancelling <paramref name="ct"/> ends it and answers <see cref="JobStatus.Cancelled"/>.</summary>
    /// <exception cref="AgentFailure">It can't be done; the sentence says why.</exception>
    /// <exception cref="StorageException">The storage refused before the engine ran.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before the engine ran.</exception>
    public async Task<BackupEnd> RunAsync(RunningJob job, JobReport report, JobNote note, CancellationToken ct)
    {
        var known = profile.Known;
        var rule = known?.Rules?.FirstOrDefault(r => r.Id == job.Ask.RuleId);
        Describe(job, report);
        var restic = await tool.FindAsync(ct);
        using var repository = await vaults.OpenAsync(restic, job.Vault, report.Info, ct);
        if (await size.LimitReachedAsync(restic, repository, ct) is { } full)
        {
            report.Error(full);
            return new BackupEnd(JobStatus.QuotaExceeded);
        }

        var commands = new JobCommands(job, rule?.Commands, report, clock);
        var end = new BackupEnd(JobStatus.Error);
        try
        {
            await commands.BeforeAsync(ct);
            report.Info(string.Create(CultureInfo.InvariantCulture, $"Backing up with restic {restic.Version} to {repository}"));
            using var share = await quota.ForAsync(job.Item.Id, ct);
            end = await EngineAsync(new BackupTask(job, report, note, restic, repository) { Share = share }, known, ct);
            if (end is { Status: JobStatus.Success or JobStatus.Warning, Result: { SnapshotId.Length: > 0 } stored })
            {
                share?.Stored(stored.TotalSize);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            end = new BackupEnd(JobStatus.Cancelled);
        }
        catch (AgentFailure ex)
        {
            report.Error(ex.Message);
        }
        finally
        {
            await commands.ThawAsync(ct);
            await commands.AfterAsync(end.Status, ct);
        }

        return commands.Failed && end.Status == JobStatus.Success ? end with { Status = JobStatus.Warning } : end;
    }

    private static void Describe(RunningJob job, JobReport report)
    {
        report.Debug($"Options: {JsonSerializer.Serialize(job.Ask.Options, AgentJson.Default.BackupOptions)}");
        if (job.Ask.Options.UseOnDiskIndexes)
        {
            report.Info("The option to keep indexes on the disk has no effect: restic has no such choice.");
        }
    }

    private async Task<BackupEnd> EngineAsync(BackupTask task, AgentProfile? known, CancellationToken ct)
    {
        switch (task.Job.Item.Engine)
        {
            case ItemEngines.Stdout:
                return await streams.RunAsync(task, ProgramOutput.Of(task.Job.Item), ct);
            case ItemEngines.MySql:
                using (var session = await MySqlSession.OpenAsync(task.Job.Item, state, ct))
                {
                    return await streams.RunAsync(task, await session.DumpsAsync(task.Report, ct), ct);
                }

            default:
                return await files.RunAsync(task, known, ct);
        }
    }
}
