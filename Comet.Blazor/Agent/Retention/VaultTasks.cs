using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Measuring;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Retention;

/// <summary>What is done to vaults besides backups.</summary>
/// <param name="door">Opens vaults.</param>
/// <param name="tool">Finds restic.</param>
/// <param name="engine">Calls it.</param>
/// <param name="pass">Retention.</param>
/// <param name="measurement">Measures.</param>
/// <param name="reports">Tells the server.</param>
/// <param name="marks">When vaults were passed over.</param>
/// <param name="sizes">Sizes of snapshots.</param>
/// <param name="clock">The clock.</param>
public sealed class VaultTasks(
    VaultDoor door, ResticTool tool, VaultRestic engine, RetentionPass pass, VaultMeasurement measurement, VaultReports reports, PassMarks marks, SnapshotSizes sizes, TimeProvider clock)
{
    /// <summary>Does it and answers the job's final status. The caller has the vault's turn.</summary>
    /// <exception cref="AgentFailure">It can't be done; the sentence says why.</exception>
    /// <exception cref="StorageException">The storage refused.</exception>
    /// <exception cref="VaultBusyException">Another device has the vault.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<int> RunAsync(VaultJob job, JobReport report, JobNote note, CancellationToken ct)
    {
        var restic = await tool.FindAsync(ct);
        if (job.Kind == JobKind.Retention)
        {
            marks.Passed(job.Vault.Id); // also when it fails: a vault that can't be reached is not tried after each backup
        }

        if (!await HasDataAsync(restic, job.Vault, ct))
        {
            report.Info("Nothing is stored in this Storage Vault yet.");
            return JobStatus.Success;
        }

        using var repository = await door.OpenAsync(restic, job.Vault, report.Info, ct);
        return job.Kind switch
        {
            JobKind.Unlock => await UnlockAsync(job, report, note, restic, repository, ct),
            JobKind.DeleteSnapshots => await DeleteAsync(job, report, note, restic, repository, ct),
            JobKind.Retention => await PassAsync(job, report, note, restic, repository, ct),
            _ => await MeasureAsync(report, restic, repository, await new SnapshotList(clock).ReadAsync(restic, repository, ct), retained: false, ct),
        };
    }

    /// <summary>A backup has stored a snapshot.</summary>
    public void Stored(string vaultId, BackupEnd backup)
    {
        if (backup.Result is { SnapshotId.Length: 64 } result)
        {
            sizes.Add(vaultId, [KeyValuePair.Create(result.SnapshotId, result.TotalSize)]);
        }
    }

    /// <summary>A retention pass did not do its work: the vault says so until one does.</summary>
    public void Failed(VaultJob job, string why)
    {
        if (job.Kind == JobKind.Retention)
        {
            reports.Put(new VaultReport(job.Vault.Id, why));
        }
    }

    private async Task<bool> HasDataAsync(ResticProgram restic, AgentVault vault, CancellationToken ct)
    {
        using var repository = await door.LookAsync(restic, vault, ct);
        return repository is not null;
    }

    private async Task<int> UnlockAsync(VaultJob job, JobReport report, JobNote note, ResticProgram restic, Repository repository, CancellationToken ct)
    {
        report.Info(job.AllowUnsafe ? "Removing all locks, also those that may still be held." : "Removing locks of runs that have ended.");
        string[] args = job.AllowUnsafe ? ["unlock", "--remove-all"] : ["unlock"];
        foreach (var line in (await engine.RunAsync(restic, repository, report, note, args, ct)).Where(static l => l.Trim().Length > 0))
        {
            report.Info($"restic: {line}");
        }

        // A lock that stays is one of a program that may run: who wonders why work on the vault waits learns it here.
        var left = await VaultLocks.ReadAsync(restic, repository, clock, ct);
        foreach (var held in left)
        {
            report.Info($"A lock stays: {VaultLocks.Describe(held)}{(held.Exclusive ? " has the vault for itself" : " works on the vault")}. Locks of programs that may still run are removed only when that is asked for.");
        }

        return JobStatus.Success;
    }

    private async Task<int> DeleteAsync(VaultJob job, JobReport report, JobNote note, ResticProgram restic, Repository repository, CancellationToken ct)
    {
        var there = (await new SnapshotList(clock).ReadAsync(restic, repository, ct)).Select(static s => s.Id).ToHashSet(StringComparer.Ordinal);
        string[] ids = [.. job.SnapshotIds.Distinct(StringComparer.Ordinal).Where(there.Contains)];
        foreach (var id in job.SnapshotIds.Where(id => !there.Contains(id)))
        {
            report.Warn($"There is no snapshot {id} in this Storage Vault any more.");
        }

        foreach (var some in ids.Chunk(200))
        {
            await engine.RunAsync(restic, repository, report, note, ["forget", .. some], ct);
        }

        foreach (var id in ids)
        {
            report.Info($"Snapshot {id[..8]} is deleted.");
        }

        report.Info("The next retention pass frees the space.");
        return ids.Length == job.SnapshotIds.Count ? JobStatus.Success : JobStatus.Warning;
    }

    private async Task<int> PassAsync(VaultJob job, JobReport report, JobNote note, ResticProgram restic, Repository repository, CancellationToken ct)
    {
        var stay = await pass.RunAsync(job, report, note, restic, repository, await new SnapshotList(clock).ReadAsync(restic, repository, ct), ct);
        return await MeasureAsync(report, restic, repository, stay, retained: true, ct);
    }

    private async Task<int> MeasureAsync(JobReport report, ResticProgram restic, Repository repository, IReadOnlyList<StoredSnapshot> snapshots, bool retained, CancellationToken ct)
    {
        sizes.Keep(repository.VaultId, snapshots.Select(static s => s.Id).ToHashSet(StringComparer.Ordinal));
        report.Info("Measuring what the stored data are needed for.");
        try
        {
            var content = await measurement.RunAsync(restic, repository, snapshots, ct);
            reports.Put(new VaultReport(repository.VaultId, retained ? "" : null, content));
            report.Info($"{Kernel.ByteSize.Format(content.Components.Sum(static c => c.Bytes))} are stored in this Storage Vault.");
            return JobStatus.Success;
        }
        catch (AgentFailure ex) when (retained)
        {
            reports.Put(new VaultReport(repository.VaultId, ""));
            report.Warn(ex.Message);
            return JobStatus.Warning;
        }
    }
}
