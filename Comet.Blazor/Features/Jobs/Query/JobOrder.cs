using System.Collections.Immutable;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>Puts a selection in the order of any columns: each job becomes a few numbers, and only the wanted page is sorted out.</summary>
/// <param name="names">Names.</param>
/// <param name="live">Figures of running jobs.</param>
/// <param name="now">Unix seconds.</param>
public sealed class JobOrder(JobNames names, LiveJobs live, long now)
{
    private const int Shallow = 2000;

    private delegate long ValueOf(in JobFigures job);

    /// <summary>The sort keys that count: known columns, each once, up to the start, which tells nearly all jobs apart.</summary>
    public static IReadOnlyList<SortKey> Effective(ImmutableArray<SortKey> sort)
    {
        var keys = sort.IsDefaultOrEmpty ? [] : sort.Where(static k => Known.Contains(k.Column)).DistinctBy(static k => k.Column).ToList();
        var start = keys.FindIndex(static k => k.Column == JobColumns.Started);
        keys = start >= 0 ? keys[..(start + 1)] : keys;
        return keys.Count > 0 ? keys : [new SortKey(JobColumns.Started, Descending: true)];
    }

    /// <summary>Keys of the jobs at positions <paramref name="skip"/> and following, and the number of all.</summary>
    public (long[] Keys, int Count) Window(JobSelection selection, IReadOnlyList<SortKey> sort, int skip, int size)
    {
        // Ascending in every column: a descending one is stored as its complement. The key is last: newest first.
        var values = sort.Where(static k => k.Column != JobColumns.Started).Select(k => (Of: Values(k.Column), k.Descending)).ToArray();
        var newestFirst = sort[^1].Column != JobColumns.Started || sort[^1].Descending;
        if ((long)skip + size <= Shallow)
        {
            var (first, count) = First(selection, values, newestFirst, skip + size);
            return ([.. first.Skip(skip).Select(row => newestFirst ? ~row[^1] : row[^1])], count);
        }

        var columns = values.Select(static _ => new List<long>()).Append([]).ToArray();
        selection.Each(descending: true, (in JobFigures job) =>
        {
            for (var c = 0; c < values.Length; c++)
            {
                var value = values[c].Of(job);
                columns[c].Add(values[c].Descending ? ~value : value);
            }

            columns[^1].Add(newestFirst ? ~job.Key : job.Key);
            return true;
        });

        var sorted = new Sorting([.. columns.Select(static c => c.ToArray())]);
        var rows = sorted.Window(skip, size);
        return ([.. rows.Select(r => newestFirst ? ~columns[^1][r] : columns[^1][r])], columns[^1].Count);
    }

    private static readonly HashSet<string> Known =
    [
        JobColumns.User, JobColumns.Device, JobColumns.Item, JobColumns.Vault, JobColumns.Type, JobColumns.Status, JobColumns.Started, JobColumns.Ended,
        JobColumns.Duration, JobColumns.Files, JobColumns.Size, JobColumns.Uploaded, JobColumns.Downloaded, JobColumns.VaultAfter, JobColumns.Directories,
        JobColumns.Chunks, JobColumns.Version, JobColumns.Id, JobColumns.Snapshot,
    ];

    // One of the first pages, which is what people look at: only the best so far are kept.
    private static (List<long[]> First, int Count) First(JobSelection selection, (ValueOf Of, bool Descending)[] values, bool newestFirst, int wanted)
    {
        var best = new PriorityQueue<long[], long[]>(wanted, Comparer<long[]>.Create(static (a, b) => b.AsSpan().SequenceCompareTo(a)));
        var count = 0;
        selection.Each(descending: true, (in JobFigures job) =>
        {
            count++;
            var leading = values.Length == 0 ? 0 : Value(values[0], job);
            if (best.Count == wanted && values.Length > 0 && leading > best.Peek()[0])
            {
                return true;
            }

            var row = new long[values.Length + 1];
            for (var c = 0; c < values.Length; c++)
            {
                row[c] = c == 0 ? leading : Value(values[c], job);
            }

            row[^1] = newestFirst ? ~job.Key : job.Key;
            if (best.Count < wanted)
            {
                best.Enqueue(row, row);
            }
            else
            {
                best.EnqueueDequeue(row, row);
            }

            return true;
        });

        var first = new List<long[]>(best.Count);
        while (best.TryDequeue(out var row, out _))
        {
            first.Add(row);
        }

        first.Reverse();
        return (first, count);
    }

