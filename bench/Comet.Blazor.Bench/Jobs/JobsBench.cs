using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Bench.Jobs;

/// <summary>The jobs store with a million jobs beside SQLite: lists, counts, sums, memory, start.</summary>
public sealed class JobsBench : IBench
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private readonly List<(string Row, bool Missed)> _table = [];

    /// <inheritdoc />
    public string Name => "jobs";

    /// <inheritdoc />
    public string Purpose => "jobs store beside SQLite [--jobs 1000000] [--folder DIR kept for the next run]";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        var count = int.Parse(Option(args, "--jobs") ?? "1000000", CultureInfo.InvariantCulture);
        var kept = Option(args, "--folder");
        var folder = kept ?? Directory.CreateTempSubdirectory("jobs-bench").FullName;
        Directory.CreateDirectory(folder);
        try
        {
            var data = new JobsData(count);
            using var sqlite = await FillAsync(folder, data);
            sqlite.FillNames(data);
            await MeasureStartAsync(folder, count);
            await MeasureQueriesAsync(folder, data, sqlite, count);
        }
        finally
        {
            if (kept is null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        Console.WriteLine($"\n{count:N0} jobs, {JobsData.Accounts:N0} accounts; medians in one run.\n\n| question | ours | reference | ratio | goal |\n|---|---|---|---|---|");
        _table.ForEach(static r => Console.WriteLine(r.Row));
        return _table.Exists(static r => r.Missed) ? 1 : 0;
    }

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;

    private static async Task<SqliteJobs> FillAsync(string folder, JobsData data)
    {
        var done = Path.Combine(folder, "filled");
        var reference = Path.Combine(folder, "reference.sqlite");
        if (File.Exists(done))
        {
            return new SqliteJobs(reference);
        }

        var watch = Stopwatch.StartNew();
        var sqlite = new SqliteJobs(reference);
        sqlite.Fill(data);
        Console.WriteLine($"SQLite filled in {watch.Elapsed.TotalSeconds:0} s");
        watch.Restart();
        await using (var store = new JobStore(new DataFolder(folder)))
        {
            await store.OpenAsync(CancellationToken.None);
            foreach (var chunk in data.Jobs().Chunk(2000))
            {
                await store.WriteAsync(
                    writer =>
                    {
                        foreach (var (account, job) in chunk)
                        {
                            writer.Insert(job, new JobOwner(JobsData.Id(account), EndedByDevice: true));
                        }

                        return true;
                    },
                    CancellationToken.None);
            }
        }

        Console.WriteLine($"ours filled in {watch.Elapsed.TotalSeconds:0} s");
        await File.WriteAllTextAsync(done, "");
        return sqlite;
    }

    // One pass over the file builds and checks the index; beside it a bare walk over the same records. In turns, in one process.
    private async Task MeasureStartAsync(string folder, int count)
    {
        var path = new DataFolder(folder).Jobs;
        var (bare, build) = (new List<double>(), new List<double>());
        var memory = 0L;
        await using (var db = await CometDb.OpenAsync(path, DbSchema.First("jobs"), CancellationToken.None))
        {
            await db.ReadAsync(static r => r.Scan(JobCollections.Jobs).Count(), CancellationToken.None); // the file into memory
            for (var round = 0; round < 9; round++)
            {
                bare.Add(await TimeAsync(() => db.ReadAsync(static r => r.Scan(JobCollections.Jobs).Sum(static x => (long)x.Row.Length), CancellationToken.None)));
                var before = GC.GetTotalMemory(forceFullCollection: true);
                JobIndex? index = null;
                build.Add(await TimeAsync(async () => index = await db.ReadAsync(r => JobRebuild.Run(r, path), CancellationToken.None)));
                memory = GC.GetTotalMemory(forceFullCollection: true) - before;
                GC.KeepAlive(index);
            }
        }

        Add("rebuild and check / bare scan of the file", Median(build), Median(bare), "ms", 1.5);
        Add("index memory / bare records", memory / 1048576.0, count * (double)Unsafe.SizeOf<JobFigures>() / 1048576, "MiB", 2);
    }

    private async Task MeasureQueriesAsync(string folder, JobsData data, SqliteJobs sqlite, int count)
    {
        await using var store = new JobStore(new DataFolder(folder));
        await store.OpenAsync(CancellationToken.None);
        var history = new JobHistory(store, new LiveJobs(data, new NoBuckets(), TimeProvider.System), data, TimeProvider.System);
        var all = history.Open(Admin, JobFilter.All).Value!;
        var someone = JobsData.Id(77);
        const int Size = 15;
        var deep = Math.Min(10_000, count / Size);
        var (from, to) = (JobsData.End - (60 * 86_400L), JobsData.End - (30 * 86_400L));
        var month = new JobFilter { Account = someone, From = from, To = to };
        var unsuccessful = new JobFilter { Status = JobStatusGroup.Unsuccessful, From = from, To = to };
        long[] midnights = [.. Enumerable.Range(0, 11).Select(d => JobsData.End - ((10 - d) * 86_400L))];

        PageOf<JobRow> Page(JobTable table, PageRequest request) => table.PageAsync(request, CancellationToken.None).GetAwaiter().GetResult();
        Compare("newest page of 15, with its total (SQLite: rows only)", 0.1, () => Page(all, PageRequest.First()).Rows, () => sqlite.Page(0, Size), Same);
        Compare($"page {deep:N0}, with its total (SQLite: rows only)", 0.1, () => Page(all, PageRequest.First() with { Page = deep }).Rows, () => sqlite.Page((deep - 1) * Size, Size), Same);
        Compare("page of a user's 30 days, with its total (SQLite: rows only)", 0.1, () => Page(history.Open(Admin, month).Value!, PageRequest.First()).Rows, () => sqlite.PageOf(someone.Value, from, to, Size), Same);
        Compare("count of a user's 30 days", 0.1, () => history.Count(Admin, month).Value, () => (int)sqlite.CountOf(someone.Value, from, to), static (a, b) => a == b);
        Compare("count of the unsuccessful of 30 days", 0.1, () => history.Count(Admin, unsuccessful).Value, () => (int)sqlite.CountUnsuccessful(from, to), static (a, b) => a == b);
        Compare("sums of 10 days by item, day, status", 0.1, () => history.Days(Admin, midnights).Value!, () => sqlite.Days(midnights[0], 10), static (a, b) =>
            a.Sum(static i => i.Days.Count) == b.Count && a.All(i => i.Days.All(d => b[(i.ItemId, d.Day, d.Status)] == d.Jobs)));
        var words = PageRequest.First() with { Filter = "mer-007" };
        Compare("count of a word in names", null, () => Page(all, words).Total, () => (int)sqlite.CountText("mer-007"), static (a, b) => a == b);
        var bySize = PageRequest.First() with { Sort = [new Kernel.SortKey(JobColumns.Size, Descending: true)] };
        Compare("first page by size (SQLite: by an index)", null, () => Page(all, bySize).Rows, () => sqlite.Largest(0, Size), Same);

        static bool Same(IReadOnlyList<JobRow> a, List<JobRow> b) => a.Select(static r => r.Id).SequenceEqual(b.Select(static r => r.Id));
    }

    private void Compare<TOurs, TTheirs>(string what, double? goal, Func<TOurs> ours, Func<TTheirs> theirs, Func<TOurs, TTheirs, bool> same)
    {
        if (!same(ours(), theirs()))
        {
            throw new InvalidOperationException($"The answers differ: {what}.");
        }

        // In turns, each long enough to be timed well.
        var (a, b) = (new List<double>(), new List<double>());
        for (var round = 0; round < 21; round++)
        {
            a.Add(PerCall(ours));
            b.Add(PerCall(theirs));
        }

        Add(what, Median(a), Median(b), "ms", goal);
    }

    private static double PerCall<T>(Func<T> call)
    {
        var watch = Stopwatch.StartNew();
        var calls = 0;
        do
        {
            GC.KeepAlive(call());
            calls++;
        }
        while (watch.Elapsed.TotalMilliseconds < 20);
        return watch.Elapsed.TotalMilliseconds / calls;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private void Add(string what, double ours, double reference, string unit, double? goal)
    {
        var ratio = ours / reference;
        var row = string.Create(CultureInfo.InvariantCulture, $"| {what} | {ours:0.####} {unit} | {reference:0.####} {unit} | {ratio:0.###} | {(goal is { } g ? $"≤ {g}{(ratio > g ? " **missed**" : "")}" : "none")} |");
        Console.WriteLine(row);
        _table.Add((row, ratio > goal));
    }

    private sealed class NoBuckets : IBuckets
    {
        public long UploadedBytes(string bucketId) => 0;

        public long? StoredBytes(string bucketId) => null;
    }
}
