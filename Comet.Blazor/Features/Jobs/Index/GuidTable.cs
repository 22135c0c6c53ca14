using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Comet.Blazor.Features.Jobs.Index;

/// <summary>
/// Leads from a job's GUID to its key. Holds the keys only: whoever asks compares the GUID in the row that he finds. One writer, any
/// number of readers without a lock.
/// </summary>
public sealed class GuidTable
{
    private const int SlotsPerPart = 8192; // 64 KiB, which stay in the processor's cache while they are filled

    // Devices choose the GUIDs: without a secret they could choose ones that fall on one place.
    private static readonly ulong SecretA = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
    private static readonly ulong SecretB = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private volatile long[] _slots = new long[SlotsFor(0)];
    private int _used;

    /// <summary>A table of these jobs.</summary>
    public static GuidTable Of(KeyedRuns<JobFigures> jobs)
    {
        // Sorted by parts of the table first: a million places at random would each wait for memory.
        var slots = new long[SlotsFor(jobs.Count)];
        var next = new int[Math.Max(slots.Length / SlotsPerPart, 1) + 1];
        foreach (var piece in jobs.Ascending(0, jobs.Count))
        {
            foreach (ref readonly var job in piece.AsSpan())
            {
                next[(Start(job.Id, slots.Length) / SlotsPerPart) + 1]++;
            }
        }

        for (var part = 1; part < next.Length; part++)
        {
            next[part] += next[part - 1];
        }

        var sorted = new (int Start, long Key)[jobs.Count];
        foreach (var piece in jobs.Ascending(0, jobs.Count))
        {
            foreach (ref readonly var job in piece.AsSpan())
            {
                var start = Start(job.Id, slots.Length);
                sorted[next[start / SlotsPerPart]++] = (start, job.Key);
            }
        }

        foreach (var (start, key) in sorted)
        {
            Place(slots, start, key);
        }

        return new GuidTable { _slots = slots, _used = jobs.Count };
    }

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

    /// <summary>Adds; <paramref name="idOf"/> answers the GUIDs of the keys that are there already, should the table have to grow; null for a job that is gone.</summary>
    public void Add(Guid id, long key, Func<long, Guid?> idOf)
    {
        if ((_used + 1) * 10L > _slots.Length * 8L)
        {
            Grow(idOf);
        }

        Place(_slots, Start(id, _slots.Length), key);
        _used++;
    }

    private static int SlotsFor(int expected) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, (long)expected * 10 / 8));

    private static void Place(long[] slots, int start, long key)
    {
        var i = start;
        while (slots[i] != 0)
        {
            i = (i + 1) & (slots.Length - 1);
        }

        Volatile.Write(ref slots[i], key);
    }

    private static int Start(Guid id, int slots)
    {
        var halves = MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(ref id));
        var high = Math.BigMul(halves[0] ^ SecretA, halves[1] ^ SecretB, out var low);
        return (int)((high ^ low) & (ulong)(slots - 1));
    }

    private void Grow(Func<long, Guid?> idOf)
    {
        // Keys of removed jobs stay until now: who follows one finds no job there, or one with another GUID.
        var live = _slots.Where(k => k != 0 && idOf(k) is not null).Distinct().ToArray();
        var bigger = new long[SlotsFor((live.Length + 1) * 2)];
        foreach (var key in live)
        {
            Place(bigger, Start(idOf(key)!.Value, bigger.Length), key);
        }

        _slots = bigger;
        _used = live.Length;
    }
}
