using System.Globalization;

namespace Comet.Blazor.Agent.Measuring;

/// <summary>
/// What a repository's index tells: every blob, how much it takes in its pack, and where trees are. About 70 bytes of memory for each blob; ids are
/// kept by half, which is enough to tell them apart.
/// </summary>
internal sealed class BlobTable
{
    // What the header at a pack's end takes: 37 bytes for a blob, 41 for a compressed one, and 36 for itself.
    private const int Entry = 37;
    private const int CompressedEntry = 41;
    private const int PackOverhead = 4 + SealedFiles.Overhead;
    private readonly Dictionary<UInt128, int> _ids = [];
    private readonly HashSet<UInt128> _packs = [];
    private readonly List<long> _bytes = [];
    private readonly Dictionary<int, TreePlace> _trees = [];

    /// <summary>How many blobs there are.</summary>
    public int Count => _bytes.Count;

    /// <summary>Bytes of blobs that stand somewhere else, too, and of empty packs.</summary>
    public long Spare { get; private set; }

    /// <summary>Bytes of all packs.</summary>
    public long Total { get; private set; }

    /// <summary>The id as a number; the two kinds of blobs have names of their own.</summary>
    /// <exception cref="InvalidDataException">It is no id.</exception>
    public static UInt128 Name(string id, bool tree) => id.Length == 64 && UInt128.TryParse(id.AsSpan(0, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var name)
        ? tree ? ~name : name
        : throw new InvalidDataException("The repository's index holds an id that is none.");

    /// <summary>Takes what an index file tells of a pack; the same pack in another file tells nothing new.</summary>
    public void Add(PackJson pack)
    {
        if (!_packs.Add(Name(pack.Id, tree: false)))
        {
            return;
        }

        long overhead = PackOverhead;
        foreach (var blob in pack.Blobs ?? [])
        {
            var compressed = blob.UncompressedLength > 0;
            var bytes = blob.Length + (compressed ? CompressedEntry : Entry) + overhead;
            overhead = 0; // the pack's own counts with its first blob
            Total += bytes;
            var tree = blob.Type == "tree";
            if (!_ids.TryAdd(Name(blob.Id, tree), _bytes.Count))
            {
                Spare += bytes;
                continue;
            }

            if (tree)
            {
                _trees[_bytes.Count] = new TreePlace(blob.Id, pack.Id, blob.Offset, (int)blob.Length, compressed);
            }

            _bytes.Add(bytes);
        }

        Total += overhead;
        Spare += overhead;
    }

    /// <summary>The number of a blob.</summary>
    /// <exception cref="InvalidDataException">The index does not know it: the repository lacks data.</exception>
    public int Find(string id, bool tree) => _ids.TryGetValue(Name(id, tree), out var blob) ? blob
        : throw new InvalidDataException($"The Storage Vault lacks data that its snapshots need ({(tree ? "folder" : "content")} {id[..8]}).");

    /// <summary>What a blob takes.</summary>
    public long Bytes(int blob) => _bytes[blob];

    /// <summary>Where a tree is.</summary>
    public TreePlace Tree(int blob) => _trees[blob];
}

/// <summary>Where a tree stands in the repository.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Pack">The pack's id.</param>
/// <param name="Offset">Where it begins there.</param>
/// <param name="Length">Bytes there.</param>
/// <param name="Compressed">True when it is compressed.</param>
internal sealed record TreePlace(string Id, string Pack, long Offset, int Length, bool Compressed);
