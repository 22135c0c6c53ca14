using System.Globalization;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Agent.Retention;

/// <summary>
/// Deletes the snapshots that no rule keeps and frees their space (spec/01 §5.5). Which ones is decided by our own rules alone; restic is told ids.
/// An interruption at any point is harmless: what is forgotten needs no second pass, and what is not freed yet the next one frees.
/// </summary>
/// <param name="engine">Calls restic.</param>
/// <param name="profile">The rules.</param>
/// <param name="marks">When space was freed last.</param>
/// <param name="clock">The clock.</param>
public sealed class RetentionPass(VaultRestic engine, ProfileKeeper profile, PassMarks marks, TimeProvider clock)
{
    private const int IdsInACall = 200;
    private const int MaxLines = 500;

    /// <summary>Runs it.</summary>
    /// <param name="job">The job.</param>
    /// <param name="report">Its log.</param>
    /// <param name="note">Its note.</param>
    /// <param name="restic">The engine.</param>
    /// <param name="repository">The opened vault.</param>
    /// <param name="snapshots">All its snapshots.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>The snapshots that stay.</returns>
    /// <exception cref="AgentFailure">It can't be done.</exception>
    /// <exception cref="VaultBusyException">Another device has the vault.</exception>
    /// <exception cref="StorageException">The storage refused.</exception>
    public async Task<IReadOnlyList<StoredSnapshot>> RunAsync(
        VaultJob job, JobReport report, JobNote note, ResticProgram restic, Repository repository, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken ct)
    {
        // Rules that were loosened a minute ago must count: what they delete is gone.
        if (!await profile.LoadAsync(ct))
        {
            throw new AgentFailure("The server can't be asked which retention rules hold now, so nothing was deleted. Try again when the device is connected.");
        }

        if (profile.Known?.Retention?.FirstOrDefault(r => r.VaultId == job.Vault.Id) is not { } told)
        {
            report.Warn("The server does not tell retention rules for this Storage Vault, so nothing is deleted.");
            return snapshots;
        }

        var policy = RetentionPolicy.Read(told.Policy);
        var items = told.Items.ToDictionary(static i => i.Key, static i => RetentionPolicy.Read(i.Value), StringComparer.Ordinal);
        if (!policy.Deletes && !items.Values.Any(static p => p.Deletes))
        {
            report.Info(string.Create(CultureInfo.InvariantCulture, $"All {snapshots.Count} snapshots stay: the rules keep everything."));
            return snapshots;
        }

        CheckClock(profile.Known.ServerTime);
        foreach (var complaint in items.Values.Append(policy).Select(RetentionCheck.Complaint).OfType<string>().Distinct())
        {
            report.Warn($"A retention rule makes no sense, so what it is for stays: {complaint}");
        }

        // A job that stored the output of several commands has a snapshot for each; rules count jobs, so they stay and go together.
        var jobs = snapshots.GroupBy(static s => (s.ItemId, Job: s.JobId.Length > 0 ? s.JobId : s.Id)).ToDictionary(static g => g.First().Id, static g => g.Select(static s => s.Id).ToArray(), StringComparer.Ordinal);
        var verdicts = VaultRetention.Judge(
            snapshots.Where(s => jobs.ContainsKey(s.Id)).Select(static s => new RetentionSnapshot(s.Id, s.Time.ToUnixTimeSeconds(), s.ItemId)), policy, items, clock.UnixNow(), TimeZoneInfo.Local);
        var goes = verdicts.Where(static v => !v.Kept).SelectMany(v => jobs[v.Snapshot.Id]).Except(NewestDumps(snapshots), StringComparer.Ordinal).ToList();
        var gone = goes.ToHashSet(StringComparer.Ordinal);
        Explain(report, snapshots, gone);
        foreach (var ids in goes.Chunk(IdsInACall))
        {
            await engine.RunAsync(restic, repository, report, note, ["forget", .. ids], ct);
        }

        report.Info(string.Create(CultureInfo.InvariantCulture, $"{snapshots.Count - goes.Count} of {snapshots.Count} snapshots stay, {goes.Count} are deleted."));
        if (goes.Count > 0 || job.Asked || marks.IsPruneDue(job.Vault.Id))
        {
            await FreeAsync(job, report, note, restic, repository, ct);
        }

        return [.. snapshots.Where(s => !gone.Contains(s.Id))];
    }

    // All rules are about age: by a clock that has jumped, everything is old.
    private void CheckClock(long? serverTime)
    {
        var here = clock.UnixNow();
        if (serverTime is { } there && Math.Abs(here - there) > RetentionRules.Leeway)
        {
            throw new AgentFailure(string.Create(
                CultureInfo.InvariantCulture,
                $"This device's clock says {Time(here)}, and the server's {Time(there)}. Which backups are old can't be told, so nothing was deleted. Set the clock that is wrong, and run the retention pass again."));
        }
    }

    private static string Time(long unix) => UnixTime.FromUnix(unix) is { } at ? string.Create(CultureInfo.InvariantCulture, $"{at:yyyy-MM-dd HH:mm} UTC") : "no time at all";

    /// <summary>
    /// The newest snapshot of each dump of a Protected Item that makes several: a job in which one database could not be read is not a newer backup of
    /// that database.
    /// </summary>
    private IEnumerable<string> NewestDumps(IReadOnlyList<StoredSnapshot> snapshots)
    {
        var ahead = clock.UnixNow() + RetentionRules.Leeway;
        return snapshots.GroupBy(static s => s.ItemId, StringComparer.Ordinal)
            .Where(static item => item.Where(static s => s.JobId.Length > 0).GroupBy(static s => s.JobId, StringComparer.Ordinal).Any(static job => job.Count() > 1))
            .SelectMany(item => item.Where(s => s.Time.ToUnixTimeSeconds() <= ahead).GroupBy(static s => string.Join('\0', s.Paths), StringComparer.Ordinal))
            .Select(static dump => dump.MaxBy(static s => s.Time)!.Id);
    }

    private async Task FreeAsync(VaultJob job, JobReport report, JobNote note, ResticProgram restic, Repository repository, CancellationToken ct)
    {
        report.Info("Freeing space that nothing needs any more.");
        foreach (var line in await engine.RunAsync(restic, repository, report, note, ["prune"], ct))
        {
            if (line.StartsWith("total prune:", StringComparison.Ordinal) || line.StartsWith("remaining:", StringComparison.Ordinal))
            {
                report.Info($"restic: {line}");
            }
        }

        marks.Pruned(job.Vault.Id);
    }

    private void Explain(JobReport report, IReadOnlyList<StoredSnapshot> snapshots, HashSet<string> gone)
    {
        foreach (var item in snapshots.GroupBy(static s => s.ItemId, StringComparer.Ordinal))
        {
            var name = profile.Known?.Items.FirstOrDefault(i => i.Id == item.Key)?.Description is { Length: > 0 } known ? $"\"{known}\"" : item.Key.Length > 0 ? $"Item {item.Key}" : "Unknown item";
            report.Info(string.Create(CultureInfo.InvariantCulture, $"{name}: {item.Count(s => !gone.Contains(s.Id))} snapshots stay, {item.Count(s => gone.Contains(s.Id))} go."));
        }

        foreach (var snapshot in snapshots.Where(s => gone.Contains(s.Id)).Take(MaxLines))
        {
            report.Info(string.Create(CultureInfo.InvariantCulture, $"Deleting snapshot {snapshot.Id[..8]} of {snapshot.Time.ToUniversalTime():yyyy-MM-dd HH:mm} UTC."));
        }
    }
}
