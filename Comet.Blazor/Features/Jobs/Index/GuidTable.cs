namespace Comet.Blazor.Features.Jobs.Index;

/// <summary>
/// Leads from a job's GUID to its key. Holds the keys only: whoever asks compares the GUID in the row that he finds. One writer, any
/// number of readers without a lock.
/// </summary>
/// <param name="expected">Number of jobs to make room for.</param>
public sealed class GuidTable(int expected = 0)
{
    private volatile long[] _slots = new long[SlotsFor(expected)];
    private int _used;

    /// <summary>Bytes held.</summary>
    public long Bytes => _slots.Length * 8L;

    /// <summary>The keys that may belong to the GUID; 0 never occurs.</summary>
    public IEnumerable<long> Candidates(Guid id)
    {
        var slots = _slots;
        for (var i = Start(id, slots.Length); ; i = (i + 1) & (slots.Length - 1))
        {
            var key = Volatile.Read(ref slots[i]);
            if (key == 0)
            {
                yield break;
            }

            yield return key;
        }
    }

    /// <summary>Adds; <paramref name="idOf"/> answers the GUIDs of the keys that are there already, should the table have to grow.</summary>
    public void Add(Guid id, long key, Func<long, Guid> idOf)
    {
        if (!TryAdd(id, key))
        {
            Grow(idOf);
            TryAdd(id, key);
        }
    }

    /// <summary>Adds, unless the table would have to grow.</summary>
    public bool TryAdd(Guid id, long key)
    {
        if ((_used + 1) * 10L > _slots.Length * 8L)
        {
            return false;
        }

        Place(_slots, id, key);
        _used++;
        return true;
    }

    private static int SlotsFor(int expected) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, (long)expected * 10 / 8));

    private static void Place(long[] slots, Guid id, long key)
    {
        var i = Start(id, slots.Length);
        while (slots[i] != 0)
        {
            i = (i + 1) & (slots.Length - 1);
        }

        Volatile.Write(ref slots[i], key);
    }

    private static int Start(Guid id, int slots) => id.GetHashCode() & (slots - 1);

    private void Grow(Func<long, Guid> idOf)
    {
        var live = _slots.Where(static k => k != 0).ToArray();
        var bigger = new long[SlotsFor((live.Length + 1) * 2)];
        foreach (var key in live)
        {
            Place(bigger, idOf(key), key);
        }

        _slots = bigger;
        _used = live.Length;
    }
}
