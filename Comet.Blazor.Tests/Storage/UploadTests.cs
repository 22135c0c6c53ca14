using System.Globalization;
using System.Net.Sockets;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Storage;

/// <summary>Uploads: whole, right and once, or not at all.</summary>
public sealed class UploadTests(StorageServer shared) : IClassFixture<StorageServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upload_BytesOfAnotherHash_400AndNothingLeft(bool ownListener)
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
        var id = StorageLab.Id(StorageLab.Bytes(1));

        foreach (var type in new[] { "data", "index", "keys", "locks", "snapshots" })
        {
            using var answer = await lab.PostAsync($"{type}/{id}", StorageLab.Bytes(600_000));
            Assert.Equal((400, StorageReasons.WrongHash), ((int)answer.StatusCode, answer.ReasonPhrase));
        }

        AssertEmpty(lab);
    }

    [Fact]
    public async Task Upload_SameObjectAgain_AcceptedOnceStored()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var content = StorageLab.Bytes(300_000);
        var id = await lab.StoreAsync("data", content);
        var written = File.GetLastWriteTimeUtc(lab.FileOf("data", id));

        Assert.Equal(id, await lab.StoreAsync("data", content)); // an upload whose first answer was lost
        using var other = await lab.PostAsync($"data/{id}", StorageLab.Bytes(300_000));

        Assert.Equal(400, (int)other.StatusCode);
        Assert.Equal(written, File.GetLastWriteTimeUtc(lab.FileOf("data", id)));
        Assert.Equal(content, await File.ReadAllBytesAsync(lab.FileOf("data", id), Ct));
        Assert.Equal((300_000, 1), (lab.Live.Usage.Bytes, lab.Live.Usage.Objects));
        Assert.Empty(lab.Temporaries());
    }

    [Fact]
    public async Task Upload_WhereADamagedObjectHasTheName_403AndNeverReplaced()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var content = StorageLab.Bytes(1000);
        var id = await lab.StoreAsync("data", content);
        await File.WriteAllBytesAsync(lab.FileOf("data", id), content[..999], Ct);

        using var again = await lab.PostAsync($"data/{id}", content);

        Assert.Equal((403, StorageReasons.Exists), ((int)again.StatusCode, again.ReasonPhrase));
        Assert.Equal(content[..999], await File.ReadAllBytesAsync(lab.FileOf("data", id), Ct));
    }

    [Fact]
    public async Task Upload_ManyOfOneObjectAtOnce_OneFileCountedOnce()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        for (var round = 0; round < 5; round++)
        {
            var content = StorageLab.Bytes(400_000);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => lab.StoreAsync("data", content)));
            Assert.Equal(content, await File.ReadAllBytesAsync(lab.FileOf("data", StorageLab.Id(content)), Ct));
        }

        Assert.Equal((2_000_000, 5), (lab.Live.Usage.Bytes, lab.Live.Usage.Objects));
        Assert.Empty(lab.Temporaries());
    }

    [Fact]
    public async Task Config_ManyAtOnce_OneWins()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => lab.PostAsync("config", StorageLab.Bytes(155))));

        Assert.Equal(1, answers.Count(static a => (int)a.StatusCode == 200));
        Assert.Equal(7, answers.Count(static a => (int)a.StatusCode == 403));
        Assert.Equal(155, new FileInfo(Path.Combine(lab.Disk, "config")).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upload_OfUnknownLength_Stored(bool ownListener)
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
        var content = StorageLab.Bytes(900_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"data/{StorageLab.Id(content)}") { Content = new ByteArrayContent(content) };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await lab.Client.SendAsync(request, Ct);

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(content, await File.ReadAllBytesAsync(lab.FileOf("data", StorageLab.Id(content)), Ct));
    }

    [Fact]
    public async Task Upload_LengthMissingOrBeyondAnyObject_RefusedBeforeTheBody()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var id = StorageLab.Id([]);

        var missing = await lab.RawAsync($"POST {{base}}/data/{id} HTTP/1.1\r\n{{auth}}\r\nConnection: close\r\n\r\n");
        var huge = await lab.RawAsync($"POST {{base}}/data/{id} HTTP/1.1\r\n{{auth}}\r\nConnection: close\r\nContent-Length: {StorageEndpoints.MaxObjectBytes + 1}\r\n\r\n");
        var nonsense = await lab.RawAsync($"POST {{base}}/data/{id} HTTP/1.1\r\n{{auth}}\r\nConnection: close\r\nContent-Length: -5\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 411 ", missing);
        Assert.StartsWith("HTTP/1.1 413 ", huge);
        Assert.StartsWith("HTTP/1.1 400 ", nonsense);
        AssertEmpty(lab);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Upload_CallerLeavesHalfway_NothingLeft(bool ownListener)
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
        foreach (var reset in new[] { true, false })
        {
            var content = StorageLab.Bytes(4 << 20);
            using (var socket = await StartUploadAsync(lab, content, content.Length / 2))
            {
                await Wait.UntilAsync(() => lab.Temporaries().Any(), "the upload has begun");
                socket.LingerState = new LingerOption(reset, 0);
            }

            await Wait.UntilAsync(() => !lab.Temporaries().Any(), "the unfinished upload is removed");
            using var head = await lab.SendAsync("HEAD", $"data/{StorageLab.Id(content)}");
            Assert.Equal(404, (int)head.StatusCode);
        }

        AssertEmpty(lab);
    }

    [Fact]
    public async Task Upload_Unfinished_IsInNoListAndIsNoObject()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        var content = StorageLab.Bytes(3 << 20);
        using var socket = await StartUploadAsync(lab, content, 1 << 20);
        await Wait.UntilAsync(() => lab.Temporaries().Any(), "the upload has begun");

        using var list = await lab.SendAsync("GET", "data/");
        using var head = await lab.SendAsync("HEAD", $"data/{StorageLab.Id(content)}");
        using var stolen = await lab.SendAsync("GET", $"data/{Path.GetFileName(lab.Temporaries().Single())}");

        Assert.Equal("[]", await list.Content.ReadAsStringAsync(Ct));
        Assert.Equal(404, (int)head.StatusCode);
        Assert.Equal(404, (int)stolen.StatusCode);
        await socket.GetStream().WriteAsync(content.AsMemory(1 << 20), Ct);
        await Wait.UntilAsync(() => File.Exists(lab.FileOf("data", StorageLab.Id(content))), "the upload is finished");
        Assert.Empty(lab.Temporaries());
    }

    [Fact]
    public async Task Upload_DripByDrip_IsNotCutOff()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server);
        var content = StorageLab.Bytes(2400);
        using var socket = await StartUploadAsync(lab, content, 0);

        // 200 bytes per second, below any server's usual least rate of 240, and for longer than its usual grace of 5 s.
        for (var sent = 0; sent < content.Length; sent += 200)
        {
            await socket.GetStream().WriteAsync(content.AsMemory(sent, 200), Ct);
            await Task.Delay(1000, Ct);
        }

        using var reader = new StreamReader(socket.GetStream());
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync(Ct));
        Assert.Equal(content, await File.ReadAllBytesAsync(lab.FileOf("data", StorageLab.Id(content)), Ct));
    }

    [Fact]
    public async Task Refusal_DuringABody_ConnectionStaysOfUse()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, new NewBucket { LimitBytes = 1000 }, ownListener: true);
        for (var i = 0; i < 20; i++)
        {
            var content = StorageLab.Bytes(3 << 20);
            using var refused = await lab.PostAsync($"data/{StorageLab.Id(content)}", content);
            using var list = await lab.SendAsync("GET", "data/");
            Assert.Equal([507, 200], [(int)refused.StatusCode, (int)list.StatusCode]);
        }
    }

    /// <summary>Sends the head of an upload and some of its bytes.</summary>
    private static async Task<TcpClient> StartUploadAsync(StorageLab lab, byte[] content, int bytes)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(lab.Client.BaseAddress!.Host, lab.Client.BaseAddress.Port, Ct);
        var length = content.Length.ToString(CultureInfo.InvariantCulture);
        await socket.GetStream().WriteAsync(lab.Raw($"POST {{base}}/data/{StorageLab.Id(content)} HTTP/1.1\r\n{{auth}}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"), Ct);
        await socket.GetStream().WriteAsync(content.AsMemory(0, bytes), Ct);
        return socket;
    }

    private static void AssertEmpty(StorageLab lab)
    {
        Assert.Empty(Directory.EnumerateFiles(lab.Disk, "*", SearchOption.AllDirectories));
        Assert.Equal((0, 0), (lab.Live.Usage.Bytes, lab.Live.Usage.Objects));
    }
}
