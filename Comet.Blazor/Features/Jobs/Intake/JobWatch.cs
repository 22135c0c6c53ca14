using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Intake;

/// <summary>
/// Ends jobs of which nothing is heard: requested ones that no device took within 10 minutes, running ones whose device has been
/// away and silent for 7 days (spec/02 §3.3).
/// </summary>
/// <param name="store">The jobs.</param>
/// <param name="pending">Requested jobs.</param>
/// <param name="ends">What belongs to a job's end.</param>
/// <param name="live">Running jobs.</param>
/// <param name="connections">Links of devices.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The server's log.</param>
public sealed partial class JobWatch(
    JobStore store, PendingJobs pending, JobEnds ends, LiveJobs live, ILiveConnections connections, TimeProvider clock, ILogger<JobWatch> log) : BackgroundService
{
    /// <summary>Time that a device has to take a job.</summary>
    public static readonly TimeSpan PickUp = TimeSpan.FromMinutes(10);

    /// <summary>Silence after which a running job is given up.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromDays(7);

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private readonly long _started = clock.GetTimestamp();

    /// <summary>Looks once; answers how many jobs it ended.</summary>
    public async Task<int> LookAsync(CancellationToken ct)
    {
        var now = clock.UnixNow();
        var ended = 0;
        foreach (var job in Running())
        {
            var over = job.Status == JobStatus.NotYetStarted
                ? now - job.Start >= PickUp.TotalSeconds
                    ? await pending.EndPendingAsync(job.Id.ToString("D"), JobStatus.Abandoned, $"The device did not take the job within {PickUp.TotalMinutes} minutes.", ct)
                    : null
                : await EndSilentAsync(job, now, ct);
            if (over is not null)
            {
                await ends.TellAsync(over, ct);
                ended++;
            }
        }

        return ended;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookSafelyAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(log);
        }
    }

    private async Task LookSafelyAsync(CancellationToken ct)
    {
        try
        {
            await LookAsync(ct);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogFailed(log, ex);
        }
    }

    private async Task<EndedJob?> EndSilentAsync(JobFigures job, long now, CancellationToken ct)
    {
        var names = store.Index.Names;
        var account = new AccountId(names[job.Account]);
        if (now - job.Start < Silence.TotalSeconds || clock.GetElapsedTime(_started) < PickUp || connections.Of(account, names[job.Device]).Count > 0
            || now - (live.Find(job.Id)?.Figures?.ReceivedTime ?? 0) < Silence.TotalSeconds)
        {
            return null; // after a start of the server, devices get the time to come back
        }

        return await store.WriteAsync(
            writer => writer.Find(job.Id) is { Job.IsRunning: true } stored && now - writer.LastLogTime(stored.Key) >= Silence.TotalSeconds
                ? ends.ByServer(writer, stored, JobStatus.Abandoned, $"Nothing was heard of the job and its device for {Silence.TotalDays} days.")
                : null,
            ct);
    }

    private List<JobFigures> Running()
    {
        var snapshot = store.Index.Current;
        return [.. snapshot.ByStatus.Where(static s => JobStatus.IsRunning(s.Key))
            .SelectMany(static s => s.Value.Ascending(0, s.Value.Count)).SelectMany(static piece => piece)
            .Select(key => snapshot.Rows.TryGet(key.Key, out var job) ? job : default).Where(static job => job.Key != 0)];
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The watch over jobs has stopped")]
    private static partial void LogStopped(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "Jobs without news could not be ended")]
    private static partial void LogFailed(ILogger log, Exception ex);
}
