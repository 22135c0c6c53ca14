using Comet.Blazor.Features.Storage;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Storage;

/// <summary>Full disks and quotas: 507 with its own reason each, and a repository that stays whole.</summary>
public sealed class LimitTests : IDisposable
{
    private const string Password = "correct horse";
    private readonly TempFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Disk_Full_507WithTheReasonAndNothingLeft_UsableAgainWhenThereIsRoom()
    {
        using var data = new TempFolder();
        using var disk = new SmallDisk(data.Sub("storage"), 8);
        await using var lab = await StorageLab.StartAsync(ownListener: true, folder: data);
        using var created = await lab.PostAsync("?create=true", []);
        var kept = await lab.StoreAsync("data", StorageLab.Bytes(5 << 20));
        var content = StorageLab.Bytes(5 << 20);

        using var refused = await lab.PostAsync($"data/{StorageLab.Id(content)}", content);

        Assert.Equal((507, StorageReasons.DiskFull), ((int)refused.StatusCode, refused.ReasonPhrase));
        Assert.Equal([StorageReasons.DiskFull], refused.Headers.GetValues(StorageReasons.Header));
        Assert.Empty(lab.Temporaries());
        Assert.Equal(5 << 20, lab.Live.Usage.Bytes);
        using var still = await lab.SendAsync("GET", $"data/{kept}");
        Assert.Equal(kept, StorageLab.Id(await still.Content.ReadAsByteArrayAsync(Ct)));
        using var removed = await lab.SendAsync("DELETE", $"data/{kept}");
        Assert.Equal(200, (int)removed.StatusCode);
        await lab.StoreAsync("data", content);
    }

    [Fact]
    public async Task Disk_FullDuringARealBackup_RepositoryStaysWhole()
    {
        using var data = new TempFolder();
        using var disk = new SmallDisk(data.Sub("storage"), 24);
        await using var lab = await StorageLab.StartAsync(ownListener: true, folder: data);
        var files = _folder.Sub("files");
        FileTree.Make(files, 10, 100_000);
        await Restic.OkAsync(lab.Repository, Password, "init");
        await Restic.OkAsync(lab.Repository, Password, "backup", files);
        FileTree.Make(Path.Combine(files, "much more"), 40, 1_000_000);

        // restic 0.14 repeats for 15 minutes after a 507; whoever runs it must stop it at the first one.
        var stopped = await Restic.StopAtAsync("Disk full", lab.Repository, Password, "backup", files);

        Assert.Contains("507 Disk full", stopped.Errors);
        await Restic.RunAsync(lab.Repository, Password, "unlock");
        await Restic.OkAsync(lab.Repository, Password, "check", "--read-data");
        await Restic.OkAsync(lab.Repository, Password, "restore", "latest", "--target", _folder.Sub("restored"));
        Directory.Delete(Path.Combine(files, "much more"), recursive: true);
        FileTree.AssertSame(files, _folder.Sub("restored") + files);
        await Wait.UntilAsync(() => !lab.Temporaries().Any(), "no unfinished upload is left");
    }

    [Fact]
    public async Task Quota_Passed_507WithItsOwnReason_LocksStillFree()
    {
        await using var lab = await StorageLab.StartCreatedAsync(new NewBucket { LimitBytes = 100_000 }, ownListener: true);
        var kept = await lab.StoreAsync("data", StorageLab.Bytes(60_000));
        var content = StorageLab.Bytes(40_001);

        using var refused = await lab.PostAsync($"data/{StorageLab.Id(content)}", content);
        using var chunked = await SendChunkedAsync(lab, content);

        foreach (var answer in new[] { refused, chunked })
        {
            Assert.Equal((507, StorageReasons.OverLimit), ((int)answer.StatusCode, answer.ReasonPhrase));
        }

        Assert.Empty(lab.Temporaries());
        await lab.StoreAsync("data", StorageLab.Bytes(40_000)); // to the last byte
        await lab.StoreAsync("locks", StorageLab.Bytes(200)); // or a full bucket could not be pruned
        using var removed = await lab.SendAsync("DELETE", $"data/{kept}");
        await lab.StoreAsync("data", content);
    }

    [Fact]
    public async Task Quota_ManyUploadsAtOnce_ExactlyWhatFitsIsStored()
    {
        await using var lab = await StorageLab.StartCreatedAsync(new NewBucket { LimitBytes = 12 * 250_000 }, ownListener: true);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => lab.StoreAsync("data", StorageLab.Bytes(250_000))));

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => lab.PostAsync($"data/{StorageLab.Id([1])}", [1])));

        Assert.All(answers, static a => Assert.Equal(507, (int)a.StatusCode));
        Assert.Equal(12 * 250_000, lab.Live.Usage.Bytes);
    }

    [Fact]
    public async Task Quota_AfterARestart_CountsWhatIsThere()
    {
        using var data = new TempFolder();
        BucketAccess bucket;
        await using (var lab = await StorageLab.StartAsync(new NewBucket { LimitBytes = 100_000 }, ownListener: true, folder: data))
        {
            using var created = await lab.PostAsync("?create=true", []);
            await lab.StoreAsync("data", StorageLab.Bytes(90_000));
            bucket = lab.Bucket;
        }

        await using var server = await TestServer.StartAsync(data);
        using var client = new HttpClient { BaseAddress = new Uri($"{server.Address}storage/{bucket.Id}/") };
        client.DefaultRequestHeaders.Authorization = StorageLab.Basic(bucket.Id, bucket.Key);
        var content = StorageLab.Bytes(10_001);
        using var refused = await client.PostAsync($"data/{StorageLab.Id(content)}", new ByteArrayContent(content), Ct);

        Assert.Equal((507, StorageReasons.OverLimit), ((int)refused.StatusCode, refused.ReasonPhrase));
    }

    [Fact]
    public async Task Usage_MeasuredWhileObjectsComeAndGo_StaysExact()
    {
        await using var lab = await StorageLab.StartCreatedAsync(ownListener: true);
        var sizes = lab.Server.Get<BucketSizes>();
        var working = Enumerable.Range(0, 4).Select(async worker =>
        {
            for (var i = 0; i < 30; i++)
            {
                var id = await lab.StoreAsync("data", StorageLab.Bytes(1000 + worker));
                if (i % 3 == 0)
                {
                    using var removed = await lab.SendAsync("DELETE", $"data/{id}");
                }
            }
        }).ToList();
        while (!working.TrueForAll(static w => w.IsCompleted))
        {
            await sizes.MeasureAsync(lab.Live, Ct);
        }

        await Task.WhenAll(working);
        Assert.Equal((4 * 20 * 1000) + (20 * (0 + 1 + 2 + 3)), lab.Live.Usage.Bytes);
        Assert.Equal(80, lab.Live.Usage.Objects);
    }

    private static Task<HttpResponseMessage> SendChunkedAsync(StorageLab lab, byte[] content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"data/{StorageLab.Id(content)}") { Content = new ByteArrayContent(content) };
        request.Headers.TransferEncodingChunked = true;
        return lab.Client.SendAsync(request, Ct);
    }
}
