using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Comet.Blazor.Tests.Storage;

/// <summary>A real server with one bucket, and a client that is signed in to it.</summary>
internal sealed class StorageLab : IAsyncDisposable
{
    private readonly TestServer? _ownServer;
    private readonly TempFolder? _folderToKeep;
    private bool _stopped;

    private StorageLab(TestServer server, BucketAccess bucket, string address, TestServer? ownServer, TempFolder? folderToKeep)
    {
        (Server, Bucket, Address, _ownServer, _folderToKeep) = (server, bucket, address, ownServer, folderToKeep);
        Client = new HttpClient { BaseAddress = new Uri($"{address}storage/{bucket.Id}/") };
        Client.DefaultRequestHeaders.Authorization = Basic(bucket.Id, bucket.Key);
        Client.DefaultRequestHeaders.Add("Accept", "application/vnd.x.restic.rest.v2");
    }

    public TestServer Server { get; }

    public BucketAccess Bucket { get; }

    /// <summary>Base address of the Storage Role, with trailing slash.</summary>
    public string Address { get; }

    public HttpClient Client { get; }

    /// <summary>As restic wants it, with id and key inside.</summary>
    public string Repository => $"rest:{Address.Replace("://", $"://{Bucket.Id}:{Bucket.Key}@", StringComparison.Ordinal)}storage/{Bucket.Id}/";

    /// <summary>The bucket's folder on disk.</summary>
    public string Disk => Path.Combine(Server.Get<DataFolder>().Storage, Bucket.Id);

    public LiveBucket Live => Server.Get<BucketStore>().Find(Bucket.Id)!;

    public static async Task<StorageLab> StartAsync(NewBucket? wish = null, bool ownListener = false, TempFolder? folder = null, Action<WebApplicationBuilder>? configure = null)
    {
        var server = await TestServer.StartAsync(folder, configure, ownListener ? ["--Comet:StorageUrls", "http://127.0.0.1:0"] : []);
        return await OnAsync(server, wish, ownListener, server, folder);
    }

    /// <summary>A new bucket on a server that is there already.</summary>
    public static Task<StorageLab> OnAsync(TestServer server, NewBucket? wish = null, bool ownListener = false) => OnAsync(server, wish, ownListener, null, null);

    private static async Task<StorageLab> OnAsync(TestServer server, NewBucket? wish, bool ownListener, TestServer? ownServer, TempFolder? folderToKeep)
    {
        var bucket = await server.Get<CreateBucket>().RunAsync(Actor.Server, wish ?? new NewBucket(), CancellationToken.None);
        Assert.True(bucket.Ok, bucket.Why);
        return new StorageLab(server, bucket.Value, ownListener ? server.Get<StorageListener>().Addresses.Single() + "/" : server.Address, ownServer, folderToKeep);
    }

    /// <summary>A started repository on a server that is there already: folders made, as after restic's first request.</summary>
    public static async Task<StorageLab> CreatedOnAsync(TestServer server, NewBucket? wish = null, bool ownListener = false)
    {
        var lab = await OnAsync(server, wish, ownListener);
        using var created = await lab.PostAsync("?create=true", []);
        created.EnsureSuccessStatusCode();
        return lab;
    }

    /// <summary>A started repository: folders made, as after restic's first request.</summary>
    public static async Task<StorageLab> StartCreatedAsync(NewBucket? wish = null, bool ownListener = false, TempFolder? folder = null)
    {
        var lab = await StartAsync(wish, ownListener, folder);
        using var created = await lab.PostAsync("?create=true", []);
        created.EnsureSuccessStatusCode();
        return lab;
    }

    public static AuthenticationHeaderValue Basic(string id, string key) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{key}")));

    public static byte[] Bytes(int count) => RandomNumberGenerator.GetBytes(count);

    public static string Id(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public Task<HttpResponseMessage> PostAsync(string path, byte[] content) => Client.PostAsync(path, new ByteArrayContent(content), TestContext.Current.CancellationToken);

    /// <summary>Stores an object and answers its id.</summary>
    public async Task<string> StoreAsync(string type, byte[] content)
    {
        using var answer = await PostAsync($"{type}/{Id(content)}", content);
        Assert.Equal(200, (int)answer.StatusCode);
        return Id(content);
    }

    /// <summary>Sends a request without body.</summary>
    public Task<HttpResponseMessage> SendAsync(string method, string path, string? range = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (range is not null)
        {
            request.Headers.TryAddWithoutValidation("Range", range);
        }

        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The object's file on disk.</summary>
    public string FileOf(string type, string id) => type == "data" ? Path.Combine(Disk, type, id[..2], id) : Path.Combine(Disk, type, id);

    /// <summary>
    /// Sends a request byte by byte as given, where a client library would tidy it up, and answers all that came back. {base} stands for the bucket's
    /// path, {auth} for the line with the credentials.
    /// </summary>
    public async Task<string> RawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(Raw(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Bytes of a raw request; see <see cref="RawAsync"/>.</summary>
    public byte[] Raw(string request) => Encoding.Latin1.GetBytes(request
        .Replace("{base}", $"/storage/{Bucket.Id}", StringComparison.Ordinal)
        .Replace("{auth}", $"Host: x\r\nAuthorization: {Basic(Bucket.Id, Bucket.Key)}", StringComparison.Ordinal));

    /// <summary>All files of the bucket that are no objects: leftovers.</summary>
    public IEnumerable<string> Temporaries() => Directory.EnumerateFiles(Disk, ".*", SearchOption.AllDirectories);

    /// <summary>Stops the lab's own server; its folder stays when the test brought it.</summary>
    public async Task StopAsync()
    {
        if (!_stopped && _ownServer is not null)
        {
            _stopped = true;
            await (_folderToKeep is null ? _ownServer.DisposeAsync() : new ValueTask(_ownServer.StopAsync()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await StopAsync();
    }
}
