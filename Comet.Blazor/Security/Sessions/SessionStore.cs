using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Data;

namespace Comet.Blazor.Security.Sessions;

/// <summary>
/// The sessions of administrators. The server's memory is the authority and <c>comet-server.db</c> lets them survive a restart; both hold
/// only a hash of the key that the browser's cookie carries (decisions.md 24).
/// </summary>
/// <param name="store">The server's store.</param>
/// <param name="clock">The clock.</param>
public sealed class SessionStore(ServerStore store, TimeProvider clock) : IOpenAtStart
{
    /// <summary>A session ends so long after the person's last gesture.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(30);

    /// <summary>A session ends so long after signing in, whatever the person does.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);
    private const string Collection = "security_sessions";
    private readonly ConcurrentDictionary<string, Session> _all = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        var kept = await store.Db.ReadAsync(static db => db.Scan(Collection).ToList(), ct);
        foreach (var record in kept)
        {
            if (record.Key.Text is { } hash && JsonSerializer.Deserialize(record.Json, SessionJson.Default.StoredSession) is { } s)
            {
                _all[hash] = new Session(s.Name, s.Started, s.LastGesture);
            }
        }

        await SweepAsync(ct);
    }

    /// <summary>The administrators that have sessions.</summary>
    public IReadOnlySet<string> Names => _all.Values.Select(static s => s.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Starts a session and answers the secret key for the cookie; the server keeps only its hash.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public async Task<string> StartAsync(string name, CancellationToken ct)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var now = clock.GetUtcNow();
        var session = new Session(name, now, now);
        await SaveAsync(HashOf(key), session, ct);
        _all[HashOf(key)] = session;
        return key;
    }

    /// <summary>The living session of this key, or null.</summary>
    public Session? Find(string? key) => key is not null && _all.TryGetValue(HashOf(key), out var session) && IsAlive(session) ? session : null;

    /// <summary>The person did something: the session lives on. False when it is over.</summary>
    public async Task<bool> TouchAsync(string? key, CancellationToken ct)
    {
        if (Find(key) is not { } session)
        {
            return false;
        }

        var now = clock.GetUtcNow();
        session.LastGesture = now;
        if (now - session.Saved >= SaveEvery)
        {
            session.Saved = now;
            await SaveAsync(HashOf(key!), session, ct);
        }

        return true;
    }

    /// <summary>Ends the session, in all tabs.</summary>
    public Task EndAsync(string? key, CancellationToken ct)
    {
        var hash = key is null ? null : HashOf(key);
        return EndWhereAsync((h, _) => h == hash, ct);
    }

    /// <summary>Ends all sessions of this administrator but the one with this key.</summary>
    public Task EndOthersAsync(string name, string? keep, CancellationToken ct)
    {
        var mine = keep is null ? null : HashOf(keep);
        return EndWhereAsync((hash, session) => session.Name == name && hash != mine, ct);
    }

    /// <summary>Ends what has expired.</summary>
    public Task SweepAsync(CancellationToken ct) => EndWhereAsync((_, session) => !IsAlive(session), ct);

    private bool IsAlive(Session session) => clock.GetUtcNow() < session.Expires(Idle, Longest);

    private async Task EndWhereAsync(Func<string, Session, bool> over, CancellationToken ct)
    {
        // All end in memory before anything is written: a full disk must not keep a session alive.
        List<string> ended = [];
        foreach (var (hash, session) in _all)
        {
            if (over(hash, session) && _all.TryRemove(hash, out _))
            {
                session.Ended.Raise();
                ended.Add(hash);
            }
        }

        if (ended.Count > 0)
        {
            await store.Db.WriteAsync(db =>
            {
                ended.ForEach(hash => db.Delete(Collection, hash));
                return true;
            }, ct);
        }
    }

    private Task SaveAsync(string hash, Session session, CancellationToken ct)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new StoredSession(session.Name, session.Started, session.LastGesture), SessionJson.Default.StoredSession);
        return store.Db.AppendAsync(db =>
        {
            db.Put(Collection, new DbRecord(hash, [], json));
            return true;
        }, ct);
    }

    private static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}

/// <summary>A session as stored.</summary>
/// <param name="Name">The administrator.</param>
/// <param name="Started">UTC.</param>
/// <param name="LastGesture">UTC.</param>
public sealed record StoredSession(string Name, DateTimeOffset Started, DateTimeOffset LastGesture);

/// <summary>How sessions are written.</summary>
[JsonSerializable(typeof(StoredSession))]
public sealed partial class SessionJson : JsonSerializerContext;
