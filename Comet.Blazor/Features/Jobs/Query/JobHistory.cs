using System.Globalization;
using System.Runtime.CompilerServices;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Tables;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>Lists, counts and sums over all jobs that are the caller's business (spec/04 §17), answered from the index in memory (decisions.md 16).</summary>
/// <param name="store">The jobs.</param>
/// <param name="live">Running jobs.</param>
/// <param name="accounts">Names.</param>
/// <param name="clock">The clock.</param>
public sealed class JobHistory(JobStore store, LiveJobs live, IAccountDirectory accounts, TimeProvider clock)
{
    private volatile JobNames? _names;

    /// <summary>Rings when a job was added or changed, or reported progress.</summary>
    public LiveSignal Changed => store.Changed;

    /// <summary>A table over the jobs that match, newest first by nature. Refused as <see cref="Refusal.Denied"/>.</summary>
    public Outcome<JobTable> Open(Actor by, JobFilter filter) =>
        by.Needs(Right.JobsView) is { Ok: false } denied ? denied : new JobTable(this, by, filter);

    /// <summary>The number of jobs that match. Refused as <see cref="Refusal.Denied"/>.</summary>
    public Outcome<int> Count(Actor by, JobFilter filter) =>
        by.Needs(Right.JobsView) is { Ok: false } denied ? denied : Select(by, filter, FilterWords.None, []).Jobs.Count();

    /// <summary>
    /// Backup jobs per Protected Item, day and status. Refused as <see cref="Refusal.Denied"/>.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="midnights">Where each day begins and the last one ends, Unix seconds UTC, ascending: eleven for ten days.</param>
    public Outcome<IReadOnlyList<ItemDays>> Days(Actor by, IReadOnlyList<long> midnights)
    {
        if (by.Needs(Right.JobsView) is { Ok: false } denied)
        {
            return denied;
        }

        var snapshot = store.Index.Current; // first: every number in it has its id by now
        return Outcome.Of(JobDays.Sum(snapshot, store.Index.Names, midnights, Names().SeenBy(by)));
    }

    /// <summary>One page of jobs.</summary>
    internal PageOf<JobRow> Page(Actor by, JobFilter filter, PageRequest request)
    {
        var words = FilterWords.Parse(request.Filter);
        var (jobs, names, snapshot) = Select(by, filter, words, request.Columns.IsDefault ? [] : request.Columns);
        var sort = JobOrder.Effective(request.Sort);
        var size = Math.Clamp(request.Size, 1, PageRequest.MaxSize);
        var now = clock.UnixNow();
        List<JobFigures> page;
        int count;
        if (sort is [{ Column: JobColumns.Started, Descending: var newest }])
        {
            (page, count) = jobs.Page(request.Skip, size, newest);
        }
        else
        {
            (var keys, count) = new JobOrder(names, live, now).Window(jobs, sort, request.Skip, size);
            page = [.. keys.Select(key => Row(snapshot, key))];
        }

        var unfiltered = words.IsEmpty ? count : Select(by, filter, FilterWords.None, []).Jobs.Count();
        return new PageOf<JobRow>([.. page.Select(job => Row(names, job, now))], count, unfiltered);
    }

    /// <summary>All jobs that match, in order, as of the moment of the first chunk.</summary>
    internal async IAsyncEnumerable<IReadOnlyList<JobRow>> AllAsync(Actor by, JobFilter filter, PageRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var (jobs, names, snapshot) = Select(by, filter, FilterWords.Parse(request.Filter), request.Columns.IsDefault ? [] : request.Columns);
        var sort = JobOrder.Effective(request.Sort);
        var now = clock.UnixNow();
        var keys = sort is [{ Column: JobColumns.Started, Descending: var newest }]
            ? KeysOf(jobs, newest)
            : new JobOrder(names, live, now).Window(jobs, sort, 0, int.MaxValue).Keys;

        foreach (var chunk in keys.Chunk(PageRequest.MaxSize))
        {
            ct.ThrowIfCancellationRequested();
            yield return [.. chunk.Select(key => Row(names, Row(snapshot, key), now))];
            await Task.Yield();
        }
    }

    /// <summary>Keys of all jobs that are the caller's business, oldest first.</summary>
    internal IReadOnlyList<long> Keys(Actor by) => KeysOf(Select(by, JobFilter.All, FilterWords.None, []).Jobs, descending: false);

    /// <summary>A job as a row, as of now.</summary>
    internal JobRow Row(in JobFigures job) => Row(Names(), job, clock.UnixNow());