    private static long Value((ValueOf Of, bool Descending) column, in JobFigures job)
    {
        var value = column.Of(job);
        return column.Descending ? ~value : value;
    }

    private ValueOf Values(string column)
    {
        switch (column)
        {
            case JobColumns.User:
                var users = names.Users().Ranks;
                return (in JobFigures job) => users[job.Account];
            case JobColumns.Device:
                var devices = names.Devices().Ranks;
                return (in JobFigures job) => devices[job.Device];
            case JobColumns.Item:
                var items = names.Items().Ranks;
                return (in JobFigures job) => items[job.Item];
            case JobColumns.Vault:
                var vaults = names.Vaults().Ranks;
                return (in JobFigures job) => vaults[job.Vault];
            case JobColumns.Version:
                var versions = names.Versions();
                return (in JobFigures job) => versions[job.Version];
            case JobColumns.Type:
                var types = JobNames.Types.Ranks;
                return (in JobFigures job) => job.Kind < types.Length ? types[job.Kind] : types.Length;
            case JobColumns.Status:
                return static (in JobFigures job) => ((long)JobStatusLook.Of(job.Status).Severity << 16) | job.Status;
            default:
                return Number(column);
        }
    }

    private ValueOf Number(string column) => column switch
    {
        JobColumns.Ended => static (in JobFigures job) => job.End == 0 ? long.MaxValue : job.End,
        JobColumns.Duration => (in JobFigures job) => job.End == 0 ? Math.Max(now - job.Start, 0) : job.Duration,
        JobColumns.Files => (in JobFigures job) => Live(job) is { } l ? l.Report.ItemsDone : job.Files,
        JobColumns.Size => (in JobFigures job) => Live(job) is { } l ? l.Report.BytesTotal : job.TotalSize,
        JobColumns.Uploaded => (in JobFigures job) => Live(job) is { } l ? l.Uploaded : job.Uploaded,
        JobColumns.Downloaded => static (in JobFigures job) => job.Downloaded,
        JobColumns.VaultAfter => static (in JobFigures job) => job.VaultAfter,
        JobColumns.Directories => static (in JobFigures job) => job.Directories,
        JobColumns.Chunks => static (in JobFigures job) => job.Chunks,
        JobColumns.Snapshot => static (in JobFigures job) => job.Snapshot,
        JobColumns.Id => static (in JobFigures job) => IdOrder(job.Id),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column, "No such column."),
    };

    private LiveFigures? Live(in JobFigures job) => JobStatus.IsRunning(job.Status) ? live.Find(job.Id)?.Figures : null;

    // The order of the first 16 hex digits.
    private static long IdOrder(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes) ^ long.MinValue;
    }

    /// <summary>Sorts only as far as the window needs.</summary>
    private sealed class Sorting(long[][] columns)
    {
        private readonly int[] _rows = [.. Enumerable.Range(0, columns[^1].Length)];

        public int[] Window(int skip, int size)
        {
            skip = Math.Min(skip, _rows.Length);
            size = Math.Min(size, _rows.Length - skip);
            Sort(0, _rows.Length, skip, skip + size);
            return _rows[skip..(skip + size)];
        }

        private void Sort(int low, int high, int from, int to)
        {
            while (high - low > 32 && low < to && high > from)
            {
                var middle = Partition(low, high);
                Sort(low, middle, from, to);
                low = middle + 1;
            }

            if (low < to && high > from)
            {
                _rows.AsSpan(low, high - low).Sort(Compare);
            }
        }

        // A random pivot: no order of the jobs makes it slow. All rows differ, by their keys.
        private int Partition(int low, int high)
        {
            Swap(Random.Shared.Next(low, high), high - 1);
            var pivot = _rows[high - 1];
            var store = low;
            for (var i = low; i < high - 1; i++)
            {
                if (Compare(_rows[i], pivot) < 0)
                {
                    Swap(i, store++);
                }
            }

            Swap(store, high - 1);
            return store;
        }

        private void Swap(int a, int b) => (_rows[a], _rows[b]) = (_rows[b], _rows[a]);

        private int Compare(int a, int b)
        {
            foreach (var column in columns)
            {
                var (x, y) = (column[a], column[b]);
                if (x != y)
                {
                    return x < y ? -1 : 1;
                }
            }

            return 0;
        }
    }
}
