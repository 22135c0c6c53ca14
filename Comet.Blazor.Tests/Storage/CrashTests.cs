using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Storage;

/// <summary>The server dies in the midst of uploads; what it acknowledged is there, whole, and nothing else.</summary>
public sealed class CrashTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KillDuringUploads_AcknowledgedObjectsAreThere_UnfinishedOnesAreNot()
    {
        using var data = new TempFolder();
        BucketAccess bucket;
        await using (var making = await StorageLab.StartAsync(folder: data))
        {
            bucket = making.Bucket;
        }

        var disk = Path.Combine(data.Path, "storage", bucket.Id);
        Dictionary<string, byte[]> acknowledged = [];
        for (var round = 0; round < 3; round++)
        {
            await using var server = await CometProcess.StartServerAsync(data.Path);
            using var client = Client(server, bucket);
            using var created = await client.PostAsync("?create=true", null, Ct);
            Assert.Equal(200, (int)created.StatusCode);

            var half = StorageLab.Bytes(2 << 20);
            using var socket = await StartUploadAsync(server, bucket, half);
            var before = acknowledged.Count;
            var uploading = Enumerable.Range(0, 4).Select(_ => UploadUntilCutOffAsync(client, acknowledged)).ToList();
            await Wait.UntilAsync(() => Count(acknowledged) >= before + 20 && Leftovers(disk).Any(), "uploads run");
            await server.KillAsync();
            await Task.WhenAll(uploading);
        }

        await using var last = await CometProcess.StartServerAsync(data.Path);
        await Wait.UntilAsync(() => !Leftovers(disk).Any(), "unfinished uploads are removed after the start");
        foreach (var (id, content) in acknowledged)
        {
            Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(disk, "data", id[..2], id), Ct));
        }

        foreach (var file in Directory.EnumerateFiles(Path.Combine(disk, "data"), "*", SearchOption.AllDirectories))
        {
            Assert.Equal(Path.GetFileName(file), StorageLab.Id(await File.ReadAllBytesAsync(file, Ct)));
        }
    }

    private static async Task UploadUntilCutOffAsync(HttpClient client, Dictionary<string, byte[]> acknowledged)
    {
        while (true)
        {
            var content = StorageLab.Bytes(100_000);
            try
            {
                using var answer = await client.PostAsync($"data/{StorageLab.Id(content)}", new ByteArrayContent(content), Ct);
                Assert.Equal(200, (int)answer.StatusCode);
            }
            catch (HttpRequestException)
            {
                return;
            }

            lock (acknowledged)
            {
                acknowledged[StorageLab.Id(content)] = content;
            }
        }
    }

    private static async Task<TcpClient> StartUploadAsync(CometProcess server, BucketAccess bucket, byte[] content)
    {
        var address = new Uri(server.Address);
        var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, Ct);
        var head = string.Create(CultureInfo.InvariantCulture, $"POST /storage/{bucket.Id}/data/{StorageLab.Id(content)} HTTP/1.1\r\nHost: x\r\nAuthorization: {StorageLab.Basic(bucket.Id, bucket.Key)}\r\nContent-Length: {content.Length}\r\n\r\n");
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Ct);
        await socket.GetStream().WriteAsync(content.AsMemory(0, content.Length / 2), Ct);
        return socket;
    }

    private static HttpClient Client(CometProcess server, BucketAccess bucket)
    {
        var client = new HttpClient { BaseAddress = new Uri($"{server.Address}storage/{bucket.Id}/") };
        client.DefaultRequestHeaders.Authorization = StorageLab.Basic(bucket.Id, bucket.Key);
        return client;
    }

    private static int Count(Dictionary<string, byte[]> acknowledged)
    {
        lock (acknowledged)
        {
            return acknowledged.Count;
        }
    }

    private static IEnumerable<string> Leftovers(string disk) => Directory.EnumerateFiles(disk, ".*", SearchOption.AllDirectories);
}
