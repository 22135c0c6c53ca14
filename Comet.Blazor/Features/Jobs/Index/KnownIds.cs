namespace Comet.Blazor.Features.Jobs.Index;

/// <summary>The numbers of a job's five ids.</summary>
/// <param name="Account">The account.</param>
/// <param name="Device">The device.</param>
/// <param name="Item">The Protected Item.</param>
/// <param name="Vault">The Storage Vault.</param>
/// <param name="Version">The client's version.</param>
public readonly record struct JobIds(int Account, int Device, int Item, int Vault, int Version);

/// <summary>
/// The ids that stood together in rows that were read before, by their bytes: a million jobs repeat a few thousand combinations, and one look
/// is cheaper than five. Lives as long as a rebuild of the index. For one thread.
/// </summary>
/// <param name="names">Gives ids their numbers.</param>
public sealed class KnownIds(NameTable names)
{
    private const int Most = 1 << 17;

    private (byte[] Bytes, JobIds Ids)[] _slots = new (byte[], JobIds)[1024];
    private int _used;

    /// <summary>Gives ids their numbers.</summary>
    public NameTable Names => names;

    /// <summary>The numbers of ids that stood together before.</summary>
    public bool TryFind(ReadOnlySpan<byte> bytes, out JobIds ids)
    {
        for (var i = Start(bytes); _slots[i].Bytes is { } there; i = (i + 1) & (_slots.Length - 1))
        {
            if (bytes.SequenceEqual(there))
            {
                ids = _slots[i].Ids;
                return true;
            }
        }

        ids = default;
        return false;
    }

    /// <summary>Remembers ids that were not found; beyond a bound that no real store reaches, nothing more.</summary>
    public void Add(ReadOnlySpan<byte> bytes, JobIds ids)
    {
        if (_used == Most)
        {
            return;
        }

        if (++_used * 2 > _slots.Length)
        {
            var old = _slots;
            _slots = new (byte[], JobIds)[old.Length * 2];
            foreach (var (there, its) in old)
            {
                if (there is not null)
                {
                    Place(there, its);
                }
            }
        }

        Place(bytes.ToArray(), ids);
    }

    private void Place(byte[] bytes, JobIds ids)
    {
        var i = Start(bytes);
        while (_slots[i].Bytes is not null)
        {
            i = (i + 1) & (_slots.Length - 1);
        }

        _slots[i] = (bytes, ids);
    }

    private int Start(ReadOnlySpan<byte> bytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode() & (_slots.Length - 1);
    }
}
