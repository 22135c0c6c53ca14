using System.Runtime.CompilerServices;
using Comet.Blazor.Data.Disk;

namespace Comet.Blazor.Data;

/// <summary>
/// The only owner of one LiteDB file (decisions.md 16): a fair queue through which every read and write goes, worked off by one thread. It
/// takes what is queued, writes neighbouring <see cref="AppendAsync"/> calls in one transaction, syncs, then answers. No timer.
/// </summary>
public sealed class CometDb : IAsyncDisposable
{
    private const int LargestBatch = 8 << 20; // bytes of one transaction, about
    private const int ScanTurn = 256; // records

    private readonly object _gate = new();
    private readonly DbEngine _engine;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<DbTurn> _queue = [];
    private bool _closing;

    private CometDb(DbEngine engine)
    {
        _engine = engine;
        new Thread(Run) { IsBackground = true, Name = "CometDb" }.Start();
    }

    /// <summary>Opens or creates the file and brings its schema up to date. An older file is copied beside itself first.</summary>
    /// <exception cref="InvalidDataException">The file is another store's, newer than this program, or damaged; the message names it.</exception>
    /// <exception cref="IOException">It can't be read or written; the message names it.</exception>
    public static Task<CometDb> OpenAsync(string path, DbSchema schema, CancellationToken ct) =>
        OpenAsync(RealDisk.Instance, path, schema, TimeProvider.System, DbEngine.CheckpointPages, ct);

    /// <summary>Opens on another disk.</summary>
    /// <param name="disk">Where the files are.</param>
    /// <param name="path">The file.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="clock">Names the copy of an older file.</param>
    /// <param name="checkpointPages">Pages of the log, 8 KiB each, after which it is brought over into the file.</param>
    /// <param name="ct">Cancels before the first step, and between steps of the schema.</param>
    public static Task<CometDb> OpenAsync(IDisk disk, string path, DbSchema schema, TimeProvider clock, int checkpointPages, CancellationToken ct) =>
        Task.Run(() => new CometDb(DbOpening.Open(disk, Path.GetFullPath(path), schema, clock, checkpointPages, ct)), ct);

    /// <summary>Reads in a moment when nobody writes. Keep it short: everybody else waits.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public Task<T> ReadAsync<T>(Func<DbReader, T> read, CancellationToken ct)
    {
        var turn = new DbReadTurn<T>(read, ct);
        return Enqueue(turn, turn.Answer, ct);
    }

