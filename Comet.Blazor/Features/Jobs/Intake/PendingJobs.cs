using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Intake;

/// <summary>Jobs that the server asks devices for.</summary>
/// <param name="store">The jobs.</param>
/// <param name="ends">What belongs to a job's end.</param>
/// <param name="clock">The clock.</param>
public sealed class PendingJobs(JobStore store, JobEnds ends, TimeProvider clock) : IPendingJobs
{
    /// <inheritdoc />
    public async Task<string> CreateAsync(AccountId account, string deviceId, string itemId, string vaultId, int kind, Actor by, CancellationToken ct)
    {
        var now = clock.UnixNow();
        var job = ends.WithNames(account, new Job
        {
            Id = Guid.NewGuid().ToString("D"),
            Classification = kind,
            Status = JobStatus.NotYetStarted,
            StartTime = now,
            SourceId = itemId,
            DestinationId = vaultId,
            DeviceId = deviceId,
            DestinationSizeStart = ends.Measure(account, vaultId),
        });
        await store.WriteAsync(
            writer =>
            {
                var key = writer.Insert(job, new JobOwner(account, EndedByDevice: false));
                writer.AppendLog(key, new JobEntry(now, "I", $"{JobKindName.Of(kind)} requested by {Describe(by)}."));
                return key;
            },
            ct);
        return job.Id;
    }

    /// <inheritdoc />
    public async Task RefusedAsync(string jobId, string why, CancellationToken ct)
    {
        var ended = await EndPendingAsync(jobId, JobStatus.Error, why, ct);
        if (ended is not null)
        {
            await ends.TellAsync(ended, ct);
        }
    }

    /// <summary>Ends a job that no device has taken; null when one has, or when there is no such job.</summary>
    public Task<EndedJob?> EndPendingAsync(string jobId, int status, string why, CancellationToken ct) => store.WriteAsync(
        writer => Guid.TryParseExact(jobId, "D", out var id) && writer.Find(id) is { Job.Status: JobStatus.NotYetStarted } job
            ? ends.ByServer(writer, job, status, why)
            : null,
        ct);

    private static string Describe(Actor by) => by.Kind switch
    {
        ActorKind.Administrator => $"administrator {by.Name}",
        ActorKind.Customer => $"user {by.Name}",
        ActorKind.Device => $"device {by.Name}",
        _ => "the server",
    };
}
