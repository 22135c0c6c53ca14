using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>How backups went, in figures.</summary>
/// <param name="store">The jobs.</param>
public sealed class BackupDays(JobStore store) : IBackupDays
{
    private const int StatusBits = 16;

    // A status with its severity above it, so that the larger number is the worse one.
    private static readonly int[] Ranked = [.. Enumerable.Range(0, ushort.MaxValue + 1).Select(static status => (JobStatusLook.Of(status).Severity << StatusBits) | status)];

    /// <inheritdoc />
    public LiveSignal Changed => store.Changed;

    /// <inheritdoc />
    public IReadOnlyDictionary<AccountId, ReadOnlyMemory<int>> Worst(IReadOnlyList<long> midnights)
    {
        var rows = store.Index.Current.Rows; // first: every number in it has its id by now
        var days = midnights.Count - 1;
        var worst = new Dictionary<int, int[]>();
        for (var day = 0; day < days; day++)
        {
            foreach (var piece in rows.Ascending(rows.Rank(JobFigures.KeyOf(midnights[day])), rows.Rank(JobFigures.KeyOf(midnights[day + 1]))))
            {
                foreach (ref readonly var job in piece.AsSpan())
                {
                    Count(worst, job.Account, job, day, days);
                }
            }
        }

        return worst.ToDictionary(w => new AccountId(store.Index.Names[w.Key]), static w => Statuses(w.Value));
    }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, ReadOnlyMemory<int>> WorstOfDevices(AccountId account, IReadOnlyList<long> midnights)
    {
        var days = midnights.Count - 1;
        var worst = new Dictionary<int, int[]>();
        var day = days - 1;
        foreach (var job in Backwards(account, midnights[0]))
        {
            while (day > 0 && job.Start < midnights[day])
            {
                day--;
            }

            if (job.Start < midnights[days])
            {
                Count(worst, job.Device, job, day, days);
            }
        }

        return worst.ToDictionary(w => store.Index.Names[w.Key], static w => Statuses(w.Value));
    }

    /// <inheritdoc />
    public JobTally Since(AccountId account, long from)
    {
        var tally = default(JobTally);
        foreach (var job in Backwards(account, from))
        {
            tally = new JobTally(tally.Jobs + 1, tally.Succeeded + (job.Status is >= 5000 and < 6000 ? 1 : 0), tally.Running + (JobStatus.IsRunning(job.Status) ? 1 : 0));
        }

        return tally;
    }

    /// <summary>The jobs of an account that began at or after a moment, the newest first.</summary>
    private IEnumerable<JobFigures> Backwards(AccountId account, long from)
    {
        var snapshot = store.Index.Current;
        if (store.Index.Names.Find(0, account.Value) is not (>= 0 and var number))
        {
            yield break;
        }

        var keys = snapshot.OfAccount(number);
        foreach (var piece in keys.Descending(keys.Rank(JobFigures.KeyOf(from)), keys.Count))
        {
            for (var i = piece.Count - 1; i >= 0; i--)
            {
                if (snapshot.Rows.TryGet(piece[i].Key, out var job))
                {
                    yield return job;
                }
            }
        }
    }

    private static void Count(Dictionary<int, int[]> worst, int whose, in JobFigures job, int day, int days)
    {
        if (job.Kind != JobKind.Backup)
        {
            return;
        }

        if (!worst.TryGetValue(whose, out var found))
        {
            worst[whose] = found = new int[days];
        }

        // A success has the severity 0: the status below it makes it more than nothing.
        found[day] = Math.Max(found[day], Ranked[job.Status]);
    }

    private static ReadOnlyMemory<int> Statuses(int[] ranked) => Array.ConvertAll(ranked, static r => r & ushort.MaxValue);
}
