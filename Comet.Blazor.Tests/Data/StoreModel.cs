using System.Buffers.Binary;
using System.Collections.Concurrent;
using Comet.Blazor.Data;

namespace Comet.Blazor.Tests.Data;

/// <summary>
/// What a store must hold: for each key the acknowledged version and those on their way. Every write also changes a record of totals in
/// another collection, in the same transaction, so that half a transaction shows.
/// </summary>
public sealed class StoreModel
{
    public const string Rows = "rows";
    private const string Totals = "totals";
    private readonly ConcurrentDictionary<long, Known> _keys = new();

    /// <summary>A write of the next version of a key, or its removal; acknowledged when it returns.</summary>
    public async Task ChangeAsync(CometDb db, long key, bool remove, bool alone, CancellationToken ct)
    {
        var known = _keys.GetOrAdd(key, _ => new Known());
        var version = ++known.Last;
        known.Attempted.Add(remove ? 0 : version);
        Func<DbWriter, bool> write = w => Write(w, key, remove ? 0 : version);
        _ = alone ? await db.WriteAsync(write, ct) : await db.AppendAsync(write, ct);
        known.Acknowledged = remove ? 0 : version;
        known.Attempted.Clear();
    }

    /// <summary>A key whose writes are over is there as acknowledged.</summary>
    public async Task CheckKeyAsync(CometDb db, long key, CancellationToken ct)
    {
        var record = await db.ReadAsync(r => r.Get(Rows, key), ct);
        Assert.Equal(_keys.TryGetValue(key, out var known) ? known.Acknowledged : 0, record is null ? 0 : VersionOf(record));
    }

    /// <summary>Every acknowledged write is there, every row is one that was written, and the totals agree.</summary>
    public async Task CheckAsync(CometDb db, CancellationToken ct)
    {
        var found = new Dictionary<long, int>();
        var last = long.MinValue;
        await foreach (var record in db.ScanAsync(Rows, ct: ct))
        {
            Assert.True(record.Key.Number > last, "The scan is in order.");
            last = record.Key.Number;
            found.Add(last, VersionOf(record));
        }

        foreach (var (key, known) in _keys)
        {
            var version = found.GetValueOrDefault(key);
            Assert.True(version == known.Acknowledged || known.Attempted.Contains(version), $"Key {key}: acknowledged {known.Acknowledged}, found {version}.");
        }

        Assert.All(found.Keys, key => Assert.True(_keys.ContainsKey(key), $"Key {key} was never written."));
        var totals = await db.ReadAsync(r => r.Get(Totals, "all"), ct);
        Assert.Equal((found.Count, found.Values.Sum(v => (long)v)), totals is null ? (0, 0) : Read(totals));
    }

    /// <summary>Writes that were answered with an exception changed nothing.</summary>
    public void ForgetRefused()
    {
        foreach (var known in _keys.Values)
        {
            known.Attempted.Clear();
        }
    }

    /// <summary>What is stored counts as acknowledged, after a check.</summary>
    public async Task SettleAsync(CometDb db, CancellationToken ct)
    {
        var stored = await db.ReadAsync(r => r.Scan(Rows).ToDictionary(x => x.Key.Number, VersionOf), ct);
        foreach (var (key, known) in _keys)
        {
            known.Acknowledged = stored.GetValueOrDefault(key);
            known.Attempted.Clear();
        }
    }

    /// <summary>One version of one key; its bytes follow from both.</summary>
    public static DbRecord Record(long key, int version)
    {
        var random = new Random(((int)key * 1009) + version);
        var row = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(row, version);
        BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(4), key);
        var json = new byte[key % 7 == 0 ? random.Next(30_000) : random.Next(900)];
        random.NextBytes(json);
        return new DbRecord(key, row, json);
    }

    private static bool Write(DbWriter w, long key, int version)
    {
        var (count, sum) = w.Get(Totals, "all") is { } totals ? Read(totals) : (0, 0);
        if (w.Get(Rows, key) is { } old)
        {
            count--;
            sum -= VersionOf(old);
        }

        if (version > 0)
        {
            count++;
            sum += version;
            w.Put(Rows, Record(key, version));
        }
        else
        {
            w.Delete(Rows, key);
        }

        var row = new byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(row, count);
        BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(4), sum);
        w.Put(Totals, new DbRecord("all", row, []));
        return true;
    }

    private static (int Count, long Sum) Read(DbRecord totals) =>
        (BinaryPrimitives.ReadInt32LittleEndian(totals.Row), BinaryPrimitives.ReadInt64LittleEndian(totals.Row.AsSpan(4)));

    private static int VersionOf(DbRecord record)
    {
        var version = BinaryPrimitives.ReadInt32LittleEndian(record.Row);
        var expected = Record(record.Key.Number, version);
        Assert.Equal(expected.Row, record.Row);
        Assert.True(expected.Json.AsSpan().SequenceEqual(record.Json), $"Key {record.Key}, version {version}: the bytes are others.");
        return version;
    }

    private sealed class Known
    {
        public int Last { get; set; }

        public int Acknowledged { get; set; }

        public ConcurrentBag<int> Attempted { get; } = [];
    }
}
