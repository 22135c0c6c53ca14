namespace Comet.Blazor.Data;

/// <summary>
/// The writes of one transaction before they reach the engine. Several callers follow one another in it: each has its own writes kept or
/// dropped as a whole, and sees those that were kept before.
/// </summary>
/// <param name="engine">What is stored.</param>
internal sealed class DbStaging(DbEngine engine) : IDbSource
{
    private readonly Dictionary<(string Collection, DbKey Key), DbRecord?> _kept = [];
    private readonly Dictionary<(string Collection, DbKey Key), DbRecord?> _current = [];

    /// <summary>Bytes of the writes so far, about.</summary>
    public long Size { get; private set; }

    /// <summary>The kept writes; null removes.</summary>
    public IReadOnlyDictionary<(string Collection, DbKey Key), DbRecord?> Kept => _kept;

    /// <inheritdoc />
    public DbRecord? Get(string collection, DbKey key) =>
        _current.TryGetValue((collection, key), out var mine) ? mine
        : _kept.TryGetValue((collection, key), out var earlier) ? earlier
        : engine.Get(collection, key);

    /// <inheritdoc />
    public IEnumerable<DbRecord> Scan(string collection, DbKey? after)
    {
        var staged = Staged(collection, after);
        if (staged.Count == 0)
        {
            return engine.Scan(collection, after);
        }

        return Merge(engine.Scan(collection, after), staged);
    }

    /// <summary>Adds a write of the current caller; null removes.</summary>
    public void Set(string collection, DbKey key, DbRecord? record)
    {
        _current[(collection, key)] = record;
        Size += record is null ? 64 : 64 + record.Row.Length + record.Json.Length;
    }

    /// <summary>Keeps the writes of the current caller.</summary>
    public void Keep()
    {
        foreach (var (key, record) in _current)
        {
            _kept[key] = record;
        }

        _current.Clear();
    }

    /// <summary>Drops the writes of the current caller.</summary>
    public void Drop() => _current.Clear();

    private static IEnumerable<DbRecord> Merge(IEnumerable<DbRecord> stored, SortedList<DbKey, DbRecord?> staged)
    {
        var next = 0;
        foreach (var record in stored)
        {
            var replaced = false;
            while (next < staged.Count && DbKey.Order.Compare(staged.GetKeyAtIndex(next), record.Key) is <= 0 and var order)
            {
                replaced = order == 0;
                if (staged.GetValueAtIndex(next++) is { } mine)
                {
                    yield return mine;
                }
            }

            if (!replaced)
            {
                yield return record;
            }
        }

        while (next < staged.Count)
        {
            if (staged.GetValueAtIndex(next++) is { } mine)
            {
                yield return mine;
            }
        }
    }

    private SortedList<DbKey, DbRecord?> Staged(string collection, DbKey? after)
    {
        var staged = new SortedList<DbKey, DbRecord?>(DbKey.Order);
        foreach (var ((_, key), record) in _kept.Concat(_current).Where(w => w.Key.Collection == collection && (after is not { } from || DbKey.Order.Compare(w.Key.Key, from) > 0)))
        {
            staged[key] = record;
        }

        return staged;
    }
}