    /// <summary>All records of a collection in key order, after a key when given, in many short turns between which others write.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public async IAsyncEnumerable<DbRecord> ScanAsync(string collection, DbKey? after = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        while (true)
        {
            var from = after;
            var records = await ReadAsync(reader => reader.Scan(collection, from).Take(ScanTurn).ToList(), ct);
            foreach (var record in records)
            {
                yield return record;
            }

            if (records.Count < ScanTurn)
            {
                yield break;
            }

            after = records[^1].Key;
        }
    }

    /// <summary>
    /// Writes in a transaction of its own: reads of <paramref name="write"/> and of the indexes in memory see every earlier write.
    /// Answers after the commit is on disk and the <see cref="DbWriter.AfterCommit"/> actions ran. An exception of
    /// <paramref name="write"/> leaves nothing written and reaches the caller. Who cancels before the turn begins gets nothing written.
    /// </summary>
    /// <exception cref="IOException">The commit could not be written (disk full); nothing was changed. The next call tries anew.</exception>
    public Task<T> WriteAsync<T>(Func<DbWriter, T> write, CancellationToken ct) => EnqueueWrite(write, false, ct);

    /// <summary>
    /// As <see cref="WriteAsync"/>, but may share its transaction and its sync with others that wait: reads of <paramref name="write"/>
    /// through its writer see them, the indexes in memory not yet. For many small writes such as job messages.
    /// </summary>
    /// <exception cref="IOException">The commit could not be written (disk full); nothing was changed. The next call tries anew.</exception>
    public Task<T> AppendAsync<T>(Func<DbWriter, T> write, CancellationToken ct) => EnqueueWrite(write, true, ct);

    /// <summary>Works off what is queued, brings the log over, closes the file. Later calls get <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }

        await _closed.Task;
    }

    private Task<T> EnqueueWrite<T>(Func<DbWriter, T> write, bool joins, CancellationToken ct)
    {
        var turn = new DbWriteTurn<T>(write, joins, ct);
        return Enqueue(turn, turn.Answer, ct);
    }

    private Task<T> Enqueue<T>(DbTurn turn, Task<T> answer, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(ct);
        }

        lock (_gate)
        {
            if (_closing)
            {
                return Task.FromException<T>(new ObjectDisposedException(nameof(CometDb)));
            }

            _queue.Add(turn);
            Monitor.Pulse(_gate);
        }

        return ct.CanBeCanceled ? answer.WaitAsync(ct) : answer;
    }

    private void Run()
    {
        List<DbTurn> turns = [];
        try
        {
            while ((turns = Take(turns)).Count > 0)
            {
                Work(turns);
                turns.Clear();
            }

            _engine.Dispose();
            _closed.SetResult();
        }
        catch (Exception ex)
        {
            Break(ex, turns);
        }
    }

    /// <summary>A fault of this class itself: nobody may wait for ever.</summary>
    private void Break(Exception ex, List<DbTurn> turns)
    {
        lock (_gate)
        {
            _closing = true;
            foreach (var turn in turns.Concat(_queue))
            {
                turn.Refuse(ex);
            }
        }

        _closed.SetException(ex);
    }

    /// <summary>Exchanges the queue for an empty one as soon as there is something in it; answers nothing at the end.</summary>
    private List<DbTurn> Take(List<DbTurn> empty)
    {
        lock (_gate)
        {
            while (_queue.Count == 0 && !_closing)
            {
                Monitor.Wait(_gate);
            }

            var turns = _queue;
            _queue = empty;
            return turns;
        }
    }

    private void Work(List<DbTurn> turns)
    {
        for (var next = 0; next < turns.Count;)
        {
            if (turns[next] is DbReadTurn read)
            {
                next++;
                if (!read.IsGone())
                {
                    read.Run(_engine);
                }
            }
            else
            {
                next = Write(turns, next);
            }
        }
    }

    /// <summary>Writes the turns from one on that go together; answers where they end.</summary>
    private int Write(List<DbTurn> turns, int next)
    {
        var staging = new DbStaging(_engine);
        var staged = new List<DbWriteTurn>();
        do
        {
            var turn = (DbWriteTurn)turns[next++];
            if (!turn.IsGone() && turn.Stage(staging))
            {
                staged.Add(turn);
            }
        }
        while (turns[next - 1].Joins && next < turns.Count && turns[next].Joins && staging.Size < LargestBatch);

        if (Commit(staging, staged))
        {
            foreach (var turn in staged)
            {
                turn.Finish();
            }
        }

        if (_engine.WantsCheckpoint)
        {
            Checkpoint();
        }

        return next;
    }

    private bool Commit(DbStaging staging, List<DbWriteTurn> staged)
    {
        try
        {
            if (staging.Kept.Count > 0)
            {
                _engine.Commit(staging.Kept);
            }

            return true;
        }
        catch (Exception ex)
        {
            foreach (var turn in staged)
            {
                turn.Refuse(ex is IOException ? new IOException(ex.Message, ex) : ex);
            }

            return false;
        }
    }

    private void Checkpoint()
    {
        try
        {
            _engine.Checkpoint();
        }
        catch (Exception ex) when (ex is IOException or InvalidDataException)
        {
            // The log holds everything, and the next attempt comes when it has grown again. Who finds no space even for the log is told.
        }
    }
}
