using System.Net.Http.Headers;
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
    private StorageLab(TestServer server, BucketAccess bucket, string address)
    {
        (Server, Bucket, Address) = (server, bucket, address);
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
        var bucket = await server.Get<CreateBucket>().RunAsync(Actor.Server, wish ?? new NewBucket(), CancellationToken.None);
        Assert.True(bucket.Ok, bucket.Why);
        return new StorageLab(server, bucket.Value, ownListener ? server.Get<StorageListener>().Addresses.Single() + "/" : server.Address);
    }

    /// <summary>A started repository: folders made, as after restic's first request.</summary>
    public static async Task<StorageLab> StartCreatedAsync(NewBucket? wish = null, bool ownListener = false)
    {
        var lab = await StartAsync(wish, ownListener);
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

    /// <summary>All files of the bucket that are no objects: leftovers.</summary>
    public IEnumerable<string> Temporaries() => Directory.EnumerateFiles(Disk, ".*", SearchOption.AllDirectories);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
