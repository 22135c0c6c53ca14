using System.Buffers;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>The backup jobs of one Protected Item on some days.</summary>
/// <param name="Account">The account.</param>
/// <param name="ItemId">The Protected Item.</param>
/// <param name="Days">How many jobs of a status started on a day, for each day and status that occurs; days count from 0, the oldest first.</param>
public sealed record ItemDays(AccountId Account, string ItemId, ArraySegment<DayCount> Days);

/// <summary>Jobs of one status on one day.</summary>
/// <param name="Day">The day, from 0.</param>
/// <param name="Status">Status code.</param>
/// <param name="Jobs">How many.</param>
public readonly record struct DayCount(int Day, int Status, int Jobs);

/// <summary>Sums backup jobs per item, day and status in one walk over the rows of the days.</summary>
internal static class JobDays
{
    private const int Unplaced = 0;

    // A fixed few, so that a device that invents codes costs no memory: an unknown one counts as the plainest of its range.
    private static readonly int[] Codes =
    [
        JobStatus.Success, JobStatus.Running, JobStatus.Revived, JobStatus.Retrying, JobStatus.NotYetStarted, JobStatus.Timeout, JobStatus.Warning,
        JobStatus.Error, JobStatus.QuotaExceeded, JobStatus.Missed, JobStatus.Cancelled, JobStatus.Skipped, JobStatus.Abandoned,
    ];

    private static readonly byte[] CodeAt = [.. Enumerable.Range(0, ushort.MaxValue + 1).Select(static status => (byte)Array.IndexOf(Codes, status switch
    {
        _ when Codes.Contains(status) => status,
        >= 5000 and < 6000 => JobStatus.Success,
        >= 6000 and < 7000 => JobStatus.Running,
        _ => JobStatus.Error,
    }))];

    /// <summary>Sums, of these accounts' jobs alone unless <paramref name="seen"/> is null.</summary>
    public static IReadOnlyList<ItemDays> Sum(JobSnapshot snapshot, NameTable ids, IReadOnlyList<long> midnights, bool[]? seen)
    {
        // Items get dense places in the order in which they occur, so that the counts of one stay together.
        var placeOf = new int[ids.Count];
        var items = new List<(int Account, int Item)>();
        var width = (midnights.Count - 1) * Codes.Length;
        var counts = ArrayPool<int>.Shared.Rent(64 * Math.Max(width, 1));
        counts.AsSpan().Clear();
        for (var day = 0; day < midnights.Count - 1; day++)
        {
            var offset = (day * Codes.Length) - width;
            var (from, to) = (snapshot.Rows.Rank(JobFigures.KeyOf(midnights[day])), snapshot.Rows.Rank(JobFigures.KeyOf(midnights[day + 1])));
            foreach (var piece in snapshot.Rows.Ascending(from, to))
            {
                foreach (ref readonly var job in piece.AsSpan())
                {
                    if (job.Kind != JobKind.Backup || job.Item == 0 || (seen is not null && !seen[job.Account]))
                    {
                        continue;
                    }

                    ref var place = ref placeOf[job.Item];
                    if (place == Unplaced)
                    {
                        items.Add((job.Account, job.Item));
                        place = items.Count;
                        if (place * width > counts.Length)
                        {
                            counts = Doubled(counts);
                        }
                    }

                    counts[(place * width) + offset + CodeAt[job.Status]]++;
                }
            }
        }

        var sums = Collect(counts, width, items, ids);
        ArrayPool<int>.Shared.Return(counts);
        return sums;
    }

    private static int[] Doubled(int[] counts)
    {
        var more = ArrayPool<int>.Shared.Rent(counts.Length * 2);
        counts.CopyTo(more, 0);
        more.AsSpan(counts.Length).Clear();
        ArrayPool<int>.Shared.Return(counts);
        return more;
    }

    private static ItemDays[] Collect(int[] counts, int width, List<(int Account, int Item)> items, NameTable ids)
    {
        var all = counts.AsSpan(0, items.Count * width);
        var found = new DayCount[all.Length - all.Count(0)];
        var sums = new ItemDays[items.Count];
        var used = 0;
        for (var i = 0; i < sums.Length; i++)
        {
            var first = used;
            var ofItem = all.Slice(i * width, width);
            for (var at = 0; ofItem[at..].IndexOfAnyExcept(0) is >= 0 and var skipped; at++)
            {
                at += skipped;
                found[used++] = new DayCount(at / Codes.Length, Codes[at % Codes.Length], ofItem[at]);
            }

            sums[i] = new ItemDays(new AccountId(ids[items[i].Account]), ids[items[i].Item], new ArraySegment<DayCount>(found, first, used - first));
        }

        return sums;
    }
}