    /// <summary>The newest jobs of the same Protected Item that started before this one.</summary>
    internal IReadOnlyList<JobRow> Earlier(in JobFigures job, int atMost)
    {
        if (job.Item == 0)
        {
            return [];
        }

        var snapshot = store.Index.Current;
        var names = Names();
        var ofAccount = snapshot.OfAccount(job.Account);
        var (item, kind, now, found) = (job.Item, job.Kind, clock.UnixNow(), new List<JobRow>());
        foreach (var piece in ofAccount.Descending(0, ofAccount.Rank(job.Key)))
        {
            for (var i = piece.Count - 1; i >= 0; i--)
            {
                if (Row(snapshot, piece[i].Key) is var other && other.Item == item && other.Kind == kind)
                {
                    found.Add(Row(names, other, now));
                    if (found.Count == atMost)
                    {
                        return found;
                    }
                }
            }
        }

        return found;
    }

    /// <summary>The jobs of the same account right before and after this one, by their start.</summary>
    internal JobNeighbours Beside(in JobFigures job)
    {
        var snapshot = store.Index.Current;
        var names = Names();
        var ofAccount = snapshot.OfAccount(job.Account);
        var (rank, now) = (ofAccount.Rank(job.Key), clock.UnixNow());
        return new JobNeighbours(At(rank - 1), At(rank + 1));

        JobRow? At(int place) => place >= 0 && place < ofAccount.Count ? Row(names, Row(snapshot, ofAccount[place].Key), now) : null;
    }

    private static IReadOnlyList<long> KeysOf(JobSelection jobs, bool descending)
    {
        var found = new List<long>();
        jobs.Each(descending, (in JobFigures job) =>
        {
            found.Add(job.Key);
            return true;
        });
        return found;
    }

    private static JobFigures Row(JobSnapshot snapshot, long key) =>
        snapshot.Rows.TryGet(key, out var job) ? job : throw new InvalidOperationException($"No job has the key {key}.");

    private JobNames Names() => _names = JobNames.Of(store.Index.Names, accounts, _names);

    private (JobSelection Jobs, JobNames Names, JobSnapshot Snapshot) Select(Actor by, JobFilter filter, FilterWords words, IReadOnlyCollection<string> columns)
    {
        // The state first: every number in it has its id by now.
        var snapshot = store.Index.Current;
        var ids = store.Index.Names;
        var names = Names();
        var test = new JobTest(filter, JobWords.Resolve(words, columns, snapshot, ids, names), snapshot, ids, names.SeenBy(by));
        return (new JobSelection(snapshot, test), names, snapshot);
    }

    private JobRow Row(JobNames names, in JobFigures job, long now)
    {
        var ids = store.Index.Names;
        var running = JobStatus.IsRunning(job.Status);
        var figures = running ? live.Find(job.Id)?.Figures : null;
        return new JobRow(
            job.Id.ToString("D"), names.Account(job.Account), names.User(job.Account), ids[job.Device], names.Device(job.Device),
            ids[job.Item], names.Item(job.Item), ids[job.Vault], names.Vault(job.Vault),
            job.Kind, job.Status, DateTimeOffset.FromUnixTimeSeconds(job.Start), UnixTime.FromUnix(job.End), running ? Math.Max(now - job.Start, 0) : Math.Max(job.Duration, 0))
        {
            Percent = figures?.Percent,
            Files = figures?.Report.ItemsDone ?? job.Files,
            Size = figures?.Report.BytesTotal ?? job.TotalSize,
            Uploaded = figures?.Uploaded ?? job.Uploaded,
            Downloaded = job.Downloaded,
            VaultAfter = job.VaultAfter < 0 ? null : job.VaultAfter,
            Directories = job.Directories,
            Chunks = job.Chunks,
            Version = job.Version == 0 ? null : ids[job.Version],
            Snapshot = job.Snapshot == 0 ? null : job.Snapshot.ToString("x8", CultureInfo.InvariantCulture),
        };
    }
}

/// <summary>The jobs of one account around one of them.</summary>
/// <param name="Older">The one before, or null.</param>
/// <param name="Newer">The one after, or null.</param>
public sealed record JobNeighbours(JobRow? Older, JobRow? Newer);

/// <summary>The jobs of a filter as a table's rows.</summary>
public sealed class JobTable : ITableSource<JobRow>
{
    private readonly JobHistory _history;
    private readonly Actor _by;
    private readonly JobFilter _filter;

    internal JobTable(JobHistory history, Actor by, JobFilter filter) => (_history, _by, _filter) = (history, by, filter);

    /// <inheritdoc />
    public Task<PageOf<JobRow>> PageAsync(PageRequest request, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(_history.Page(_by, _filter, request));
    }

    /// <inheritdoc />
    public IAsyncEnumerable<IReadOnlyList<JobRow>> AllAsync(PageRequest request, CancellationToken ct) => _history.AllAsync(_by, _filter, request, ct);
}
