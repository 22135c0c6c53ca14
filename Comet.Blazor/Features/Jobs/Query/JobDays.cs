using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>The backup jobs of one Protected Item on some days.</summary>
/// <param name="Account">The account.</param>
/// <param name="ItemId">The Protected Item.</param>
public sealed record ItemDays(AccountId Account, string ItemId)
{
    internal List<DayCount> Counts { get; } = [];

    /// <summary>How many jobs of a status started on a day, for each day and status that occurs; days count from 0, the oldest first.</summary>
    public IReadOnlyList<DayCount> Days => Counts;
}

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

    /// <summary>Sums.</summary>
    public static IReadOnlyList<ItemDays> Sum(JobSnapshot snapshot, NameTable ids, IReadOnlyList<long> midnights)
    {
        var codes = Codes;
        // Items get dense places in the order in which they occur, so that the counts of one stay together.
        var placeOf = new int[ids.Count];
        var items = new List<ItemDays>();
        var width = (midnights.Count - 1) * codes.Length;
        var counts = new int[64 * Math.Max(width, 1)];
        for (var day = 0; day < midnights.Count - 1; day++)
        {
            var offset = day * codes.Length;
            var (from, to) = (snapshot.Rows.Rank(JobFigures.KeyOf(midnights[day])), snapshot.Rows.Rank(JobFigures.KeyOf(midnights[day + 1])));
            foreach (var piece in snapshot.Rows.Ascending(from, to))
            {
                foreach (ref readonly var job in piece.AsSpan())
                {
                    if (job.Kind != JobKind.Backup || job.Item == 0)
                    {
                        continue;
                    }

                    ref var place = ref placeOf[job.Item];
                    if (place == Unplaced)
                    {
                        items.Add(new ItemDays(new AccountId(ids[job.Account]), ids[job.Item]));
                        place = items.Count;
                        if (place * width > counts.Length)
                        {
                            Array.Resize(ref counts, counts.Length * 2);
                        }
                    }

                    counts[((place - 1) * width) + offset + CodeAt[job.Status]]++;
                }
            }
        }

        for (var i = 0; i < items.Count; i++)
        {
            var ofItem = counts.AsSpan(i * width, width);
            for (var at = 0; ofItem[at..].IndexOfAnyExcept(0) is >= 0 and var skipped; at++)
            {
                at += skipped;
                items[i].Counts.Add(new DayCount(at / codes.Length, codes[at % codes.Length], ofItem[at]));
            }
        }

        return items;
    }
}
