using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Data;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>What the server remembers of a key besides its registration in <c>cometd.cfg</c>.</summary>
public sealed record KeyUse
{
    /// <summary>The last counter seen.</summary>
    public uint SignCount { get; init; }

    /// <summary>When somebody last signed in with it, Unix seconds; 0 for never.</summary>
    public long LastUsed { get; init; }

    /// <summary>Whether its secret may be copied to other devices by its maker's service; null when unknown.</summary>
    public bool? BackupEligible { get; init; }

    /// <summary>How it is reached, hints for the browser.</summary>
    public IReadOnlyList<string> Transports { get; init => field = value ?? []; } = [];

    /// <summary>The host's name at which it was registered; null when unknown.</summary>
    public string? RpId { get; init; }

    /// <summary>The address to which a key of the time of U2F has answered; null when unknown.</summary>
    public string? AppId { get; init; }
}

/// <summary>
/// Counters and times of use, in <c>comet-server.db</c>: a sign-in must not rewrite the settings file. The counter that holds is the larger
/// of this one and the file's.
/// </summary>
/// <param name="store">The server's store.</param>
public sealed class KeyUses(ServerStore store)
{
    private const string Collection = "security_keys";
    private static readonly KeyUse None = new();

    /// <summary>What is known of a key.</summary>
    public Task<KeyUse> FindAsync(byte[] id, CancellationToken ct) => store.Db.ReadAsync(db => Read(db, KeyOf(id)), ct);

    /// <summary>What is known of several, in their order.</summary>
    public Task<List<KeyUse>> FindAsync(IEnumerable<byte[]> ids, CancellationToken ct)
    {
        var keys = ids.Select(KeyOf).ToList();
        return store.Db.ReadAsync(db => keys.ConvertAll(key => Read(db, key)), ct);
    }

    /// <summary>Remembers a new key.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public Task AddAsync(byte[] id, KeyUse use, CancellationToken ct) => store.Db.WriteAsync(
        db =>
        {
            Write(db, KeyOf(id), use);
            return true;
        },
        ct);

    /// <summary>Forgets a key.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public Task RemoveAsync(byte[] id, CancellationToken ct) => store.Db.WriteAsync(
        db =>
        {
            db.Delete(Collection, KeyOf(id));
            return true;
        },
        ct);

    /// <summary>
    /// Moves the counter of a key on, as one step with the check: false when the new one is not larger than what was seen before, which a
    /// copy of the key would cause. Keys that don't count always say 0.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="counter">What it said.</param>
    /// <param name="used">Sets what else was learned.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="IOException">It could not be stored.</exception>
    public Task<bool> AdvanceAsync(SecurityKey key, uint counter, Func<KeyUse, KeyUse> used, CancellationToken ct) => store.Db.WriteAsync(
        db =>
        {
            var known = Read(db, KeyOf(key.Id));
            var last = Math.Max(known.SignCount, key.Credential.SignCount);
            if ((counter != 0 || last != 0) && counter <= last)
            {
                return false;
            }

            Write(db, KeyOf(key.Id), used(known) with { SignCount = counter });
            return true;
        },
        ct);

    private static KeyUse Read(DbReader db, string key) =>
        db.Get(Collection, key) is { } record ? JsonSerializer.Deserialize(record.Json, KeyUseJson.Default.KeyUse) ?? None : None;

    private static void Write(DbWriter db, string key, KeyUse use) => db.Put(Collection, new DbRecord(key, [], JsonSerializer.SerializeToUtf8Bytes(use, KeyUseJson.Default.KeyUse)));

    private static string KeyOf(byte[] id) => Convert.ToHexStringLower(SHA256.HashData(id)); // an id may have 1023 bytes
}

/// <summary>How uses are written.</summary>
[JsonSerializable(typeof(KeyUse))]
internal sealed partial class KeyUseJson : JsonSerializerContext;
