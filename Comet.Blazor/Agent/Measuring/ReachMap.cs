namespace Comet.Blazor.Agent.Measuring;

/// <summary>
/// Which groups of snapshots need which blobs. Every blob has the number of a set of groups; there are few sets, however many blobs there are.
/// </summary>
internal sealed class ReachMap
{
    private readonly int[] _setOf;
    private readonly Dictionary<int, int[]> _edges = [];
    private readonly List<int[]> _sets = [[]];
    private readonly Dictionary<(int Set, int Group), int> _with = [];
    private readonly Dictionary<int, long> _fileBytes = [];
    private readonly Dictionary<int, long> _total = [];

    /// <param name="blobs">How many blobs there are.</param>
    public ReachMap(int blobs) => _setOf = new int[blobs];

    /// <summary>True when a folder's content is known.</summary>
    public bool Knows(int tree) => _edges.ContainsKey(tree);

    /// <summary>A folder's content.</summary>
    /// <param name="tree">The folder.</param>
    /// <param name="needs">Blobs and folders that it needs; folders as their complement.</param>
    /// <param name="fileBytes">Bytes of its own files.</param>
    public void Add(int tree, int[] needs, long fileBytes)
    {
        _edges[tree] = needs;
        _fileBytes[tree] = fileBytes;
    }

    /// <summary>A group needs a folder and everything below.</summary>
    public void Reach(int root, int group)
    {
        var open = new Stack<int>();
        open.Push(root);
        while (open.TryPop(out var tree))
        {
            if (!Mark(tree, group))
            {
                continue; // and so has everything below
            }

            foreach (var need in _edges[tree])
            {
                if (need < 0)
                {
                    open.Push(~need);
                }
                else
                {
                    Mark(need, group);
                }
            }
        }
    }

    /// <summary>Bytes of all files in a folder and below.</summary>
    public long FileBytes(int root)
    {
        // Depth first, each folder after those in it, so that a folder used a thousand times is summed once.
        var open = new Stack<(int Tree, bool Below)>();
        open.Push((root, false));
        while (open.TryPop(out var at))
        {
            if (_total.ContainsKey(at.Tree))
            {
                continue;
            }

            if (at.Below)
            {
                _total[at.Tree] = _fileBytes[at.Tree] + _edges[at.Tree].Where(static n => n < 0).Sum(n => _total[~n]);
                continue;
            }

            open.Push((at.Tree, true));
            foreach (var need in _edges[at.Tree].Where(static n => n < 0))
            {
                open.Push((~need, false));
            }
        }

        return _total[root];
    }

    /// <summary>Bytes by set of groups; the empty set is what nobody needs.</summary>
    public Dictionary<int[], long> Sum(BlobTable table)
    {
        var sums = new long[_sets.Count];
        for (var blob = 0; blob < _setOf.Length; blob++)
        {
            sums[_setOf[blob]] += table.Bytes(blob);
        }

        sums[0] += table.Spare;
        return Enumerable.Range(0, sums.Length).Where(i => sums[i] > 0).ToDictionary(i => _sets[i], i => sums[i]);
    }

    /// <summary>False when it was marked before.</summary>
    private bool Mark(int blob, int group)
    {
        var set = _setOf[blob];
        if (_sets[set].Length > 0 && _sets[set][^1] == group)
        {
            return false; // groups come one after the other, so a group is the last of its set
        }

        if (!_with.TryGetValue((set, group), out var next))
        {
            next = _sets.Count;
            _sets.Add([.. _sets[set], group]);
            _with.Add((set, group), next);
        }

        _setOf[blob] = next;
        return true;
    }
}
