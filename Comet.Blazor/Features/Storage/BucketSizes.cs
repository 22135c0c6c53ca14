using Comet.Blazor.Features.Storage.Disk;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Storage;

/// <summary>Measures all buckets at start and every 24 hours (spec/03 §1.2) and removes what a crash left of uploads.</summary>
/// <param name="store">The buckets.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
public sealed class BucketSizes(BucketStore store, TimeProvider clock, ILogger<BucketSizes> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(24);

    /// <summary>Measures one bucket now and stores the result. A missing folder is logged and leaves the last result.</summary>
    /// <exception cref="IOException">A folder can't be read.</exception>
    public async Task MeasureAsync(LiveBucket bucket, CancellationToken ct)
    {
        var path = store.PathOf(bucket.Id);
        using (var root = StoredFolder.Open(path))
        {
            if (root is null)
            {
                log.LogWarning("Bucket {Bucket} can't be measured: its folder {Folder} is missing or is a link.", bucket.Id, path);
                return;
            }
        }

        var started = clock.UnixNow();
        await Task.Run(() => bucket.Usage.Measure(StorageTarget.Folders, number => Read(bucket, path, number)), ct);
        var size = new BucketSize(bucket.Usage.Bytes, started, clock.UnixNow());
        await store.ChangeAsync(bucket.Id, b => b with { Size = size with { Unknown = b.Size.Unknown } }, ct);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            do
            {
                await MeasureAllAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            log.LogDebug("Measuring ends with the server.");
        }
    }

    private async Task MeasureAllAsync(CancellationToken ct)
    {
        foreach (var bucket in store.All)
        {
            try
            {
                await MeasureAsync(bucket, ct);
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                log.LogError(ex, "Bucket {Bucket} could not be measured.", bucket.Id);
            }
        }
    }

    private (long Bytes, long Objects) Read(LiveBucket bucket, string path, int number)
    {
        var folder = Path.Combine(path, StorageTarget.FolderOf(number));
        if (!ObjectList.Exists(folder))
        {
            return (0, 0);
        }

        if (Temporaries.RemoveLeftovers(folder) is > 0 and var removed)
        {
            log.LogWarning("{Count} unfinished uploads of an earlier run were removed from {Folder} of bucket {Bucket}.", removed, folder, bucket.Id);
        }

        if (number == StorageTarget.Folders - 1)
        {
            var config = new FileInfo(Path.Combine(folder, "config"));
            return config is { Exists: true, LinkTarget: null } ? (config.Length, 1) : (0, 0);
        }

        long bytes = 0;
        long objects = 0;
        foreach (var (_, size) in ObjectList.Of(folder))
        {
            (bytes, objects) = (bytes + size, objects + 1);
        }

        return (bytes, objects);
    }
}
