using System.Diagnostics;
using System.Globalization;
using Comet.Blazor.Data;
using Comet.Blazor.Data.Disk;
using Microsoft.Data.Sqlite;

namespace Comet.Blazor.Bench;

/// <summary>Durable inserts of job-sized records, against SQLite (WAL, synchronous=FULL) that inserts one row after the other; then 20 kills.</summary>
public sealed class DurableBench : IBench
{
    private const int WarmUp = 8;
    private const int Slices = 25;
    private const int Kills = 20;
    private const string Rows = "rows";
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(0.4);
    private static readonly (int Callers, double? Goal)[] Cases = [(1, null), (8, 0.6), (64, 1.0)];

    /// <inheritdoc />
    public string Name => "durable";

    /// <inheritdoc />
    public string Purpose => "acknowledged inserts per second against SQLite; kills lose nothing";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        if (args is ["--child", var path, var round])
        {
            await ChildAsync(path, int.Parse(round, CultureInfo.InvariantCulture));
        }

        var folder = Directory.CreateTempSubdirectory("comet-durable-").FullName;
        try
        {
            var met = await InsertsAsync(folder);
            return await KillsAsync(Path.Combine(folder, "kills.db")) && met ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> InsertsAsync(string folder)
    {
        // All stores stay open and take turns in short slices, so that other work on the machine hits all of them alike.
        using var plain = new SqliteStore(Path.Combine(folder, "plain.sqlite"), indexes: false);
        using var indexed = new SqliteStore(Path.Combine(folder, "indexed.sqlite"), indexes: true);
        var ours = new List<OurStore>();
        foreach (var (callers, _) in Cases)
        {
            ours.Add(await OurStore.OpenAsync(Path.Combine(folder, $"{callers}.db"), callers));
        }

        for (var slice = -WarmUp; slice < Slices; slice++)
        {
            plain.Run(slice >= 0);
            indexed.Run(slice >= 0);
            foreach (var store in ours)
            {
                await store.RunAsync(slice >= 0);
            }
        }

        Console.WriteLine(
            $"""
             | inserts that last, {Slices} slices of {Slice.TotalSeconds:0.0} s in turn | median/s | median ratio to SQLite | goal | records per sync |
             |---|---|---|---|---|
             | SQLite WAL FULL, one row after the other, key only | {Median(plain.Rates):0} | 1 | | 1 |
             | SQLite, the same with the 4 indexes of a job list | {Median(indexed.Rates):0} | {Median(indexed.Rates.Zip(plain.Rates, (a, b) => a / b)):0.00} | | 1 |
             """);
        var met = true;
        foreach (var (store, (callers, goal)) in ours.Zip(Cases))
        {
            var ratio = Median(store.Rates.Zip(plain.Rates, (a, b) => a / b));
            met &= goal is null || ratio >= goal;
            Console.WriteLine($"| CometDb, {callers} callers | {Median(store.Rates):0} | {ratio:0.00} | {(goal is null ? "" : $"≥ {goal:0.0}{(ratio >= goal ? "" : " MISSED")}")} | {store.PerSync:0.0} |");
            await store.Db.DisposeAsync();
        }

        return met;
    }

    private static Task<bool> PutAsync(CometDb db, long key, byte[] row, byte[] json) => db.AppendAsync(
        w =>
        {
            w.Put(Rows, new DbRecord(key, row, json));
            return true;
        },
        CancellationToken.None);

    /// <summary>As large as a job's figures and its document.</summary>
    private static (byte[] Row, byte[] Json) Record(int seed)
    {
        var (row, json) = (new byte[88], new byte[600]);
        new Random(seed).NextBytes(row);
        new Random(seed).NextBytes(json);
        return (row, json);
    }

    private static async Task<bool> KillsAsync(string path)
    {
        var acknowledged = new HashSet<long>();
        var opening = new List<double>();
        var lost = 0;
        for (var round = 0; round < Kills; round++)
        {
            using var child = Process.Start(new ProcessStartInfo("dotnet", [typeof(DurableBench).Assembly.Location, "durable", "--child", path, $"{round}"]) { RedirectStandardOutput = true })!;
            var wanted = 500 + new Random(round).Next(3000);
            while (wanted-- > 0 && await child.StandardOutput.ReadLineAsync() is { } line)
            {
                acknowledged.Add(long.Parse(line, CultureInfo.InvariantCulture));
            }

            child.Kill();
            var rest = await child.StandardOutput.ReadToEndAsync();
            acknowledged.UnionWith(rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(n => long.Parse(n, CultureInfo.InvariantCulture)));
            await child.WaitForExitAsync();
            var started = Stopwatch.GetTimestamp();
            await using var db = await CometDb.OpenAsync(path, DbSchema.First("bench"), CancellationToken.None);
            opening.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var stored = await db.ReadAsync(r => r.Scan(Rows).Select(x => x.Key.Number).ToHashSet(), CancellationToken.None);
            lost = acknowledged.Count(k => !stored.Contains(k));
            if (lost > 0)
            {
                break;
            }
        }

        Console.WriteLine($"\n{Kills} kills (SIGKILL) with 64 callers at work: {acknowledged.Count} acknowledged, {lost} lost; opening afterwards {Median(opening):0} ms (median), {opening.Max():0} ms (longest).");
        return lost == 0;
    }

    private static async Task ChildAsync(string path, int round)
    {
        var db = await CometDb.OpenAsync(path, DbSchema.First("bench"), CancellationToken.None);
        var key = round * 10_000_000L;
        var (row, json) = Record(round);
        await using var output = Console.OpenStandardOutput();
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                var mine = Interlocked.Increment(ref key);
                await PutAsync(db, mine, row, json);
                lock (gate)
                {
                    output.Write(System.Text.Encoding.ASCII.GetBytes($"{mine}\n"));
                }
            }
        })));
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : double.NaN;

    private sealed class SqliteStore : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _insert;
        private int _key;

        public SqliteStore(string path, bool indexes)
        {
            _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            _connection.Open();
            Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE rows(id INTEGER PRIMARY KEY, user INTEGER, time INTEGER, status INTEGER, kind INTEGER, row BLOB, json BLOB)");
            if (indexes)
            {
                Execute("CREATE INDEX a ON rows(user, time); CREATE INDEX b ON rows(status, time); CREATE INDEX c ON rows(kind, time); CREATE INDEX d ON rows(time)");
            }

            _insert = _connection.CreateCommand();
            _insert.CommandText = "INSERT INTO rows VALUES($id, $user, $time, $status, $kind, $row, $json)";
            foreach (var name in (string[])["id", "user", "time", "status", "kind", "row", "json"])
            {
                _insert.Parameters.Add(new SqliteParameter("$" + name, null));
            }
        }

        public List<double> Rates { get; } = [];

        public void Run(bool counts)
        {
            var (row, json) = Record(0);
            var started = Stopwatch.GetTimestamp();
            var first = _key;
            while (Stopwatch.GetElapsedTime(started) < Slice)
            {
                object[] values = [++_key, _key % 997, _key, 5000 + (_key % 7), 4001 + (_key % 5), row, json];
                for (var i = 0; i < values.Length; i++)
                {
                    _insert.Parameters[i].Value = values[i];
                }

                _insert.ExecuteNonQuery();
            }

            if (counts)
            {
                Rates.Add((_key - first) / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }

        public void Dispose()
        {
            _insert.Dispose();
            _connection.Dispose();
        }

        private void Execute(string sql)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    private sealed class OurStore(CometDb db, CountingDisk disk, int callers)
    {
        private long _key;
        private long _counted;
        private long _syncs;

        public CometDb Db => db;

        public List<double> Rates { get; } = [];

        public double PerSync => (double)_counted / _syncs;

        public static async Task<OurStore> OpenAsync(string path, int callers)
        {
            var disk = new CountingDisk();
            return new OurStore(await CometDb.OpenAsync(disk, path, DbSchema.First("bench"), TimeProvider.System, 4096, CancellationToken.None), disk, callers);
        }

        public async Task RunAsync(bool counts)
        {
            var (row, json) = Record(0);
            var (first, syncs) = (_key, disk.Syncs);
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
            {
                while (Stopwatch.GetElapsedTime(started) < Slice)
                {
                    await PutAsync(db, Interlocked.Increment(ref _key), row, json);
                }
            })));
            if (counts)
            {
                Rates.Add((_key - first) / Stopwatch.GetElapsedTime(started).TotalSeconds);
                _counted += _key - first;
                _syncs += disk.Syncs - syncs;
            }
        }
    }

    private sealed class CountingDisk : IDisk
    {
        private int _syncs;

        public int Syncs => _syncs;

        public bool Exists(string path) => RealDisk.Instance.Exists(path);

        public IDiskFile Open(string path) => new CountingFile(RealDisk.Instance.Open(path), this);

        public void Rename(string from, string to) => RealDisk.Instance.Rename(from, to);

        public void Delete(string path) => RealDisk.Instance.Delete(path);

        public void SyncFolder(string folder) => RealDisk.Instance.SyncFolder(folder);

        private sealed class CountingFile(IDiskFile file, CountingDisk disk) : IDiskFile
        {
            public long Length => file.Length;

            public void Read(long position, Span<byte> buffer) => file.Read(position, buffer);

            public void Write(long position, ReadOnlySpan<byte> bytes) => file.Write(position, bytes);

            public void SetLength(long length) => file.SetLength(length);

            public void Sync()
            {
                Interlocked.Increment(ref disk._syncs);
                file.Sync();
            }

            public void Dispose() => file.Dispose();
        }
    }
}
