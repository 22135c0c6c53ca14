using System.Text;

namespace Comet.Blazor.Data;

/// <summary>Reads and writes of one turn. Reads see the writes of this turn; a scan sees those that were made before it began.</summary>
public sealed class DbWriter : DbReader
{
    /// <summary>Largest record, in bytes; LiteDB takes 16,683,050 for a whole document.</summary>
    public const int LargestRecord = 16_000_000;

    private const int LongestKey = 1000; // LiteDB's index takes 1023 bytes

    private readonly DbStaging _staging;
    private readonly List<Action> _after = [];

    internal DbWriter(DbStaging staging)
        : base(staging) => _staging = staging;

    /// <summary>What is to run after the commit.</summary>
    internal IReadOnlyList<Action> After => _after;

    /// <summary>Inserts or replaces. Collections are named with letters, digits and _, and are few.</summary>
    /// <exception cref="ArgumentException">The name, the key (1000 bytes) or the record (16 MB) is none that can be stored.</exception>
    public void Put(string collection, DbRecord record)
    {
        CheckTurn();
        CheckKey(collection, record.Key);
        if (record.Row.Length + record.Json.Length > LargestRecord)
        {
            throw new ArgumentException($"A record of {record.Row.Length + record.Json.Length} bytes is too large for the collection {collection}: at most {LargestRecord}.");
        }

        _staging.Set(collection, record.Key, record);
    }

    /// <summary>Removes; nothing happens when there is none.</summary>
    /// <exception cref="ArgumentException">The name or the key is none that can be stored.</exception>
    public void Delete(string collection, DbKey key)
    {
        CheckTurn();
        CheckKey(collection, key);
        _staging.Set(collection, key, null);
    }

    /// <summary>
    /// Runs after the commit is on disk and before the answer, on the owner, in order: the place to change an index in memory. An exception
    /// of it reaches the caller, though the write is done.
    /// </summary>
    public void AfterCommit(Action action)
    {
        CheckTurn();
        _after.Add(action);
    }

    private static void CheckKey(string collection, DbKey key)
    {
        if (collection.Length == 0 || !char.IsAsciiLetter(collection[0]) || !collection.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || collection == DbEngine.OwnCollection)
        {
            throw new ArgumentException($"\"{collection}\" can't be the name of a collection.");
        }

        if (key.Text is { } text && Encoding.UTF8.GetByteCount(text) is 0 or > LongestKey)
        {
            throw new ArgumentException($"A key in the collection {collection} has {Encoding.UTF8.GetByteCount(key.Text)} bytes; 1 to {LongestKey} are possible.");
        }
    }
}
