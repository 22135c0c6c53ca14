using System.Diagnostics;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Storage;

/// <summary>No address and no file on the disk leads out of a bucket's folder.</summary>
public sealed class PathTests(StorageServer shared) : IClassFixture<StorageServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{base}/../../../../etc/passwd")]
    [InlineData("{base}/data/../../../../../etc/passwd")]
    [InlineData("{base}/%2e%2e/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("{base}/data/%2e%2e%2f%2e%2e%2fcometd.cfg")]
    [InlineData("{base}/data/..%2f..%2f..%2fcometd.cfg")]
    [InlineData("{base}/data/..%5c..%5c..%5ccometd.cfg")]
    [InlineData("{base}/..%252f..%252fcometd.cfg")]
    [InlineData("{base}/data//cometd.cfg")]
    [InlineData("{base}//config")]
    [InlineData("{base}/./../config")]
    [InlineData("{base}/data/.upload-0-0")]
    [InlineData("{base}/data/%00")]
    [InlineData("{base}/config%00")]
    [InlineData("{base}/config%20")]
    [InlineData("{base}/config.")]
    [InlineData("{base}/CONFIG")]
    [InlineData("/storage/../cometd.cfg")]
    [InlineData("/storage/..%2fcometd.cfg/")]
    [InlineData("/storage/%2e%2e/config")]
    [InlineData("/storage//config")]
    [InlineData("/storage/a%2fb/config")]
    [InlineData("/storage/a%00b/config")]
    [InlineData("/storage/.../config")]
    [InlineData("/storage/C:/config")]
    [InlineData("/storage/nul/config")]
    [InlineData("//storage/x/config")]
    public async Task Address_ThatPointsElsewhere_GivesNothing(string path)
    {
        foreach (var ownListener in new[] { true, false })
        {
            await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
            using var config = await lab.PostAsync("config", StorageLab.Bytes(100));
            foreach (var method in new[] { "GET", "DELETE", "POST" })
            {
                var answer = await lab.RawAsync($"{method} {path} HTTP/1.1\r\n{{auth}}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                Assert.Matches(@"\AHTTP/1\.1 (30[1278]|400|401|404|405) ", answer);
                Assert.DoesNotContain("root:", answer);
                Assert.DoesNotContain("AuthenticationRole", answer);
            }

            Assert.Equal([Path.Combine(lab.Disk, "config")], Directory.EnumerateFiles(lab.Disk, "*", SearchOption.AllDirectories));
            Assert.True(File.Exists(shared.Server.Folder.Sub("cometd.cfg")));
        }
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a\0")]
    [InlineData("abc\n")]
    [InlineData("ümlaut")]
    [InlineData("data")]
    [InlineData("Config")]
    [InlineData("buckets")]
    [InlineData("NUL")]
    [InlineData("com1")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public async Task BucketId_ThatIsNoPlainName_IsRefused(string id)
    {
        var refused = await shared.Server.Get<CreateBucket>().RunAsync(Actor.Server, new NewBucket { Id = id }, Ct);
        Assert.Equal(Refusal.Invalid, refused.Kind);
    }

    [Fact]
    public async Task BucketId_Taken_IsRefusedInAnyCase()
    {
        await using var lab = await StorageLab.OnAsync(shared.Server, new NewBucket { Id = "Some-Bucket_1" });
        foreach (var id in new[] { "Some-Bucket_1", "some-bucket_1" })
        {
            Assert.Equal(Refusal.Conflict, (await shared.Server.Get<CreateBucket>().RunAsync(Actor.Server, new NewBucket { Id = id }, Ct)).Kind);
        }
    }

    [Fact]
    public async Task Links_InsideABucket_AreNotFollowed()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var secret = StorageLab.Bytes(100);
        var id = StorageLab.Id(secret);
        var outside = Directory.CreateDirectory(shared.Server.Folder.Sub($"outside-{lab.Bucket.Id}")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(outside, id), secret, Ct);
        File.CreateSymbolicLink(lab.FileOf("keys", id), Path.Combine(outside, id));
        Directory.Delete(Path.Combine(lab.Disk, "index"));
        Directory.CreateSymbolicLink(Path.Combine(lab.Disk, "index"), outside);
        Directory.Delete(Path.Combine(lab.Disk, "data", id[..2]));
        Directory.CreateSymbolicLink(Path.Combine(lab.Disk, "data", id[..2]), outside);

        foreach (var type in new[] { "keys", "index", "data" })
        {
            using var read = await lab.SendAsync("GET", $"{type}/{id}");
            using var list = await lab.SendAsync("GET", $"{type}/");
            using var removed = await lab.SendAsync("DELETE", $"{type}/{id}");
            using var upload = await lab.PostAsync($"{type}/{id}", secret);
            Assert.Equal(404, (int)read.StatusCode);
            Assert.DoesNotContain(id, await list.Content.ReadAsStringAsync(Ct));
            Assert.Contains((int)upload.StatusCode, new[] { 403, 404 });
        }

        Assert.Equal(secret, await File.ReadAllBytesAsync(Path.Combine(outside, id), Ct));
        Assert.Equal([Path.Combine(outside, id)], Directory.EnumerateFiles(outside));
    }

    [Fact]
    public async Task Bucket_WhoseFolderIsALink_IsNotServed()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var id = await lab.StoreAsync("keys", StorageLab.Bytes(10));
        var moved = shared.Server.Folder.Sub($"moved-{lab.Bucket.Id}");
        Directory.Move(lab.Disk, moved);
        Directory.CreateSymbolicLink(lab.Disk, moved);

        foreach (var path in new[] { $"keys/{id}", "keys/" })
        {
            using var answer = await lab.SendAsync("GET", path);
            Assert.Equal((404, StorageReasons.NoFolder), ((int)answer.StatusCode, answer.ReasonPhrase));
        }
    }

    [Fact]
    public async Task ForeignThings_WithNamesOfObjects_AreNoObjects()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var content = StorageLab.Bytes(100);
        var id = StorageLab.Id(content);
        Directory.CreateDirectory(lab.FileOf("keys", id));
        using var mkfifo = Process.Start("mkfifo", [lab.FileOf("locks", id)]);
        await mkfifo.WaitForExitAsync(Ct);
        await File.WriteAllTextAsync(Path.Combine(lab.Disk, "snapshots", "README"), "not an object", Ct);

        foreach (var type in new[] { "keys", "locks" })
        {
            using var read = await lab.SendAsync("GET", $"{type}/{id}");
            using var head = await lab.SendAsync("HEAD", $"{type}/{id}");
            using var upload = await lab.PostAsync($"{type}/{id}", content);
            Assert.Equal([404, 404, 403], [(int)read.StatusCode, (int)head.StatusCode, (int)upload.StatusCode]);
        }

        foreach (var type in new[] { "keys", "snapshots" })
        {
            using var list = await lab.SendAsync("GET", $"{type}/");
            Assert.Equal("[]", await list.Content.ReadAsStringAsync(Ct));
        }
    }
}
