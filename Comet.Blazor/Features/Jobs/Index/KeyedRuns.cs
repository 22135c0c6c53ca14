using System.Runtime.CompilerServices;

namespace Comet.Blazor.Features.Jobs.Index;

/// <summary>Something that is sorted by a number of its own.</summary>
public interface IKeyed
{
    /// <summary>The key; unique within a sequence.</summary>
    long Key { get; }
}

/// <summary>A bare key.</summary>
/// <param name="Key">The key.</param>
public readonly record struct JobKey(long Key) : IKeyed;

/// <summary>
/// An immutable sequence in key order that answers rank and position in logarithmic time. A change makes a new sequence and
/// copies one run and the paths to it, so that readers keep theirs without a lock while the one writer goes on.
/// </summary>
/// <typeparam name="T">The element.</typeparam>
public sealed class KeyedRuns<T>
    where T : struct, IKeyed
{
    private const int RunLength = 128;
    private const int Fan = 128;

    private readonly Branch[] _branches;
    private readonly int[] _before;

    private KeyedRuns(Branch[] branches)
    {
        _branches = branches;
        _before = new int[branches.Length];
        for (var i = 0; i < branches.Length; i++)
        {
            _before[i] = Count;
            Count += branches[i].Count;
        }
    }

    /// <summary>No elements.</summary>
    public static KeyedRuns<T> Empty { get; } = new([]);

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    /// <summary>The element at a position in key order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public T this[int rank]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(rank);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, Count);
            var b = LastAtMost(_before, rank);
            return _branches[b].At(rank - _before[b]);
        }
    }

    /// <summary>Number of elements whose key is less.</summary>
    public int Rank(long key)
    {
        var b = BranchOf(key);
        return b < 0 ? 0 : _before[b] + _branches[b].Rank(key);
    }

    /// <summary>The element with this key.</summary>
    public bool TryGet(long key, out T found)
    {
        var b = BranchOf(key);
        if (b >= 0)
        {
            return _branches[b].TryGet(key, out found);
        }

        found = default;
        return false;
    }

    /// <summary>The sequence with this element added, or put in the place of the one with its key.</summary>
    public KeyedRuns<T> With(in T item)
    {
        if (_branches.Length == 0)
        {
            return new KeyedRuns<T>([new Branch([[item]])]);
        }

        var b = Math.Max(BranchOf(item.Key), 0);
        return new KeyedRuns<T>(Replace(_branches, b, _branches[b].With(item, last: b == _branches.Length - 1)));
    }

    /// <summary>The sequence without the element with this key.</summary>
    public KeyedRuns<T> Without(long key)
    {
        var b = BranchOf(key);
        return b >= 0 && _branches[b].TryGet(key, out _) ? new KeyedRuns<T>(Replace(_branches, b, _branches[b].Without(key))) : this;
    }

    /// <summary>The elements at positions <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive), in pieces, ascending.</summary>
    public IEnumerable<ArraySegment<T>> Ascending(int from, int to)
    {
        for (var at = Math.Max(from, 0); at < Math.Min(to, Count);)
        {
            var piece = PieceAt(at, out var start);
            var skip = at - start;
            var take = Math.Min(piece.Length - skip, Math.Min(to, Count) - at);
            yield return new ArraySegment<T>(piece, skip, take);
            at += take;
        }
    }

    /// <summary>The same positions in pieces from the last to the first; inside a piece the order is ascending.</summary>
    public IEnumerable<ArraySegment<T>> Descending(int from, int to)
    {
        for (var at = Math.Min(to, Count) - 1; at >= Math.Max(from, 0);)
        {
            var piece = PieceAt(at, out var start);
            var first = Math.Max(start, Math.Max(from, 0));
            yield return new ArraySegment<T>(piece, first - start, at - first + 1);
            at = first - 1;
        }
    }

    /// <summary>Bytes of the arrays held, for measuring.</summary>
    public long Bytes => _branches.Sum(static b => b.Bytes) + (_branches.Length * 12L) + 96;

    private static int LastAtMost(int[] before, int rank)
    {
        var i = Array.BinarySearch(before, rank);
        return i >= 0 ? i : ~i - 1;
    }

    private static Branch[] Replace(Branch[] all, int at, Branch[] by)
    {
        var result = new Branch[all.Length - 1 + by.Length];
        Array.Copy(all, result, at);
        by.CopyTo(result, at);
        Array.Copy(all, at + 1, result, at + by.Length, all.Length - at - 1);
        return result;
    }

    private T[] PieceAt(int rank, out int start)
    {
        var b = LastAtMost(_before, rank);
        var piece = _branches[b].RunAt(rank - _before[b], out var inBranch);
        start = _before[b] + inBranch;
        return piece;
    }

    // The last branch whose first key is not greater; -1 when all are.
    private int BranchOf(long key)
    {
        int low = 0, high = _branches.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (_branches[middle].First <= key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high;
    }

    /// <summary>Makes a sequence of elements that are given in key order.</summary>
    /// <param name="expected">How many there are; when there are more or fewer, the last run is copied once more.</param>
    public sealed class Builder(int expected)
    {
        // Long runs go where the collector does not move them: while a large index is built it would copy each of them twice.
        private static readonly bool Settled = !RuntimeHelpers.IsReferenceOrContainsReferences<T>() && Unsafe.SizeOf<T>() * RunLength >= 4096;

        private readonly List<T[]> _runs = [];
        private T[] _run = [];
        private int _used;

        /// <summary>Adds an element with a key larger than all before.</summary>
        public void Add(in T item)
        {
            if (_used == _run.Length)
            {
                Grow();
            }

            _run[_used++] = item;
        }

        /// <summary>The sequence; the builder is not to be used afterwards.</summary>
        public KeyedRuns<T> Build()
        {
            if (_used > 0)
            {
                _runs.Add(_used == _run.Length ? _run : _run[.._used]);
            }

            return new KeyedRuns<T>([.. _runs.Chunk(Fan).Select(static r => new Branch(r))]);
        }

        private void Grow()
        {
            if (_used == RunLength)
            {
                _runs.Add(_run);
                _used = 0;
            }
            else if (_used > 0)
            {
                Array.Resize(ref _run, RunLength);
                return;
            }

            var length = expected - (_runs.Count * RunLength) is > 0 and < RunLength and var last ? last : RunLength;
            _run = Settled ? GC.AllocateUninitializedArray<T>(length, pinned: true) : new T[length];
        }
    }

    private sealed class Branch
    {
        private readonly T[][] _runs;
        private readonly int[] _before;

        public Branch(T[][] runs)
        {
            _runs = runs;
            _before = new int[runs.Length];
            for (var i = 0; i < runs.Length; i++)
            {
                _before[i] = Count;
                Count += runs[i].Length;
            }
        }

        public int Count { get; }

        public long First => _runs[0][0].Key;

        public long Bytes => _runs.Sum(static r => (r.Length * (long)Unsafe.SizeOf<T>()) + 24) + (_runs.Length * 12L) + 96;

        public T At(int rank) => RunAt(rank, out var start)[rank - start];

        public T[] RunAt(int rank, out int start)
        {
            var r = LastAtMost(_before, rank);
            start = _before[r];
            return _runs[r];
        }

        public int Rank(long key)
        {
            var r = RunOf(key);
            return r < 0 ? 0 : _before[r] + PositionOf(_runs[r], key, out _);
        }

        public bool TryGet(long key, out T found)
        {
            var r = RunOf(key);
            if (r >= 0 && PositionOf(_runs[r], key, out var exists) is var at && exists)
            {
                found = _runs[r][at];
                return true;
            }

            found = default;
            return false;
        }

        public Branch[] With(in T item, bool last)
        {
            var r = Math.Max(RunOf(item.Key), 0);
            var run = _runs[r];
            var at = PositionOf(run, item.Key, out var exists);
            if (exists)
            {
                var changed = (T[])run.Clone();
                changed[at] = item;
                return Cut(r, [changed]);
            }

            // Jobs arrive nearly in order: a full last run is left full, and a new one begun.
            if (run.Length == RunLength && last && r == _runs.Length - 1 && at == run.Length)
            {
                return Cut(r, [run, [item]]);
            }

            var grown = new T[run.Length + 1];
            Array.Copy(run, grown, at);
            grown[at] = item;
            Array.Copy(run, at, grown, at + 1, run.Length - at);
            return grown.Length <= RunLength ? Cut(r, [grown]) : Cut(r, [grown[..(RunLength / 2)], grown[(RunLength / 2)..]]);
        }

        public Branch[] Without(long key)
        {
            var r = RunOf(key);
            var run = _runs[r];
            var at = PositionOf(run, key, out _);
            return Cut(r, run.Length == 1 ? [] : [[.. run.AsSpan(0, at), .. run.AsSpan(at + 1)]]);
        }

        private Branch[] Cut(int at, T[][] by)
        {
            var runs = new T[_runs.Length - 1 + by.Length][];
            Array.Copy(_runs, runs, at);
            by.CopyTo(runs, at);
            Array.Copy(_runs, at + 1, runs, at + by.Length, _runs.Length - at - 1);
            if (runs.Length == 0)
            {
                return [];
            }

            if (runs.Length <= Fan)
            {
                return [new Branch(runs)];
            }

            var half = at >= Fan - 1 ? Fan : Fan / 2;
            return [new Branch(runs[..half]), new Branch(runs[half..])];
        }

        private static int PositionOf(T[] run, long key, out bool exists)
        {
            int low = 0, high = run.Length - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                var there = run[middle].Key;
                if (there == key)
                {
                    exists = true;
                    return middle;
                }

                if (there < key)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            exists = false;
            return low;
        }

        private int RunOf(long key)
        {
            int low = 0, high = _runs.Length - 1;
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                if (_runs[middle][0].Key <= key)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return high;
        }
    }
}
