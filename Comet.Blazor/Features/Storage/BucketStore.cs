using System.Collections.Concurrent;
using System.Text.Json;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Storage.Disk;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Storage;

/// <summary>A bucket in memory: its document and what it holds.</summary>
/// <param name="id">Its id.</param>
/// <param name="document">Its document.</param>
public sealed class LiveBucket(string id, Bucket document)
{
    private volatile Bucket _document = document;

    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>What it holds.</summary>
    public BucketUsage Usage { get; } = new();

    /// <summary>Its document now.</summary>
    public Bucket Document
    {
        get => _document;
        internal set => _document = value;
    }

    /// <summary>Bytes stored: counted, or the last measurement of an earlier run.</summary>
    public long Bytes => Usage.Measured ? Usage.Bytes : Document.Size.Size;
}

/// <summary>The buckets of this server: documents in cometd-buckets.db, all of them in memory, data under storage/{id}.</summary>
/// <param name="folder">The data folder.</param>
public sealed class BucketStore(DataFolder folder) : IOpenAtStart, IBuckets, IAsyncDisposable
{
    private const string Collection = "buckets";
    private readonly ConcurrentDictionary<string, LiveBucket> _buckets = new(StringComparer.Ordinal);
    private CometDb? _db;

    /// <summary>Rings when a bucket came, went, or changed its size.</summary>
    public LiveSignal Changed { get; } = new();

    /// <summary>All buckets, in no order.</summary>
    public IReadOnlyCollection<LiveBucket> All => [.. _buckets.Values];

    /// <summary>The folder of a bucket's data.</summary>
    public string PathOf(string bucketId) => Path.Combine(folder.Storage, bucketId);

    /// <summary>The bucket with this id, or null.</summary>
    public LiveBucket? Find(string bucketId) => _buckets.GetValueOrDefault(bucketId);

    /// <inheritdoc />
    public long UploadedBytes(string bucketId) => Find(bucketId)?.Usage.Uploaded ?? 0;

    /// <inheritdoc />
    public long? StoredBytes(string bucketId) => Find(bucketId) is { Usage.Measured: true } bucket ? bucket.Usage.Bytes : null;

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        Directory.CreateDirectory(folder.Storage);
        _db = await CometDb.OpenAsync(folder.Buckets, DbSchema.First("buckets"), ct);
        foreach (var (id, document) in await _db.ReadAsync(r => r.Scan(Collection).Select(Read).ToList(), ct))
        {
            _buckets[id] = new LiveBucket(id, document);
        }
    }

    /// <summary>
    /// Adds a bucket and its empty folder. <see cref="Refusal.Conflict"/> when the id is taken (ids that differ in case only are one folder on
    /// some disks) or when a folder with data has that name.
    /// </summary>
    /// <exception cref="IOException">The document or the folder can't be written.</exception>
    public async Task<Outcome> AddAsync(string id, Bucket document, CancellationToken ct)
    {
        if (!BucketNames.IsValid(id))
        {
            return Outcome.Invalid("A bucket id has 1 to 64 letters, digits, dashes and underscores, and is no reserved word.");
        }

        var path = PathOf(id);
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            return Outcome.Conflict($"The folder {path} already holds data.");
        }

        var added = await Db.WriteAsync(
            w =>
            {
                if (_buckets.Keys.Any(k => k.Equals(id, StringComparison.OrdinalIgnoreCase)))
                {
                    return false;
                }

                Directory.CreateDirectory(path); // before the document: an id is never known without its folder
                var bucket = new LiveBucket(id, document);
                bucket.Usage.StartEmpty();
                w.Put(Collection, Write(id, document));
                w.AfterCommit(() => _buckets[id] = bucket);
                return true;
            },
            ct);
        if (!added)
        {
            return Outcome.Conflict($"The bucket '{id}' already exists.");
        }

        using var root = StoredFolder.Open(folder.Storage);
        root?.Sync();
        Changed.Raise();
        return Outcome.Done;
    }

    /// <summary>Changes a bucket's document; nothing happens when it is gone.</summary>
    /// <exception cref="IOException">The document can't be written; nothing was changed.</exception>
    public async Task ChangeAsync(string id, Func<Bucket, Bucket> change, CancellationToken ct)
    {
        await Db.WriteAsync(
            w =>
            {
                if (Find(id) is not { } bucket)
                {
                    return false;
                }

                var changed = change(bucket.Document);
                w.Put(Collection, Write(id, changed));
                w.AfterCommit(() => bucket.Document = changed);
                return true;
            },
            ct);
        Changed.Raise();
    }

    /// <summary>Removes a bucket, then its data; false when there is none.</summary>
    /// <exception cref="IOException">The data can't be removed; the bucket itself is gone.</exception>
    public async Task<bool> RemoveAsync(string id, CancellationToken ct)
    {
        var removed = await Db.WriteAsync(
            w =>
            {
                w.Delete(Collection, id);
                w.AfterCommit(() => _buckets.TryRemove(id, out _));
                return _buckets.ContainsKey(id);
            },
            ct);
        var path = PathOf(id);
        if (removed && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        Changed.Raise();
        return removed;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_db is not null)
        {
            await _db.DisposeAsync();
        }
    }

    private CometDb Db => _db ?? throw new InvalidOperationException("The bucket store is not open.");

    private static DbRecord Write(string id, Bucket document) => new(id, [], JsonSerializer.SerializeToUtf8Bytes(document, StorageJson.Default.Bucket));

    private static (string Id, Bucket Document) Read(DbRecord record)
    {
        try
        {
            var read = JsonSerializer.Deserialize(record.Json, StorageJson.Default.Bucket);
            return read is null
                ? throw new InvalidDataException($"The record of bucket '{record.Key}' in cometd-buckets.db is empty.")
                : (record.Key.Text!, read with { OrganizationId = read.OrganizationId ?? "", ReadWriteKey = read.ReadWriteKey ?? "", Size = read.Size ?? new BucketSize(0, 0, 0) }); // fields may be absent
        }
        catch (JsonException ex)
        {
            throw new InvalidDataException($"The record of bucket '{record.Key}' in cometd-buckets.db is damaged: {ex.Message}", ex);
        }
    }
}
