using System.Text;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Intake;

/// <summary>Takes the messages of devices: at least once from them, exactly once into the store (decisions.md 7).</summary>
/// <param name="store">The jobs.</param>
/// <param name="live">Running jobs.</param>
/// <param name="ends">What follows a job's end.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The server's log.</param>
public sealed partial class JobIntake(JobStore store, LiveJobs live, JobEnds ends, TimeProvider clock, ILogger<JobIntake> log) : IJobIntake
{
    private const int MaxEntries = 10_000;

    /// <inheritdoc />
    public async Task<long> OnConnectAsync(AccountId account, string deviceId, string epoch, IReadOnlyCollection<string> activeJobs, CancellationToken ct)
    {
        var active = activeJobs.Select(static j => Guid.TryParseExact(j, "D", out var id) ? id : Guid.Empty).ToHashSet();
        var (last, over) = await store.WriteAsync(
            writer =>
            {
                var ended = new List<EndedJob>();
                foreach (var id in RunningOn(writer.Index, account, deviceId).Where(id => !active.Contains(id)))
                {
                    if (writer.Find(id) is { Job.Status: not JobStatus.NotYetStarted and var status } job && JobStatus.IsRunning(status))
                    {
                        ended.Add(ends.ByServer(writer, job, JobStatus.Abandoned, "The device came back and does not know this job any more: it stopped unexpectedly."));
                    }
                }

                foreach (var id in active)
                {
                    if (writer.Find(id) is { } job && IsOf(job, account, deviceId))
                    {
                        Revive(writer, job);
                    }
                }

                return (writer.Sequence(JobCollections.SequenceKey(account, deviceId, epoch)), ended);
            },
            ct);
        foreach (var job in over)
        {
            await ends.TellAsync(job, ct);
        }

        return last;
    }

    /// <inheritdoc />
    public async Task<Outcome<long>> ReceiveAsync(AccountId account, string deviceId, string epoch, JobMessage message, CancellationToken ct)
    {
        if (Flaw(deviceId, epoch, message) is { } flaw)
        {
            return Outcome.Invalid(flaw);
        }

        var id = Guid.ParseExact(message.JobId, "D");
        var (answer, ended) = await store.AppendAsync<(Outcome<long>, EndedJob?)>(
            writer =>
            {
                if (!ends.Knows(account))
                {
                    // Its history is being removed. Asked here, on the owner's turn: what comes before the removal is removed with the rest.
                    return (Outcome.Denied("The account was deleted."), null);
                }

                var key = JobCollections.SequenceKey(account, deviceId, epoch);
                var last = writer.Sequence(key);
                var job = writer.Find(id);
                if (job is not null && !IsOf(job, account, deviceId))
                {
                    return (Outcome.Denied($"The job {message.JobId} belongs to another device."), null);
                }

                if (message.Seq <= last)
                {
                    // A crash between the commit and the statistics is mended here: the device repeats what was not acknowledged.
                    return (last, message is JobFinished && job is { Job.IsRunning: false } ? new EndedJob(account, job.Job) : null);
                }

                if (message.Seq != last + 1)
                {
                    return (Outcome.Conflict($"Message {message.Seq} follows {last}: those between are missing."), null);
                }

                writer.SetSequence(key, message.Seq);
                return (message.Seq, Apply(writer, account, deviceId, job, message));
            },
            ct);
        if (ended is not null)
        {
            await ends.TellAsync(ended, ct);
        }

        return answer;
    }

    /// <inheritdoc />
    public void Report(AccountId account, string deviceId, JobProgress progress)
    {
        if (!store.TryFind(progress.JobId, out var job) || !IsOf(store.Index, job, account, deviceId))
        {
            return;
        }

        var running = JobStatus.IsRunning(job.Status);
        if (!running && job.Status != JobStatus.Abandoned)
        {
            return;
        }

        var state = live.Begin(job.Id, account, store.Index.Names[job.Vault]);
        if (!running && !state.Reviving)
        {
            state.Reviving = true;
            _ = ReviveAsync(job.Id);
        }

        if (state.Report(progress))
        {
            store.Changed.Raise();
            store.Signals.Raise(job.Key);
        }
    }

    private static IEnumerable<Guid> RunningOn(JobIndex index, AccountId account, string deviceId)
    {
        var snapshot = index.Current;
        return snapshot.ByStatus.Where(static s => JobStatus.IsRunning(s.Key))
            .SelectMany(s => s.Value.Ascending(0, s.Value.Count)).SelectMany(static piece => piece)
            .Select(key => snapshot.Rows.TryGet(key.Key, out var job) ? job : default)
            .Where(job => IsOf(index, job, account, deviceId)).Select(static job => job.Id);
    }

