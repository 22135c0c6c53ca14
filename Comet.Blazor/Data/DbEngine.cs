using Comet.Blazor.Data.Disk;
using LiteDB;
using LiteDB.Engine;
using JsonSerializer = System.Text.Json.JsonSerializer;

namespace Comet.Blazor.Data;

/// <summary>
/// One LiteDB file with its log; used by one thread at a time. What LiteDB commits lasts when <see cref="Commit"/> returns. After any fault
/// the engine is thrown away, and the next call opens a new one on what lasts.
/// </summary>
internal sealed class DbEngine : IDbSource, IDisposable
{
    /// <summary>The collection that holds the schema's name and version.</summary>
    public const string OwnCollection = "comet_store";

    /// <summary>Pages of the log after which it is brought over: 32 MiB.</summary>
    public const int CheckpointPages = 4096;

    private const string SchemaKey = "schema";
    private const int FirstChunk = 16;
    private const int LargestChunk = 512;

    private static readonly BsonExpression ById = BsonExpression.Create("_id");
    private readonly IDisk _disk;
    private readonly string _path;
    private readonly PageFile _data;
    private readonly PageLog _log;
    private readonly int _checkpointPages;
    private LiteEngine? _engine;
    private long _nextCheckpoint;

    private DbEngine(IDisk disk, string path, int checkpointPages)
    {
        _checkpointPages = checkpointPages;
        _nextCheckpoint = checkpointPages;
        _disk = disk;
        _path = path;
        var log = PageLog.Open(disk, LogPath(path));
        try
        {
            _data = new PageFile(disk.Open(path), () => !log.HasUncommitted);
        }
        catch
        {
            log.Dispose();
            throw;
        }

        _log = log;
    }

    /// <summary>True when the log is long enough to be brought over.</summary>
    public bool WantsCheckpoint => _log.Pages >= _nextCheckpoint;

