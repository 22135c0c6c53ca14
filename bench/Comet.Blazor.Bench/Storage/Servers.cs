using System.Diagnostics;
using System.Globalization;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Comet.Blazor.Bench.Storage;

/// <summary>A server in a process of its own that serves restic repositories.</summary>
internal abstract class RepositoryServer(Process process) : IAsyncDisposable
{
    /// <summary>The process.</summary>
    public Process Process { get; } = process;

    /// <summary>Base address of a fresh repository, with credentials and trailing slash.</summary>
    public abstract Uri Repository(int number);

    /// <summary>Where that repository lies on disk.</summary>
    public abstract string Folder(int number);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
        Process.Dispose();
    }

    /// <summary>Starts a process whose output nobody reads.</summary>
    protected static Process Start(string program, params string[] args) =>
        Process.Start(new ProcessStartInfo("bash", ["-c", "exec \"$@\" >/dev/null 2>&1", "bash", program, .. args]))!;
}

/// <summary>The product, published in Release, with the Storage Role on its own listener and one bucket per repository.</summary>
internal sealed class ProductServer : RepositoryServer
{
    private readonly IReadOnlyList<BucketAccess> _buckets;
    private readonly string _data;
    private readonly int _port;

    private ProductServer(Process process, IReadOnlyList<BucketAccess> buckets, string data, int port)
        : base(process) => (_buckets, _data, _port) = (buckets, data, port);

    /// <summary>Starts it.</summary>
    public static async Task<ProductServer> StartAsync(string published, string data, int buckets)
    {
        List<BucketAccess> made = [];
        Directory.CreateDirectory(data);
        await using (var server = new ServerStore(new DataFolder(data)))
        await using (var store = new BucketStore(new DataFolder(data)))
        {
            await server.OpenAsync(CancellationToken.None);
            await store.OpenAsync(CancellationToken.None);
            var audit = new AuditLog(server, new DataFolder(data), TimeProvider.System, NullLogger<AuditLog>.Instance);
            await audit.OpenAsync(CancellationToken.None);
            var create = new CreateBucket(store, audit, TimeProvider.System, NullLogger<CreateBucket>.Instance);
            for (var i = 0; i < buckets; i++)
            {
                made.Add((await create.RunAsync(Actor.Server, new NewBucket(), CancellationToken.None)).Value!);
            }
        }

        var port = Programs.FreePort();
        var process = Start(
            "dotnet", Path.Combine(published, "Comet.Blazor.dll"), "--Urls", "http://127.0.0.1:0", "--Comet:StorageUrls",
            string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--Comet:DataDirectory", data);
        await Programs.WaitForPortAsync(process, port);
        return new ProductServer(process, made, data, port);
    }

    /// <inheritdoc />
    public override Uri Repository(int number) => new(string.Create(
        CultureInfo.InvariantCulture, $"http://{_buckets[number].Id}:{_buckets[number].Key}@127.0.0.1:{_port}/storage/{_buckets[number].Id}/"));

    /// <inheritdoc />
    public override string Folder(int number) => Path.Combine(_data, "storage", _buckets[number].Id);
}

/// <summary>rclone's "serve restic" over a folder: neither checks hashes nor syncs.</summary>
internal sealed class RcloneServer : RepositoryServer
{
    private readonly string _data;
    private readonly int _port;

    private RcloneServer(Process process, string data, int port)
        : base(process) => (_data, _port) = (data, port);

    /// <summary>Starts it.</summary>
    public static async Task<RcloneServer> StartAsync(string data)
    {
        Directory.CreateDirectory(data);
        var port = Programs.FreePort();
        var process = Start("rclone", "serve", "restic", data, "--addr", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "--user", "bench", "--pass", "bench");
        await Programs.WaitForPortAsync(process, port);
        return new RcloneServer(process, data, port);
    }

    /// <inheritdoc />
    public override Uri Repository(int number) => new(string.Create(CultureInfo.InvariantCulture, $"http://bench:bench@127.0.0.1:{_port}/r{number}/"));

    /// <inheritdoc />
    public override string Folder(int number) => Path.Combine(_data, string.Create(CultureInfo.InvariantCulture, $"r{number}"));
}
