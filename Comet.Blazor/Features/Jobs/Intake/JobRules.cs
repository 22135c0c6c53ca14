using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Intake;

/// <summary>How messages change a job (spec/02 §3.3). EndTime is set exactly when a job ends, and cleared when it revives.</summary>
public static class JobRules
{
    private const int MaxTags = 1024;

    /// <summary>The device has begun the job. A job that the device itself ended stays as it is.</summary>
    public static Job Started(Job job, JobStarted message) => (job with
    {
        CancellationId = message.CancellationId is { Length: > 0 } id ? id : null,
        ClientVersion = message.AgentVersion,
        RuleId = message.RuleId is { Length: > 0 } rule ? rule : job.RuleId,
        RetryCount = Math.Clamp(message.RetryCount, 0, int.MaxValue),
        Tags = Clip(message.Tags) ?? job.Tags,
    }).Running(job.IsRunning ? JobStatus.Running : JobStatus.Revived);

    /// <summary>The tags of a job, cut to what a record keeps; null for none.</summary>
    public static string? Clip(string? tags) => tags is { Length: > 0 } ? tags[..Math.Min(tags.Length, MaxTags)] : null;

    /// <summary>Ended by the server, yet the device reports that it runs.</summary>
    public static Job Revived(Job job) => job.Running(JobStatus.Revived);

    /// <summary>The device has ended the job: its word is final.</summary>
    /// <param name="job">The job.</param>
    /// <param name="message">The message.</param>
    /// <param name="progress">The last report; null for none.</param>
    /// <param name="uploaded">Bytes that arrived in the bucket, for a device that told no figures; null when unknown.</param>
    /// <param name="vault">The vault's size now; null when unknown.</param>
    /// <param name="now">Unix seconds.</param>
    public static Job Finished(Job job, JobFinished message, JobProgressDetail? progress, long? uploaded, SizeMeasurement? vault, long now)
    {
        var ended = (job with { Progress = progress ?? job.Progress, DestinationSizeEnd = vault ?? job.DestinationSizeEnd })
            .Ended(message.Status, message.EndTime > 0 ? message.EndTime : now);
        return message.Result is { } result
            ? ended with
            {
                SnapshotId = result.SnapshotId is { Length: > 0 } id ? id : null,
                TotalDirectories = Figure(result.TotalDirectories),
                TotalFiles = Figure(result.TotalFiles),
                TotalSize = Figure(result.TotalSize),
                TotalChunks = Figure(result.TotalChunks),
                UploadSize = Figure(result.UploadSize),
                DownloadSize = Figure(result.DownloadSize),
            }
            : ended with { UploadSize = uploaded ?? ended.UploadSize };
    }

    // Whatever a device makes up: never below nothing, and so small that sums over many jobs and items stay in range (2^53 bytes are 8 PiB).
    private static long Figure(long told) => Math.Clamp(told, 0, 1L << 53);

    /// <summary>The server ends a job.</summary>
    public static Job EndedByServer(Job job, int status, long now, JobProgressDetail? progress) => (job with { Progress = progress ?? job.Progress }).Ended(status, now);

    private static Job Running(this Job job, int status) => job with { Status = status, EndTime = 0 };

    // A device whose clock runs behind would otherwise end a job before its start; one that makes a time up, after any that can be shown.
    private static Job Ended(this Job job, int status, long time) =>
        job with { Status = status, EndTime = Math.Clamp(time, job.StartTime, Math.Max(uint.MaxValue, job.StartTime)), CancellationId = null };
}
