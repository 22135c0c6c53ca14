using System.Globalization;
using System.Net;
using Comet.Blazor.Features.Storage;

namespace Comet.Blazor.Tests.Storage;

/// <summary>restic's REST protocol, request by request, as its reference server answers; on the shared port and on the own listener.</summary>
public sealed class ProtocolTests(StorageServer shared) : IClassFixture<StorageServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Create_OnlyWithTheParameter_AnyNumberOfTimes(bool ownListener)
    {
        await using var lab = await StorageLab.OnAsync(shared.Server, ownListener: ownListener);

        Assert.Equal(404, await StatusAsync(lab, "HEAD", "config"));
        Assert.Equal(404, await StatusAsync(lab, "GET", "keys/")); // restic reads it as an empty list
        Assert.Equal(400, await StatusAsync(lab, "POST", ""));
        Assert.Equal(400, await StatusAsync(lab, "POST", "?create=false"));
        Assert.Equal(200, await StatusAsync(lab, "POST", "?create=true"));
        Assert.Equal(200, await StatusAsync(lab, "POST", "?create=true"));
        Assert.Equal(405, await StatusAsync(lab, "DELETE", ""));
        Assert.Equal(
            Enumerable.Range(0, 256).Select(static i => i.ToString("x2", CultureInfo.InvariantCulture)),
            Directory.EnumerateDirectories(Path.Combine(lab.Disk, "data")).Select(static d => Path.GetFileName(d)).Order(StringComparer.Ordinal));
        foreach (var type in new[] { "data", "index", "keys", "locks", "snapshots" })
        {
            using var list = await lab.SendAsync("GET", type + "/");
            Assert.Equal("[]", await list.Content.ReadAsStringAsync(Ct));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Config_WrittenOnce_ReadAndRemoved(bool ownListener)
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
        var config = StorageLab.Bytes(155);

        using var first = await lab.PostAsync("config", config);
        using var second = await lab.PostAsync("config", StorageLab.Bytes(10));
        using var head = await lab.SendAsync("HEAD", "config");
        using var read = await lab.SendAsync("GET", "config");

        Assert.Equal(200, (int)first.StatusCode);
        Assert.Equal(403, (int)second.StatusCode);
        Assert.Equal((200, 155L), ((int)head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Equal(config, await read.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal(config, await File.ReadAllBytesAsync(Path.Combine(lab.Disk, "config"), Ct));
        Assert.Equal(200, await StatusAsync(lab, "DELETE", "config"));
        Assert.Equal(200, await StatusAsync(lab, "DELETE", "config"));
        Assert.Equal(404, await StatusAsync(lab, "GET", "config"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Object_EveryType_StoredReadHeadDeleted(bool ownListener)
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
        foreach (var type in new[] { "data", "index", "keys", "locks", "snapshots" })
        {
            var content = StorageLab.Bytes(70_000);
            var id = await lab.StoreAsync(type, content);
            var path = $"{type}/{id}";

            using var head = await lab.SendAsync("HEAD", path);
            using var read = await lab.SendAsync("GET", path);

            Assert.Equal((200, 70_000L), ((int)head.StatusCode, head.Content.Headers.ContentLength));
            Assert.Equal(200, (int)read.StatusCode);
            Assert.Equal("application/octet-stream", read.Content.Headers.ContentType!.MediaType);
            Assert.Equal(content, await read.Content.ReadAsByteArrayAsync(Ct));
            Assert.Equal(content, await File.ReadAllBytesAsync(lab.FileOf(type, id), Ct));
            Assert.Equal(200, await StatusAsync(lab, "DELETE", path));
            Assert.Equal(200, await StatusAsync(lab, "DELETE", path)); // restic repeats
            Assert.Equal(404, await StatusAsync(lab, "GET", path));
            Assert.Equal(404, await StatusAsync(lab, "HEAD", path));
        }
    }

    [Theory]
    [InlineData("bytes=0-99", 206, 0, 100)]
    [InlineData("bytes=99990-", 206, 99_990, 10)]
    [InlineData("bytes=99990-200000", 206, 99_990, 10)]
    [InlineData("bytes=-10", 206, 99_990, 10)]
    [InlineData("bytes=-200000", 206, 0, 100_000)]
    [InlineData("bytes=0-", 206, 0, 100_000)]
    [InlineData("bytes=5-5", 206, 5, 1)]
    [InlineData("bytes=99999-18446744073709551616", 206, 99_999, 1)]
    [InlineData("Bytes=10-19", 206, 10, 10)]
    [InlineData("bytes=100000-", 416, 0, 0)]
    [InlineData("bytes=200000-300000", 416, 0, 0)]
    [InlineData("bytes=-0", 416, 0, 0)]
    [InlineData("bytes=20-10", 200, 0, 100_000)]
    [InlineData("bytes=a-b", 200, 0, 100_000)]
    [InlineData("bytes=", 200, 0, 100_000)]
    [InlineData("bytes=-", 200, 0, 100_000)]
    [InlineData("bytes=+1-2", 200, 0, 100_000)]
    [InlineData("lines=0-10", 200, 0, 100_000)]
    [InlineData("bytes=0-9,20-29", 200, 0, 100_000)]
    public async Task Range_IsClampedRefusedOrIgnored(string range, int status, int from, int length)
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var content = StorageLab.Bytes(100_000);
        var id = await lab.StoreAsync("data", content);

        using var answer = await lab.SendAsync("GET", $"data/{id}", range);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(length, answer.Content.Headers.ContentLength);
        Assert.Equal(content[from..(from + length)], await answer.Content.ReadAsByteArrayAsync(Ct));
        var wanted = status switch
        {
            206 => $"bytes {from}-{from + length - 1}/100000",
            416 => "bytes */100000",
            _ => null,
        };
        Assert.Equal(wanted, answer.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task Object_OfNoBytes_StoredAndRead()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var id = await lab.StoreAsync("data", []);

        using var read = await lab.SendAsync("GET", $"data/{id}");
        using var range = await lab.SendAsync("GET", $"data/{id}", "bytes=0-");

        Assert.Equal((200, 0L), ((int)read.StatusCode, read.Content.Headers.ContentLength));
        Assert.Equal(416, (int)range.StatusCode);
    }

    [Fact]
    public async Task Object_LargerThanAnyBuffer_SameBytesInBothDirections()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var content = StorageLab.Bytes((20 << 20) + 12_345);
        var id = await lab.StoreAsync("data", content);

        using var read = await lab.SendAsync("GET", $"data/{id}");
        using var range = await lab.SendAsync("GET", $"data/{id}", "bytes=1000001-9000000");

        Assert.Equal(content, await read.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal(content[1_000_001..9_000_001], await range.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [InlineData("PUT", "data/{id}", 405, "GET, HEAD, POST, DELETE")]
    [InlineData("PATCH", "config", 405, "GET, HEAD, POST, DELETE")]
    [InlineData("HEAD", "data/", 405, "GET")]
    [InlineData("POST", "data/", 405, "GET")]
    [InlineData("DELETE", "data/", 405, "GET")]
    [InlineData("GET", "", 405, "POST")]
    [InlineData("GET", "data", 404, null)]
    [InlineData("GET", "things/", 404, null)]
    [InlineData("GET", "things/{id}", 404, null)]
    [InlineData("GET", "data/{id}0", 404, null)]
    [InlineData("GET", "data/{id}/", 404, null)]
    [InlineData("GET", "data/ab/{id}", 404, null)]
    [InlineData("GET", "config/", 404, null)]
    [InlineData("GET", "data/0123456789abcdef", 404, null)]
    [InlineData("GET", "data/0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF", 404, null)]
    [InlineData("POST", "data/0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF", 404, null)]
    public async Task Address_OfAnotherKind_IsRefused(string method, string path, int status, string? allowed)
    {
        foreach (var ownListener in new[] { false, true })
        {
            await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
            var id = await lab.StoreAsync("data", StorageLab.Bytes(10));

            using var answer = await lab.SendAsync(method, path.Replace("{id}", id, StringComparison.Ordinal));

            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(allowed, answer.Content.Headers.Allow.Count == 0 ? null : string.Join(", ", answer.Content.Headers.Allow));
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Ct)); // no page for a person
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Fact]
    public async Task AppendOnly_NothingCanBeRemovedButLocks()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, new NewBucket { AppendOnly = true }, ownListener: true);
        using var config = await lab.PostAsync("config", StorageLab.Bytes(100));
        config.EnsureSuccessStatusCode();
        foreach (var type in new[] { "data", "index", "keys", "snapshots" })
        {
            var id = await lab.StoreAsync(type, StorageLab.Bytes(100));
            using var refused = await lab.SendAsync("DELETE", $"{type}/{id}");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Equal(StorageReasons.AppendOnly, refused.ReasonPhrase);
            Assert.Equal(200, await StatusAsync(lab, "HEAD", $"{type}/{id}"));
        }

        Assert.Equal(403, await StatusAsync(lab, "DELETE", "config"));
        var held = await lab.StoreAsync("locks", StorageLab.Bytes(100));
        Assert.Equal(200, await StatusAsync(lab, "DELETE", $"locks/{held}"));
        Assert.Equal(404, await StatusAsync(lab, "HEAD", $"locks/{held}"));
    }

    [Fact]
    public async Task Folder_TakenAwayUnderTheServer_404WithTheReasonAndNotMadeAnew()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var id = await lab.StoreAsync("data", StorageLab.Bytes(100));
        Directory.Delete(lab.Disk, recursive: true);

        var content = StorageLab.Bytes(10);
        foreach (var (method, path) in new[] { ("GET", "data/"), ("GET", $"data/{id}"), ("DELETE", $"data/{id}"), ("POST", "?create=true") })
        {
            using var answer = await lab.SendAsync(method, path);
            Assert.Equal((404, StorageReasons.NoFolder), ((int)answer.StatusCode, answer.ReasonPhrase));
        }

        using var upload = await lab.PostAsync($"data/{StorageLab.Id(content)}", content);
        Assert.Equal((404, StorageReasons.NoFolder), ((int)upload.StatusCode, upload.ReasonPhrase));
        Assert.False(Directory.Exists(lab.Disk));
    }

    private static async Task<int> StatusAsync(StorageLab lab, string method, string path)
    {
        using var answer = await lab.SendAsync(method, path);
        return (int)answer.StatusCode;
    }
}
