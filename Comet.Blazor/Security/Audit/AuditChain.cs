using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Audit;

/// <summary>
/// The chain itself: an entry's hash is SHA-256 over the hash of the entry before and the entry's bytes; each hash and the head are sealed
/// with HMAC-SHA-256 under a key that is not in the data folder. Entry and head are written in one transaction, so that a server that is
/// killed at any moment leaves an unbroken chain. Works within turns at the database, which order its callers.
/// </summary>
/// <param name="key">32 secret bytes.</param>
/// <param name="clock">Tells when.</param>
public sealed class AuditChain(byte[] key, TimeProvider clock)
{
    /// <summary>The entries, by number. Row: hash, then seal; Json: the entry.</summary>
    public const string Entries = "security_audit";

    /// <summary>The head.</summary>
    public const string Heads = "security_audit_head";

    private const string HeadKey = "head";
    private const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>The hash before the first entry.</summary>
    public static readonly string Nothing = new('0', HashBytes * 2);

    /// <summary>
    /// At the start of the server: checks that head and last entry are what this key sealed. What is not right is put on record, because
    /// the next entry will seal a new head and the traces would be gone.
    /// </summary>
    /// <param name="db">The turn.</param>
    /// <param name="newKey">The key was made just now.</param>
    /// <returns>What is wrong, as it was put on record; null when all is well.</returns>
    public string? Begin(DbWriter db, bool newKey)
    {
        var stored = ReadHead(db);
        if (stored is { Count: 0 } or null && newKey && !db.Scan(Entries).Any())
        {
            PutHead(db, 0, Nothing);
            return null;
        }

        return stored is not null && IsSealed(stored) && HasLast(db, stored) ? null : Continue(db, stored, static (_, _) => { }).Note;
    }

    /// <summary>Appends. <paramref name="written"/> is told of the entry with its number, time, previous hash, and its hash.</summary>
    public void Append(DbWriter db, AuditEntry draft, Action<AuditEntry, string> written)
    {
        var head = ReadHead(db);
        if (head is null || !IsSealed(head))
        {
            Continue(db, head, written);
            head = ReadHead(db)!;
        }

        Put(db, head.Count, head.Hash, draft, written);
    }

    /// <summary>The head; null when there is none that can be read.</summary>
    public AuditHead? ReadHead(DbReader db)
    {
        try
        {
            return db.Get(Heads, HeadKey) is { } record ? JsonSerializer.Deserialize(record.Json, AuditJson.Default.AuditHead) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>True when this key sealed the head.</summary>
    public bool IsSealed(AuditHead head) => FixedEquals(head.Seal, SealOfHead(head.Count, head.Hash));

    /// <summary>What is wrong with one stored entry; null when nothing is.</summary>
    /// <param name="record">The entry as stored.</param>
    /// <param name="previous">The hash that is stored for the entry before; null when there is none to compare with.</param>
    public string? Complaint(DbRecord record, string? previous)
    {
        if (record.Row.Length != 2 * HashBytes || AuditEntry.Read(record.Json) is not { } entry)
        {
            return "was changed: it can't be read";
        }

        if (HashOf(record) is var stored && stored != Hash(entry.Previous, record.Json))
        {
            return "was changed: its content does not fit its hash";
        }

        return entry.Number != record.Key.Number ? $"was moved: it holds what was recorded as entry {entry.Number:N0}"
            : previous is not null && entry.Previous != previous ? "was changed together with its hash, or the entry before it was: they do not fit each other"
            : !FixedEquals(Convert.ToHexString(record.Row.AsSpan(HashBytes)), SealOf(stored)) ? "was not written with this server's key: it was changed together with its hash, or the key file audit.key was replaced since"
            : entry.Action == AuditActions.AuditBroken.Code ? $"was written by the server because it found the log broken: {entry.Note}"
            : null;
    }

    /// <summary>The hash stored with an entry, hexadecimal.</summary>
    public static string HashOf(DbRecord record) => record.Row.Length < HashBytes ? Nothing : Convert.ToHexString(record.Row.AsSpan(0, HashBytes));

    private static string Hash(string previous, byte[] json)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.ASCII.GetBytes(previous));
        sha.AppendData(json);
        return Convert.ToHexString(sha.GetHashAndReset());
    }

    private static bool FixedEquals(string? a, string b) =>
        a is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(a), Encoding.ASCII.GetBytes(b));

    private static bool HasLast(DbReader db, AuditHead head) =>
        head.Count == 0 ? !db.Scan(Entries).Any()
        : db.Get(Entries, head.Count) is { } last && HashOf(last) == head.Hash && !db.Scan(Entries, head.Count).Any();

    /// <summary>Goes on after the last number that was ever used as far as can be told, so that what is missing stays missing.</summary>
    private AuditEntry Continue(DbWriter db, AuditHead? stored, Action<AuditEntry, string> written)
    {
        var last = db.Scan(Entries).LastOrDefault(); // reads everything: once, after somebody tampered
        var end = last?.Key.Number ?? 0;
        var isSealed = stored is not null && IsSealed(stored);
        var note = stored is null ? $"The head of the log was gone. Entries after number {end:N0} may have been removed."
            : !isSealed ? $"The head of the log was not sealed with this server's key: it was changed, or the key file audit.key was replaced. Entries after number {end:N0} may have been removed or changed."
            : end < stored.Count ? $"The entries from number {end + 1:N0} to {stored.Count:N0} were removed from the end of the log."
            : $"The end of the log was not entry {stored.Count:N0} as it was written: it was changed, or others were added after it.";
        var (count, hash) = isSealed && stored!.Count >= end ? (stored.Count, stored.Hash) : (end, last is null ? Nothing : HashOf(last));
        var entry = AuditEntry.Of(new AuditEvent(Actor.Server, AuditActions.AuditBroken, AuditTarget.Server) { Note = note });
        return Put(db, count, hash, entry, written);
    }

    private AuditEntry Put(DbWriter db, long count, string previous, AuditEntry draft, Action<AuditEntry, string> written)
    {
        var entry = draft with { Number = count + 1, Time = clock.GetUtcNow().ToUniversalTime(), Previous = previous };
        var json = entry.ToJson();
        var hash = Hash(previous, json);
        db.Put(Entries, new DbRecord(entry.Number, [.. Convert.FromHexString(hash), .. Convert.FromHexString(SealOf(hash))], json));
        PutHead(db, entry.Number, hash);
        written(entry, hash);
        return entry;
    }

    private void PutHead(DbWriter db, long count, string hash) => db.Put(
        Heads, new DbRecord(HeadKey, [], JsonSerializer.SerializeToUtf8Bytes(new AuditHead(count, hash, SealOfHead(count, hash)), AuditJson.Default.AuditHead)));

    private string SealOf(string hash) => Convert.ToHexString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes("entry " + hash)));

    private string SealOfHead(long count, string hash) =>
        Convert.ToHexString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"head {count} {hash}"))));
}
