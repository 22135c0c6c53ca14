using Comet.Blazor.Features.Jobs.Index;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>Told of each job of a selection; false ends the walk.</summary>
public delegate bool JobVisit(in JobFigures job);

/// <summary>
/// The jobs of one state of the index that match. Reads the shortest list that holds them all (an account's, a status's, a tenant's accounts, the accounts
/// that the words lead to, else all rows of the time) and asks only what that list does not assure.
/// </summary>
public sealed class JobSelection
{
    private readonly JobSnapshot _snapshot;
    private readonly JobTest _test;
    private readonly KeyRange[]? _lists; // null: the rows themselves
    private readonly int _from;
    private readonly int _to;
    private readonly bool _assured;
    private readonly int? _count; // known without a walk

    /// <summary>Chooses the list.</summary>
    public JobSelection(JobSnapshot snapshot, JobTest test)
    {
        _snapshot = snapshot;
        _test = test;
        if (test.Impossible)
        {
            _lists = [];
            _assured = true;
            return;
        }

        _from = test.FromKey == long.MinValue ? 0 : snapshot.Rows.Rank(test.FromKey);
        _to = test.ToKey == long.MaxValue ? snapshot.Rows.Count : snapshot.Rows.Rank(test.ToKey);
        if (test.Account is { } account)
        {
            _lists = [Range(snapshot.OfAccount(account))];
            _assured = test.IsPlain && test.Statuses is null;
        }
        else if (test.Statuses is { } statuses && statuses.Select(s => Range(snapshot.OfStatus(s))).ToArray() is var ofStatus
            && ((test.IsPlain && test.Seen is null) || ofStatus.Sum(static l => (long)l.Count) < Few))
        {
            _lists = ofStatus;
            _assured = test.IsPlain && test.Seen is null;
        }
        else if (test.Seen is { } seen && test.IsPlain && test.Statuses is null)
        {
            (_lists, _count) = OfSeen(seen);
            _assured = _lists is not null;
        }
        else if (test.Words.Accounts() is { } accounts && OfAccounts(accounts) is { } ofWords)
        {
            _lists = ofWords;
        }
        else
        {
            _assured = test.IsPlain && test.Statuses is null && test.Seen is null;
        }
    }

    // From a key to its row costs several times as much as the next row of a walk.
    private int Few => (_to - _from) / 8;

    /// <summary>Number of jobs.</summary>
    public int Count()
    {
        if (_count is { } known)
        {
            return known;
        }

        if (_assured)
        {
            return _lists is null ? _to - _from : _lists.Sum(static l => l.Count);
        }

        var count = 0;
        Each(descending: true, (in JobFigures _) =>
        {
            count++;
            return true;
        });
        return count;
    }

    /// <summary>One page in the order of their starts, and the number of all that match.</summary>
    public (List<JobFigures> Page, int Count) Page(int skip, int size, bool descending)
    {
        var page = new List<JobFigures>(Math.Min(size, 64));
        if (_assured && _lists is null or [_])
        {
            var (from, to) = _lists is [var only] ? (only.From, only.To) : (_from, _to);
            for (var i = skip; i < to - from && page.Count < size; i++)
            {
                var rank = descending ? to - 1 - i : from + i;
                page.Add(_lists is [var list] ? Row(list.Keys[rank].Key) : _snapshot.Rows[rank]);
            }

            return (page, to - from);
        }

        var at = 0;
        var known = _assured || _count is not null ? Count() : -1;
        Each(descending, (in JobFigures job) =>
        {
            if (at++ >= skip && page.Count < size)
            {
                page.Add(job);
            }

            return known < 0 || page.Count < size;
        });
        return (page, known < 0 ? at : known);
    }

    /// <summary>Visits every job in the order of the starts.</summary>
    public void Each(bool descending, JobVisit visit)
    {
        if (_lists is null)
        {
            EachRow(descending, visit);
            return;
        }

        foreach (var key in _lists is [var only] ? Keys(only, descending) : Merged(descending))
        {
            var job = Row(key);
            if ((_assured || _test.Match(job)) && !visit(job))
            {
                return;
            }
        }
    }

    private static IEnumerable<long> Keys(KeyRange list, bool descending)
    {
        foreach (var piece in descending ? list.Keys.Descending(list.From, list.To) : list.Keys.Ascending(list.From, list.To))
        {
            for (var i = 0; i < piece.Count; i++)
            {
                yield return piece[descending ? piece.Count - 1 - i : i].Key;
            }
        }
    }

    private void EachRow(bool descending, JobVisit visit)
    {
        foreach (var piece in descending ? _snapshot.Rows.Descending(_from, _to) : _snapshot.Rows.Ascending(_from, _to))
        {
            var rows = piece.AsSpan();
            for (var i = 0; i < rows.Length; i++)
            {
                ref readonly var job = ref rows[descending ? rows.Length - 1 - i : i];
                if ((_assured || _test.Match(job)) && !visit(job))
                {
                    return;
                }
            }
        }
    }

    private IEnumerable<long> Merged(bool descending)
    {
        var next = new PriorityQueue<IEnumerator<long>, long>();
        foreach (var keys in _lists!.Select(l => Keys(l, descending).GetEnumerator()).Where(static k => k.MoveNext()))
        {
            next.Enqueue(keys, descending ? -keys.Current : keys.Current);
        }

        while (next.TryPeek(out var keys, out _))
        {
            yield return keys.Current;
            if (keys.MoveNext())
            {
                next.DequeueEnqueue(keys, descending ? -keys.Current : keys.Current);
            }
            else
            {
                next.Dequeue();
            }
        }
    }

    // A tenant's jobs: its accounts' lists when they are few, else the rows; counted by the lists in any case.
    private (KeyRange[]? Lists, int Count) OfSeen(bool[] seen)
    {
        var lists = _snapshot.ByAccount.Where(a => seen[a.Key]).Select(a => Range(a.Value)).ToArray();
        var count = lists.Sum(static l => l.Count);
        return (count < Few || lists.Length == 1 ? lists : null, count);
    }

    private KeyRange[]? OfAccounts(bool[] accounts)
    {
        var lists = new List<KeyRange>();
        var sum = 0L;
        foreach (var (account, keys) in _snapshot.ByAccount)
        {
            if (accounts[account])
            {
                lists.Add(Range(keys));
                sum += lists[^1].Count;
                if (sum >= Few)
                {
                    return null;
                }
            }
        }

        return [.. lists];
    }

    private KeyRange Range(KeyedRuns<JobKey> keys) => new(
        keys,
        _test.FromKey == long.MinValue ? 0 : keys.Rank(_test.FromKey),
        _test.ToKey == long.MaxValue ? keys.Count : keys.Rank(_test.ToKey));

    private JobFigures Row(long key) => _snapshot.Rows.TryGet(key, out var job) ? job : throw new InvalidOperationException($"The index lists the key {key} and has no job for it.");

    private readonly record struct KeyRange(KeyedRuns<JobKey> Keys, int From, int To)
    {
        public int Count => To - From;
    }
}
