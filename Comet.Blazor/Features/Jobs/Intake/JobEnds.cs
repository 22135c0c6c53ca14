using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Intake;

/// <summary>A job that has ended.</summary>
/// <param name="Account">Its account.</param>
/// <param name="Job">The document.</param>
public sealed record EndedJob(AccountId Account, Job Job);

/// <summary>What belongs to a job's end: its figures, the vault's size, the item's statistics.</summary>
/// <param name="live">Running jobs.</param>
/// <param name="accounts">Names of accounts.</param>
/// <param name="statistics">The profile's side.</param>
/// <param name="clock">The clock.</param>
public sealed class JobEnds(LiveJobs live, IAccountDirectory accounts, IItemStatistics statistics, TimeProvider clock)
{
    /// <summary>The server ends a job, and says in its log why.</summary>
    public EndedJob ByServer(JobWriter writer, StoredJob job, int status, string why)
    {
        var now = clock.UnixNow();
        var ended = JobRules.EndedByServer(job.Job, status, now, live.Find(Guid.Parse(job.Job.Id))?.Figures?.Detail);
        writer.Update(job, ended, job.Owner with { EndedByDevice = false });
        writer.AppendLog(job.Key, new JobEntry(now, "E", why));
        writer.ForgetLog(job.Key);
        writer.NoteEnd(job.Key, ended, job.Owner.Account);
        return new EndedJob(job.Owner.Account, ended);
    }

    /// <summary>The device has ended a job.</summary>
    public EndedJob ByDevice(JobWriter writer, StoredJob job, JobFinished message)
    {
        var state = live.Find(Guid.Parse(job.Job.Id));
        var ended = JobRules.Finished(
            job.Job, message, state?.Figures?.Detail, state?.Uploaded, Measure(job.Owner.Account, job.Job.DestinationId), clock.UnixNow());
        writer.Update(job, ended, job.Owner with { EndedByDevice = true });
        writer.ForgetLog(job.Key);
        writer.NoteEnd(job.Key, ended, job.Owner.Account);
        return new EndedJob(job.Owner.Account, ended);
    }

    /// <summary>After the commit: forgets what was in memory and leaves a backup's figures in the profile.</summary>
    public async Task TellAsync(EndedJob ended, CancellationToken ct)
    {
        var job = ended.Job;
        live.End(Guid.Parse(job.Id));
        if (job.Classification == JobKind.Backup)
        {
            var json = WithNames(ended.Account, job).ToJson();
            await statistics.RecordAsync(ended.Account, job.SourceId, job.DestinationId, json, job.Status, job.StartTime, job.DestinationSizeEnd?.Size, ct);
        }
        else if (job.DestinationSizeEnd is { } size)
        {
            await statistics.RecordAsync(ended.Account, "", job.DestinationId, [], job.Status, job.StartTime, size.Size, ct); // the vault's size alone
        }
    }

    /// <summary>True when the account is there: one that was deleted gets no new jobs.</summary>
    public bool Knows(AccountId account) => accounts.Find(account) is not null;

    /// <summary>The job under its account's name of today.</summary>
    public Job WithNames(AccountId account, Job job) => accounts.Find(account) is { } owner ? job with { Username = owner.Username } : job;

    /// <summary>The vault's size now, in the contract's shape; null when unknown.</summary>
    public SizeMeasurement? Measure(AccountId account, string vaultId) =>
        live.StoredBytes(account, vaultId) is { } bytes && clock.UnixNow() is var now ? new SizeMeasurement(bytes, now, now) : null;
}
