using System.Collections.Concurrent;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Intake;

/// <summary>What is known of running jobs beyond their documents: the last report and the rates. In memory only.</summary>
/// <param name="accounts">Leads from a vault to its bucket.</param>
/// <param name="buckets">Counts what arrives in a bucket.</param>
/// <param name="clock">The clock.</param>
public sealed class LiveJobs(IAccountDirectory accounts, IBuckets buckets, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, LiveJob> _jobs = new();

    /// <summary>The running job, or null when it has not reported since the server's start.</summary>
    public LiveJob? Find(Guid id) => _jobs.GetValueOrDefault(id);

    /// <summary>A device has begun a job, or is heard of it for the first time since the server's start.</summary>
    public LiveJob Begin(Guid id, AccountId account, string vaultId) => _jobs.GetOrAdd(id, _ =>
    {
        var bucket = BucketOf(account, vaultId);
        return new LiveJob(() => bucket is null ? 0 : buckets.UploadedBytes(bucket), clock);
    });

    /// <summary>The job runs no more.</summary>
    public void End(Guid id) => _jobs.TryRemove(id, out _);

    /// <summary>Bytes stored in a vault now; null when unknown.</summary>
    public long? StoredBytes(AccountId account, string vaultId) => BucketOf(account, vaultId) is { } bucket ? buckets.StoredBytes(bucket) : null;

    private string? BucketOf(AccountId account, string vaultId) =>
        accounts.Vaults(account).FirstOrDefault(v => v.Id == vaultId) is { Bucket.Length: > 0 } vault ? vault.Bucket : null;
}

/// <summary>How far a running job is. Safe from any thread.</summary>
/// <param name="uploaded">The bucket's counter, which only grows (decisions.md 27).</param>
/// <param name="clock">The clock.</param>
public sealed class LiveJob(Func<long> uploaded, TimeProvider clock)
{
    /// <summary>Seconds over which rates are averaged.</summary>
    public const int RateSeconds = 10;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(RateSeconds);

    private readonly Lock _gate = new();
    private readonly Queue<Sample> _samples = [];
    private readonly long _uploadedBefore = uploaded();
    private readonly long _begun = clock.GetTimestamp();
    private LiveFigures? _figures;

    /// <summary>The last report with its rates; null before the first.</summary>
    public LiveFigures? Figures
    {
        get
        {
            lock (_gate)
            {
                return _figures;
            }
        }
    }

    /// <summary>Bytes that arrived in the vault's bucket since the job began, or since the server's start when that was later.</summary>
    public long Uploaded => Math.Max(uploaded() - _uploadedBefore, 0);

    /// <summary>True from the moment the device was asked for a revival, so that it is stored once.</summary>
    public bool Reviving { get; set; }

    /// <summary>Takes a report; false when it is not newer than the last.</summary>
    public bool Report(JobProgress report)
    {
        lock (_gate)
        {
            if (_figures is { } last && report.Counter <= last.Report.Counter)
            {
                return false;
            }

            var now = clock.GetTimestamp();
            var sample = new Sample(now, report.BytesDone, Uploaded);
            _samples.Enqueue(sample);
            while (_samples.Count > 2 && clock.GetElapsedTime(_samples.Peek().At, now) > Window)
            {
                _samples.Dequeue();
            }

            var first = _samples.Peek();
            var seconds = clock.GetElapsedTime(first.At, now).TotalSeconds;
            double Rate(long from, long to) => seconds <= 0 ? 0 : Math.Max(to - from, 0) / seconds;
            var rate = Rate(first.Done, sample.Done);
            _figures = new LiveFigures(report, clock.UnixNow(), now, sample.Uploaded, rate, Rate(first.Uploaded, sample.Uploaded), Remaining(report, rate, now));
            return true;
        }
    }

    // No figure in the first 20 seconds, nor when it swings by more than half.
    private TimeSpan? Remaining(JobProgress report, double rate, long now)
    {
        if (rate <= 0 || report.BytesTotal <= report.BytesDone || clock.GetElapsedTime(_begun, now).TotalSeconds < 20)
        {
            _lastEstimate = 0;
            return null;
        }

        var seconds = Math.Min((report.BytesTotal - report.BytesDone) / rate, TimeSpan.FromDays(3650).TotalSeconds);
        var steady = _lastEstimate > 0 && Math.Abs(seconds - _lastEstimate) <= _lastEstimate / 2;
        _lastEstimate = seconds;
        return steady ? TimeSpan.FromSeconds(seconds) : null;
    }

    private double _lastEstimate;

    private readonly record struct Sample(long At, long Done, long Uploaded);
}

/// <summary>One report with its rates.</summary>
/// <param name="Report">The report.</param>
/// <param name="ReceivedTime">Unix seconds, the server's clock.</param>
/// <param name="ReceivedAt">Timestamp of the server's clock.</param>
/// <param name="Uploaded">Bytes uploaded by then.</param>
/// <param name="ProcessedPerSecond">Bytes processed per second, 10 s average.</param>
/// <param name="UploadedPerSecond">Bytes uploaded per second, 10 s average.</param>
/// <param name="Remaining">Time left; null while there is no steady estimate.</param>
public sealed record LiveFigures(
    JobProgress Report, long ReceivedTime, long ReceivedAt, long Uploaded, double ProcessedPerSecond, double UploadedPerSecond, TimeSpan? Remaining)
{
    /// <summary>The most that a running job may show: restic has read everything before its last packs are stored.</summary>
    private const double AlmostDone = 99.9;

    /// <summary>0 to 99.9, as the job is not done; null when no total is known.</summary>
    public double? Percent => Report.BytesTotal > 0 ? Math.Clamp(100.0 * Report.BytesDone / Report.BytesTotal, 0, AlmostDone)
        : Report.ItemsTotal > 0 ? Math.Clamp(100.0 * Report.ItemsDone / Report.ItemsTotal, 0, AlmostDone)
        : null;

    /// <summary>Everything is read and restic sends what it still holds.</summary>
    public bool Finishing => Report.BytesTotal > 0 && Report.BytesDone >= Report.BytesTotal;

    /// <summary>The report in the contract's names.</summary>
    public JobProgressDetail Detail => new()
    {
        Counter = Report.Counter, SentTime = Report.SentTime, ReceivedTime = ReceivedTime, BytesDone = Report.BytesDone, ItemsDone = Report.ItemsDone, ItemsTotal = Report.ItemsTotal,
    };
}
