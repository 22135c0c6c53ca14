using Comet.Blazor.Data;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Data;

/// <summary>The queue, transactions, scans and keys of a store.</summary>
public sealed class CometDbTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private CometDb _db = null!;
    private int _added;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string File => _folder.Sub("store.db");

    public async ValueTask InitializeAsync() => _db = await CometDb.OpenAsync(File, DbSchema.First("test"), Ct);

    public async ValueTask DisposeAsync()
    {
        await _db.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Hammer_SixteenThreads_EveryAnswerIsTrue()
    {
        var model = new StoreModel();
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(
            async () =>
            {
                var random = new Random(caller);
                for (var i = 0; !end.IsCancellationRequested; i++)
                {
                    var key = (caller * 1000) + random.Next(200);
                    await model.ChangeAsync(_db, key, remove: random.Next(5) == 0, alone: random.Next(8) == 0, Ct);
                    await model.CheckKeyAsync(_db, (caller * 1000) + random.Next(200), Ct);
                    await _db.AppendAsync(w => Add(w, "counter", 1), Ct);
                    await model.CheckKeyAsync(_db, key, Ct);
                    if (i % 50 == 0)
                    {
                        _ = await _db.ScanAsync(StoreModel.Rows, ct: Ct).CountAsync(Ct);
                    }

                    Interlocked.Increment(ref _added);
                }
            },
            Ct)));

        Assert.True(_added > 300, $"{_added} rounds are few.");
        await model.CheckAsync(_db, Ct);
        await ReopenAsync();
        await model.CheckAsync(_db, Ct);
        Assert.Equal(_added, await NumberAsync("counter"));
    }

    [Fact]
    public async Task Append_OneThrows_OthersCommit()
    {
        var blocked = Block();
        var first = _db.AppendAsync(w => Add(w, "a", 1), Ct);
        var second = _db.AppendAsync<bool>(
            w =>
            {
                Add(w, "a", 100);
                w.AfterCommit(() => Assert.Fail("It was left out."));
                throw new InvalidOperationException("No.");
            },
            Ct);
        var third = _db.AppendAsync(w => Add(w, "a", 1), Ct);
        blocked.SetResult();

        Assert.Equal(1, await first);
        Assert.Equal("No.", (await Assert.ThrowsAsync<InvalidOperationException>(() => second)).Message);
        Assert.Equal(2, await third); // sees the first, not the second
        Assert.Equal(2, await NumberAsync("a"));
    }

    [Fact]
    public async Task Turns_RunInOrder_AfterCommitBeforeTheAnswer()
    {
        var order = new List<string>();
        var blocked = Block();
        Task[] turns =
        [
            _db.AppendAsync(w => Note(w, "1"), Ct),
            _db.AppendAsync(w => Note(w, "2"), Ct),
            _db.ReadAsync(_ => Add("read"), Ct),
            _db.WriteAsync(w => Note(w, "3"), Ct),
            _db.AppendAsync(w => Note(w, "4"), Ct),
        ];
        blocked.SetResult();
        await Task.WhenAll(turns);

        Assert.Equal(["1", "2", "after 1", "after 2", "read", "3", "after 3", "4", "after 4"], order);

        bool Note(DbWriter w, string name)
        {
            w.Put("notes", new DbRecord(name, [], []));
            w.AfterCommit(() => Add("after " + name));
            return Add(name);
        }

        bool Add(string name)
        {
            order.Add(name);
            return true;
        }
    }

    [Fact]
    public async Task Cancelled_BeforeItsTurn_WritesNothing()
    {
        using var gone = new CancellationTokenSource();
        var blocked = Block();
        var write = _db.WriteAsync(w => Add(w, "a", 1), gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        blocked.SetResult();

        Assert.Equal(0, await NumberAsync("a"));
    }

    [Fact]
    public async Task Writer_SeesItsOwnWrites_ScansToo()
    {
        await PutAsync("x", 1, 2, 3, 5, 7);
        var seen = await _db.WriteAsync(
            w =>
            {
                w.Put("x", new DbRecord(4, [4], []));
                w.Put("x", new DbRecord(5, [55], []));
                w.Delete("x", 7);
                w.Put("x", new DbRecord(9, [9], []));
                return w.Scan("x", 2).Select(r => (r.Key.Number, (int)r.Row[0])).ToList();
            },
            Ct);

        Assert.Equal([(3, 3), (4, 4), (5, 55), (9, 9)], seen);
        Assert.Equal(seen, await _db.ReadAsync(r => r.Scan("x", 2).Select(x => (x.Key.Number, (int)x.Row[0])).ToList(), Ct));
    }

    [Fact]
    public async Task Keys_TextSortsOrdinally_AndCaseCounts()
    {
        string[] keys = ["~", "Bob", "bob", "ä", "a b", "", "0", "é\0", new('k', 1000), " lead"];
        foreach (var key in keys.Where(k => k.Length > 0))
        {
            await _db.AppendAsync(w => Put(w, new DbRecord(key, [1], [])), Ct);
        }

        var stored = await _db.ReadAsync(r => r.Scan("t").Select(x => x.Key.Text!).ToList(), Ct);

        Assert.Equal(keys.Where(k => k.Length > 0).Order(StringComparer.Ordinal), stored);
        await Assert.ThrowsAsync<ArgumentException>(() => _db.AppendAsync(w => Put(w, new DbRecord("", [], [])), Ct));
        await Assert.ThrowsAsync<ArgumentException>(() => _db.AppendAsync(w => Put(w, new DbRecord(new string('k', 1001), [], [])), Ct));
    }

    [Fact]
    public async Task Record_OfSixteenMegabytes_IsStored_LargerRefused()
    {
        var json = new byte[16_000_000];
        new Random(1).NextBytes(json);
        await _db.AppendAsync(w => Put(w, new DbRecord(1, [], json)), Ct);

        var stored = await _db.ReadAsync(r => r.Get("t", 1), Ct);
        Assert.True(json.AsSpan().SequenceEqual(stored!.Json));
        await Assert.ThrowsAsync<ArgumentException>(() => _db.AppendAsync(w => Put(w, new DbRecord(1, [0], json)), Ct));
    }

    [Fact]
    public async Task Scan_OfManyRecords_LetsWritersIn()
    {
        await PutAsync("x", [.. Enumerable.Range(0, 2000)]);
        var seen = 0;
        await foreach (var record in _db.ScanAsync("x", ct: Ct))
        {
            Assert.Equal(seen++, record.Key.Number);
            if (seen % 500 == 0)
            {
                await PutAsync("x", 5000 + seen);
                await _db.WriteAsync(
                    w =>
                    {
                        w.Delete("x", 5000 + seen);
                        return true;
                    },
                    Ct);
            }
        }

        Assert.Equal(2000, seen);
    }

    [Fact]
    public async Task Turn_KeptAndUsedLater_IsRefused()
    {
        await PutAsync("x", 1);
        var kept = await _db.ReadAsync(r => r, Ct);
        var scan = await _db.ReadAsync(r => r.Scan("x"), Ct);

        Assert.Throws<InvalidOperationException>(() => kept.Get("x", 1));
        Assert.Throws<InvalidOperationException>(() => scan.Count());
    }

    [Fact]
    public async Task Dispose_WorksOffTheQueue_AndLeavesOneFile()
    {
        var writes = Enumerable.Range(0, 50).Select(_ => _db.AppendAsync(w => Add(w, "a", 1), Ct)).ToList();
        await _db.DisposeAsync();
        await Task.WhenAll(writes);

        Assert.Equal([File], Directory.GetFiles(_folder.Path));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _db.ReadAsync(_ => true, Ct));
        _db = await CometDb.OpenAsync(File, DbSchema.First("test"), Ct);
        Assert.Equal(50, await NumberAsync("a"));
    }

    private static bool Put(DbWriter w, DbRecord record)
    {
        w.Put("t", record);
        return true;
    }

    private static int Add(DbWriter w, string key, int by)
    {
        var sum = by + (w.Get("numbers", key) is { } record ? BitConverter.ToInt32(record.Row) : 0);
        w.Put("numbers", new DbRecord(key, BitConverter.GetBytes(sum), []));
        return sum;
    }

    /// <summary>Occupies the owner, so that what follows waits together.</summary>
    private TaskCompletionSource Block()
    {
        var blocked = new TaskCompletionSource();
        var started = new ManualResetEventSlim();
        _ = _db.ReadAsync(
            _ =>
            {
                started.Set();
                blocked.Task.GetAwaiter().GetResult();
                return true;
            },
            Ct);
        started.Wait(Ct);
        return blocked;
    }

    private Task<bool> PutAsync(string collection, params int[] keys) => _db.WriteAsync(
        w =>
        {
            foreach (var key in keys)
            {
                w.Put(collection, new DbRecord(key, [(byte)key], []));
            }

            return true;
        },
        Ct);

    private async Task<int> NumberAsync(string key) => await _db.ReadAsync(r => r.Get("numbers", key) is { } record ? BitConverter.ToInt32(record.Row) : 0, Ct);

    private async Task ReopenAsync()
    {
        await _db.DisposeAsync();
        _db = await CometDb.OpenAsync(File, DbSchema.First("test"), Ct);
    }

}
