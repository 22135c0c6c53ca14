using System.Threading.Channels;
using LiteDB;

namespace Comet.Blazor.Data;

/// <summary>
/// The only owner of one LiteDB file (decisions.md 16): a fair queue through which every read and write goes. It takes what is
/// queued, writes it in one transaction, syncs, then answers.
/// </summary>
public sealed class CometDb : IAsyncDisposable
{
    private readonly LiteDatabase _db;
    private readonly Channel<Action> _queue = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _owner;

    private CometDb(LiteDatabase db)
    {
        _db = db;
        _owner = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Opens or creates the file and brings its schema up to date.</summary>
    public static Task<CometDb> OpenAsync(string path, DbSchema schema, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        _ = schema;
        return Task.FromResult(new CometDb(new LiteDatabase(path)));
    }

    /// <summary>Reads in a moment when nobody writes. Keep it short: everybody else waits.</summary>
    public Task<T> ReadAsync<T>(Func<DbReader, T> read, CancellationToken ct) => EnqueueAsync(() => read(new DbReader(_db)), ct);

    /// <summary>
    /// Writes in a transaction of its own: reads of <paramref name="write"/> and of the indexes in memory see every earlier write.
    /// Answers after the commit is on disk and the <see cref="DbWriter.AfterCommit"/> actions ran. An exception of
    /// <paramref name="write"/> leaves nothing written and reaches the caller.
    /// </summary>
    /// <exception cref="IOException">The commit could not be written (disk full); nothing was changed.</exception>
    public Task<T> WriteAsync<T>(Func<DbWriter, T> write, CancellationToken ct) => EnqueueAsync(() => Commit(write), ct);

    /// <summary>
    /// As <see cref="WriteAsync"/>, but may share its transaction and its sync with others that wait: reads of <paramref name="write"/>
    /// through its writer see them, the indexes in memory not yet. For many small writes such as job messages.
    /// </summary>
    public Task<T> AppendAsync<T>(Func<DbWriter, T> write, CancellationToken ct) => EnqueueAsync(() => Commit(write), ct);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _owner;
        _db.Dispose();
    }

    private T Commit<T>(Func<DbWriter, T> write)
    {
        var writer = new DbWriter(_db);
        var answer = write(writer);
        writer.Apply();
        return answer;
    }

    private Task<T> EnqueueAsync<T>(Func<T> work, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = _queue.Writer.TryWrite(() =>
        {
            try
            {
                done.TrySetResult(work());
            }
            catch (Exception ex)
            {
                done.TrySetException(ex);
            }
        });
        return queued ? done.Task : Task.FromException<T>(new ObjectDisposedException(nameof(CometDb)));
    }

    private async Task RunAsync()
    {
        await foreach (var work in _queue.Reader.ReadAllAsync())
        {
            work();
        }
    }
}

/// <summary>The schema of one store: its name, its version, and the steps that lead from older versions.</summary>
/// <param name="Name">Such as "jobs"; a file of another name is refused.</param>
/// <param name="Version">The current version, from 1.</param>
/// <param name="Steps">Step n leads from version n to n + 1; the old file is copied first.</param>
public sealed record DbSchema(string Name, int Version, IReadOnlyDictionary<int, Action<DbWriter>> Steps)
{
    /// <summary>A first version, without steps.</summary>
    public static DbSchema First(string name) => new(name, 1, new Dictionary<int, Action<DbWriter>>());
}

/// <summary>Reads of one turn. Not to be kept after the turn.</summary>
public class DbReader
{
    private protected readonly LiteDatabase Db;

    internal DbReader(LiteDatabase db) => Db = db;

    /// <summary>The record with this key, or null.</summary>
    public virtual DbRecord? Get(string collection, DbKey key) =>
        Db.GetCollection(collection).FindById(ToBson(key)) is { } doc ? FromBson(doc) : null;

    /// <summary>Records in key order, after <paramref name="after"/> (exclusive) when given; enumerate within the turn.</summary>
    public virtual IEnumerable<DbRecord> Scan(string collection, DbKey? after = null)
    {
        var all = Db.GetCollection(collection);
        var docs = after is { } key ? all.Find(Query.GT("_id", ToBson(key))) : all.Find(Query.All("_id"));
        return docs.Select(FromBson);
    }

    private protected static BsonValue ToBson(DbKey key) => key.Text is { } text ? new BsonValue(text) : new BsonValue(key.Number);

    private static DbRecord FromBson(BsonDocument doc) =>
        new(doc["_id"].IsString ? doc["_id"].AsString : doc["_id"].AsInt64, doc["r"].AsBinary ?? [], doc["j"].AsBinary ?? []);
}

/// <summary>Reads and writes of one turn.</summary>
public sealed class DbWriter : DbReader
{
    private readonly List<Action> _ops = [];
    private readonly List<Action> _after = [];

    internal DbWriter(LiteDatabase db)
        : base(db)
    {
    }

    /// <summary>Inserts or replaces.</summary>
    public void Put(string collection, DbRecord record) => _ops.Add(() =>
        Db.GetCollection(collection).Upsert(new BsonDocument { ["_id"] = ToBson(record.Key), ["r"] = record.Row, ["j"] = record.Json }));

    /// <summary>Removes; nothing happens when there is none.</summary>
    public void Delete(string collection, DbKey key) => _ops.Add(() => Db.GetCollection(collection).Delete(ToBson(key)));

    /// <summary>Runs after the commit is on disk and before the answer, on the owner, in order: the place to change an index in memory.</summary>
    public void AfterCommit(Action action) => _after.Add(action);

    internal void Apply()
    {
        foreach (var op in _ops)
        {
            op();
        }

        foreach (var action in _after)
        {
            action();
        }
    }
}