    private static bool IsOf(JobIndex index, in JobFigures job, AccountId account, string deviceId) =>
        index.Names[job.Account] == account.Value && index.Names[job.Device] == deviceId;

    private static bool IsOf(StoredJob job, AccountId account, string deviceId) => job.Owner.Account == account && job.Job.DeviceId == deviceId;

    private static string? Flaw(string deviceId, string epoch, JobMessage message) => message switch
    {
        _ when !Guid.TryParseExact(message.JobId, "D", out _) => "The job's id is no GUID of 36 characters.",
        _ when !Fits(deviceId) || !Fits(epoch) => "The device's id or its epoch is too long.",
        JobStarted m when !Fits(m.ItemId) || !Fits(m.VaultId) || !Fits(m.AgentVersion) || !Fits(m.CancellationId) || !Fits(m.RuleId) => "An id of the job is too long.",
        JobStarted { Classification: < 4000 or > 4999 } => "The job's classification is not in 4000 to 4999.",
        JobFinished m when !JobStatus.IsFinal(m.Status) => $"The status {m.Status} does not end a job.",
        JobLog { Entries.Length: > MaxEntries } => "The log message holds too many lines.",
        _ => null,
    };

    private static bool Fits(string? id) => id is not null && Encoding.UTF8.GetByteCount(id) <= JobRowCodec.MaxIdBytes;

    private static bool Revive(JobWriter writer, StoredJob job)
    {
        if (job.Job.IsRunning || job.Owner.EndedByDevice)
        {
            return false;
        }

        writer.Update(job, JobRules.Revived(job.Job), job.Owner);
        return true;
    }

    private EndedJob? Apply(JobWriter writer, AccountId account, string deviceId, StoredJob? job, JobMessage message)
    {
        switch (message)
        {
            case JobStarted started when job is null:
                Create(writer, account, deviceId, started);
                return null;
            case JobStarted started when !job.Owner.EndedByDevice:
                writer.Update(job, JobRules.Started(job.Job, started), job.Owner);
                live.Begin(Guid.Parse(job.Job.Id), account, job.Job.DestinationId);
                return null;
            case JobLog lines when job is not null:
                writer.AppendLog(job.Key, [.. lines.Entries.Select(static e => LogPiece.Clean(e.Time, e.Severity, e.Message))]);
                Revive(writer, job);
                return null;
            case JobFinished finished when job is { Owner.EndedByDevice: false }:
                return ends.ByDevice(writer, job, finished);
            default:
                // A job that is gone from the store, or that the device has ended before: nothing to record, and nothing to wait for.
                return null;
        }
    }

    private void Create(JobWriter writer, AccountId account, string deviceId, JobStarted started)
    {
        var job = ends.WithNames(account, new Job
        {
            Id = Guid.ParseExact(started.JobId, "D").ToString("D"),
            Classification = started.Classification,
            Status = JobStatus.Running,
            StartTime = started.StartTime > 0 ? Math.Min(started.StartTime, uint.MaxValue) : clock.UnixNow(),
            SourceId = started.ItemId,
            DestinationId = started.VaultId,
            DeviceId = deviceId,
            ClientVersion = started.AgentVersion,
            CancellationId = started.CancellationId is { Length: > 0 } cancel ? cancel : null,
            RuleId = started.RuleId is { Length: > 0 } rule ? rule : null,
            RetryCount = Math.Clamp(started.RetryCount, 0, int.MaxValue),
            Tags = JobRules.Clip(started.Tags),
            DestinationSizeStart = ends.Measure(account, started.VaultId),
        });
        writer.Insert(job, new JobOwner(account, EndedByDevice: false));
        live.Begin(Guid.Parse(job.Id), account, job.DestinationId);
    }

    private async Task ReviveAsync(Guid id)
    {
        try
        {
            var revived = await store.WriteAsync(writer => writer.Find(id) is { } job && (job.Job.IsRunning || Revive(writer, job)), CancellationToken.None);
            if (!revived)
            {
                live.End(id);
            }
        }
        catch (Exception ex)
        {
            live.End(id);
            LogNotRevived(log, ex, id);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The job {Job} reports again, and that could not be stored")]
    private static partial void LogNotRevived(ILogger log, Exception ex, Guid job);
}
