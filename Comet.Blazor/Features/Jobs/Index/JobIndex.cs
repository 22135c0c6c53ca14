using System.Collections.Immutable;

namespace Comet.Blazor.Features.Jobs.Index;

/// <summary>
/// All jobs in memory (decisions.md 16): changed by the store's owner alone, right after the commit; read by anybody at any time from
/// an immutable <see cref="JobSnapshot"/>, without a lock.
/// </summary>
public sealed class JobIndex
{
    private readonly GuidTable _guids;
    private volatile JobSnapshot _current;

    private JobIndex(NameTable names, GuidTable guids, JobSnapshot current)
    {
        Names = names;
        _guids = guids;
        _current = current;
    }

    /// <summary>An index without jobs.</summary>
    public JobIndex()
        : this(new NameTable(), new GuidTable(), JobSnapshot.Empty)
    {
    }

    /// <summary>The ids behind the numbers.</summary>
    public NameTable Names { get; }

    /// <summary>All jobs as of now.</summary>
    public JobSnapshot Current => _current;

    /// <summary>Bytes held by rows, lists and tables, for measuring.</summary>
    public long Bytes => _current.Bytes + _guids.Bytes;

    /// <summary>The job with this GUID.</summary>
    public bool TryFind(Guid id, out JobFigures found) => TryFind(_current, id, out found);

    /// <summary>The job with this GUID in an older state of the index.</summary>
    public bool TryFind(JobSnapshot snapshot, Guid id, out JobFigures found)
    {
        foreach (var key in _guids.Candidates(id))
        {
            if (snapshot.Rows.TryGet(key, out found) && found.Id == id)
            {
                return true;
            }
        }

        found = default;
        return false;
    }

    /// <summary>Adds a job, or puts it in the place of the one with its key. Only for the store's owner.</summary>
    public void Put(in JobFigures job)
    {
        var now = _current;
        var known = now.Rows.TryGet(job.Key, out var old);
        var accounts = now.ByAccount;
        var statuses = now.ByStatus;
        if (!known)
        {
            accounts = accounts.SetItem(job.Account, accounts.GetValueOrDefault(job.Account, KeyedRuns<JobKey>.Empty).With(new JobKey(job.Key)));
        }

        if (!known || old.Status != job.Status)
        {
            statuses = statuses.SetItem(job.Status, statuses.GetValueOrDefault(job.Status, KeyedRuns<JobKey>.Empty).With(new JobKey(job.Key)));
            statuses = known ? statuses.SetItem(old.Status, statuses[old.Status].Without(job.Key)) : statuses;
        }

        _current = new JobSnapshot(now.Rows.With(job), accounts, statuses);
        if (!known)
        {
            _guids.Add(job.Id, job.Key, IdOf);
        }
    }

    /// <summary>Takes a job away. Only for the store's owner.</summary>
    public void Remove(long key)
    {
        var now = _current;
        if (now.Rows.TryGet(key, out var job))
        {
            _current = new JobSnapshot(
                now.Rows.Without(key),
                now.ByAccount.SetItem(job.Account, now.OfAccount(job.Account).Without(key)),
                now.ByStatus.SetItem(job.Status, now.OfStatus(job.Status).Without(key)));
        }
    }

    private Guid? IdOf(long key) => _current.Rows.TryGet(key, out var job) ? job.Id : null;

    /// <summary>Makes an index of all jobs.</summary>
    /// <param name="names">The ids behind their numbers.</param>
    /// <param name="rows">The jobs.</param>
    public static JobIndex Of(NameTable names, KeyedRuns<JobFigures> rows)
    {
        var ofAccount = new int[names.Count];
        var ofStatus = new int[ushort.MaxValue + 1];
        foreach (var piece in rows.Ascending(0, rows.Count))
        {
            foreach (ref readonly var job in piece.AsSpan())
            {
                ofAccount[job.Account]++;
                ofStatus[job.Status]++;
            }
        }

        var accounts = Array.ConvertAll(ofAccount, static n => n == 0 ? null : new KeyedRuns<JobKey>.Builder(n));
        var statuses = Array.ConvertAll(ofStatus, static n => n == 0 ? null : new KeyedRuns<JobKey>.Builder(n));
        foreach (var piece in rows.Ascending(0, rows.Count))
        {
            foreach (ref readonly var job in piece.AsSpan())
            {
                accounts[job.Account]!.Add(new JobKey(job.Key));
                statuses[job.Status]!.Add(new JobKey(job.Key));
            }
        }

        return new JobIndex(names, GuidTable.Of(rows), new JobSnapshot(rows, Built(accounts), Built(statuses)));
    }

    private static ImmutableDictionary<int, KeyedRuns<JobKey>> Built(KeyedRuns<JobKey>.Builder?[] lists) =>
        Enumerable.Range(0, lists.Length).Where(i => lists[i] is not null).ToImmutableDictionary(static i => i, i => lists[i]!.Build());
}

/// <summary>All jobs at one moment. Never changes.</summary>
/// <param name="Rows">The jobs in key order, oldest first.</param>
/// <param name="ByAccount">Keys of each account's jobs.</param>
/// <param name="ByStatus">Keys of the jobs of each status.</param>
public sealed record JobSnapshot(
    KeyedRuns<JobFigures> Rows, ImmutableDictionary<int, KeyedRuns<JobKey>> ByAccount, ImmutableDictionary<int, KeyedRuns<JobKey>> ByStatus)
{
    /// <summary>No jobs.</summary>
    public static JobSnapshot Empty { get; } = new(KeyedRuns<JobFigures>.Empty, ImmutableDictionary<int, KeyedRuns<JobKey>>.Empty, ImmutableDictionary<int, KeyedRuns<JobKey>>.Empty);

    /// <summary>Bytes held, for measuring.</summary>
    public long Bytes => Rows.Bytes + ByAccount.Values.Sum(static r => r.Bytes) + ByStatus.Values.Sum(static r => r.Bytes);

    /// <summary>Keys of an account's jobs.</summary>
    public KeyedRuns<JobKey> OfAccount(int account) => ByAccount.GetValueOrDefault(account, KeyedRuns<JobKey>.Empty);

    /// <summary>Keys of the jobs of a status.</summary>
    public KeyedRuns<JobKey> OfStatus(int status) => ByStatus.GetValueOrDefault(status, KeyedRuns<JobKey>.Empty);
}