    /// <summary>Creates a file that is complete as soon as it has its name.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void Create(IDisk disk, string path, string schema, int version)
    {
        if (disk.Exists(LogPath(path)))
        {
            throw new InvalidDataException($"The file {path} is missing, and its log {LogPath(path)} is there. Restore the file from a copy, or delete the log to begin with an empty store.");
        }

        var draft = path + ".new";
        disk.Delete(draft);
        using (var file = new PageFile(disk.Open(draft), static () => true))
        {
            using var data = new DataStream(file);
            using var log = new MemoryStream();
            using var engine = new LiteEngine(new EngineSettings { DataStream = data, LogStream = log, Collation = Collation.Binary });
            engine.Pragma("UTC_DATE", true);
            engine.Pragma("CHECKPOINT", 0); // never by itself
            engine.Upsert(OwnCollection, [ToBson(SchemaRecord(schema, version))], BsonAutoId.ObjectId);
            engine.Checkpoint();
            file.Flush();
        }

        disk.Rename(draft, path);
        disk.SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Opens a file; what its log holds is brought over first.</summary>
    /// <exception cref="IOException">It can't be opened, or there is no space to bring the log over.</exception>
    /// <exception cref="InvalidDataException">It is damaged or not one of ours.</exception>
    public static DbEngine Open(IDisk disk, string path, int checkpointPages)
    {
        var db = new DbEngine(disk, path, checkpointPages);
        try
        {
            db.BringOver();
            db.Engine();
            return db;
        }
        catch (Exception ex)
        {
            db.Close();
            throw db.Explain(ex);
        }
    }

    /// <summary>Name and version of the schema; null when the file has none.</summary>
    public (string Name, int Version)? Schema() =>
        Get(OwnCollection, SchemaKey) is { } record && JsonSerializer.Deserialize<StoredSchema>(record.Json) is { Name: { } name, Version: var version } ? (name, version) : null;

    /// <summary>The record that says a version; to be committed with the change that leads to it.</summary>
    public static DbRecord SchemaRecord(string name, int version) => new(SchemaKey, [], JsonSerializer.SerializeToUtf8Bytes(new StoredSchema(name, version)));

    /// <inheritdoc />
    public DbRecord? Get(string collection, DbKey key)
    {
        // With a parameter: the engine compiles each new text of an expression, which takes a millisecond, and keeps it for ever.
        var query = new Query { Limit = 1 };
        query.Where.Add(BsonExpression.Create("_id = @0", KeyToBson(key)));
        return Read(collection, query) is [var record] ? record : null;
    }

    /// <inheritdoc />
    public IEnumerable<DbRecord> Scan(string collection, DbKey? after)
    {
        // In pieces, so that no cursor of the engine stays open while the caller does something else.
        for (var size = FirstChunk; ; size = Math.Min(2 * size, LargestChunk))
        {
            var query = new Query { OrderBy = ById, Limit = size };
            if (after is { } from)
            {
                query.Where.Add(BsonExpression.Create("_id > @0", KeyToBson(from)));
            }

            var chunk = Read(collection, query);
            foreach (var record in chunk)
            {
                yield return record;
            }

            if (chunk.Count < size)
            {
                yield break;
            }

            after = chunk[^1].Key;
        }
    }

    /// <summary>Writes all of it in one transaction and syncs.</summary>
    /// <exception cref="IOException">Nothing of it was written; the next call finds the store as it was before.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public void Commit(IReadOnlyDictionary<(string Collection, DbKey Key), DbRecord?> changes)
    {
        try
        {
            var engine = Engine();
            var dirty = false;
            engine.BeginTrans();
            foreach (var collection in changes.GroupBy(c => c.Key.Collection))
            {
                var gone = collection.Where(c => c.Value is null).Select(c => KeyToBson(c.Key.Key)).ToList();
                dirty |= gone.Count > 0 && engine.Delete(collection.Key, gone) > 0;
                var put = collection.Where(c => c.Value is not null).OrderBy(c => c.Key.Key, DbKey.Order).Select(c => ToBson(c.Value!)).ToList();
                if (put.Count > 0)
                {
                    engine.Upsert(collection.Key, put, BsonAutoId.ObjectId);
                    dirty = true;
                }
            }

            engine.Commit();
            if (dirty)
            {
                _log.WaitForEnd();
                _log.Commit();
            }
        }
        catch (Exception ex)
        {
            ThrowAway();
            throw Explain(ex);
        }
    }

    /// <summary>Brings the log over into the file and begins a new one.</summary>
    /// <exception cref="IOException">It did not succeed; the log still holds everything.</exception>
    public void Checkpoint()
    {
        try
        {
            // When it fails, the next attempt comes after as much again, not with every commit.
            _nextCheckpoint = _log.Pages + _checkpointPages;
            Engine().Checkpoint();
            _nextCheckpoint = _checkpointPages;
        }
        catch (Exception ex)
        {
            ThrowAway();
            throw Explain(ex);
        }
    }

    /// <summary>Copies the database file, which a checkpoint has made complete, under another name in the same folder.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void CopyTo(string copy)
    {
        try
        {
            Checkpoint();
            _disk.Delete(copy + ".new");
            using (var file = _disk.Open(copy + ".new"))
            {
                var buffer = new byte[128 * PageLog.PageSize];
                for (var at = 0L; at < _data.Length; at += buffer.Length)
                {
                    var count = _data.Read(at, buffer);
                    file.Write(at, buffer.AsSpan(0, count));
                }

                file.Sync();
            }

            _disk.Rename(copy + ".new", copy);
            _disk.SyncFolder(Path.GetDirectoryName(copy)!);
        }
        catch (IOException ex)
        {
            throw new IOException($"{_path} could not be copied to {copy} before its schema is changed: {ex.Message} Nothing was changed; free space on the disk and start again.", ex);
        }
    }

    /// <summary>Brings the log over and closes. A log that can't be brought over stays and is brought over by the next opening.</summary>
    public void Dispose()
    {
        try
        {
            Checkpoint();
        }
        catch (Exception ex) when (ex is IOException or InvalidDataException)
        {
            // Such as a full disk. Nothing is lost.
        }

        var isEmpty = _log.Pages == 0;
        Close();
        if (isEmpty)
        {
            _disk.Delete(LogPath(_path));
            _disk.SyncFolder(Path.GetDirectoryName(_path)!);
        }
    }

    private static string LogPath(string path) => path + "-wal";

    private static BsonValue KeyToBson(DbKey key) => key.Text is { } text ? new BsonValue(text) : new BsonValue(key.Number);

    private static BsonDocument ToBson(DbRecord record) => new() { ["_id"] = KeyToBson(record.Key), ["r"] = record.Row, ["j"] = record.Json };

    private static DbRecord FromBson(BsonDocument doc) =>
        new(doc["_id"] is { IsString: true } text ? text.AsString : doc["_id"].AsInt64, doc["r"].AsBinary ?? [], doc["j"].AsBinary ?? []);

    private List<DbRecord> Read(string collection, Query query)
    {
        try
        {
            var records = new List<DbRecord>();
            using var reader = Engine().Query(collection, query);
            while (reader.Read())
            {
                records.Add(FromBson(reader.Current.AsDocument));
            }

            return records;
        }
        catch (Exception ex)
        {
            ThrowAway();
            throw Explain(ex);
        }
    }

    private LiteEngine Engine() =>
        _engine ??= new LiteEngine(new EngineSettings { DataStream = new DataStream(_data), LogStream = new LogStream(_log), Collation = Collation.Binary });

    /// <summary>What LiteDB would do with the log at a checkpoint, done without reading the file: a power cut during a checkpoint may have torn any of its pages.</summary>
    private void BringOver()
    {
        var page = new byte[PageLog.PageSize];
        var confirmed = new HashSet<uint>();
        for (var i = 0L; i < _log.Pages; i++)
        {
            _log.Read(i, page);
            if (LitePage.IsConfirmed(page))
            {
                confirmed.Add(LitePage.Transaction(page));
            }
        }

        for (var i = 0L; i < _log.Pages; i++)
        {
            _log.Read(i, page);
            if (confirmed.Contains(LitePage.Transaction(page)))
            {
                LitePage.Settle(page);
                _data.Write((long)LitePage.Id(page) * PageLog.PageSize, page);
            }
        }

        if (confirmed.Count > 0)
        {
            _data.Flush();
            _log.Restart();
        }

        if (_data.Length < PageLog.PageSize)
        {
            throw new InvalidDataException($"The file {_path} is damaged: it is empty. Restore it from a copy.");
        }
    }

    private void ThrowAway()
    {
        var engine = _engine;
        _engine = null;
        engine?.Dispose();
        _log.Forget();
        _data.Forget(); // LiteDB marks a file that it thinks damaged
    }

    private void Close()
    {
        ThrowAway();
        _data.Dispose();
        _log.Dispose();
    }

    private Exception Explain(Exception ex) => ex switch
    {
        IOException => new IOException($"The database {_path} could not be read or written: {ex.Message} Nothing was changed. Free space on the disk or correct its fault, then try again.", ex),
        not (InvalidDataException or OutOfMemoryException) => new InvalidDataException($"The database {_path} is damaged or none of this server: {ex.Message} Restore it from a copy.", ex),
        _ => ex,
    };

    private sealed record StoredSchema(string Name, int Version);
}
