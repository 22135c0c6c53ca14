namespace Comet.Blazor.Data;

/// <summary>Where the records of a turn come from.</summary>
internal interface IDbSource
{
    /// <summary>The record with this key, or null.</summary>
    DbRecord? Get(string collection, DbKey key);

    /// <summary>Records in key order after a key.</summary>
    IEnumerable<DbRecord> Scan(string collection, DbKey? after);
}

/// <summary>Reads of one turn. Not to be kept after the turn.</summary>
public class DbReader
{
    private readonly IDbSource _source;
    private bool _over;

    internal DbReader(IDbSource source) => _source = source;

    /// <summary>The record with this key, or null.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public virtual DbRecord? Get(string collection, DbKey key)
    {
        CheckTurn();
        return _source.Get(collection, key);
    }

    /// <summary>
    /// Records in key order, after <paramref name="after"/> (exclusive) when given; enumerate within the turn. Everybody else waits: for a
    /// whole collection use <see cref="CometDb.ScanAsync"/>.
    /// </summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public virtual IEnumerable<DbRecord> Scan(string collection, DbKey? after = null)
    {
        CheckTurn();
        foreach (var record in _source.Scan(collection, after))
        {
            yield return record;
            CheckTurn();
        }
    }

    internal void End() => _over = true;

    private protected void CheckTurn()
    {
        if (_over)
        {
            throw new InvalidOperationException("The turn at the database is over: read and write within it only.");
        }
    }
}
