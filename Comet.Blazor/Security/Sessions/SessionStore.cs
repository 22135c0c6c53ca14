using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Sessions;

/// <summary>
/// The sessions of administrators and customers. The server's memory is the authority and <c>comet-server.db</c> lets them survive a
/// restart; both hold only a hash of the key that the caller carries (decisions.md 24).
/// </summary>
/// <param name="store">The server's store.</param>
/// <param name="times">How long sessions live.</param>
/// <param name="stamps">What a session was opened by.</param>
/// <param name="clock">The clock.</param>
public sealed class SessionStore(ServerStore store, SessionTimes times, ISessionStamps stamps, TimeProvider clock) : IOpenAtStart
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(1);

    /// <summary>The most living sessions of one administrator or customer.</summary>
    public const int MostOfOne = 200;

    private const string Collection = "security_sessions";
    private readonly ConcurrentDictionary<string, Session> _all = new(StringComparer.Ordinal);

    /// <summary>Sessions that are over and whose records could not be removed yet, because the disk was full.</summary>
    private readonly ConcurrentDictionary<string, bool> _unwritten = new(StringComparer.Ordinal);

    /// <summary>Rings when a session began or ended.</summary>
    public LiveSignal Changed { get; } = new();

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        var kept = await store.Db.ReadAsync(static db => db.Scan(Collection).ToList(), ct);
        foreach (var record in kept)
        {
            if (record.Key.Text is { } hash && JsonSerializer.Deserialize(record.Json, SessionJson.Default.StoredSession) is { } s)
            {
                _all[hash] = new Session(IdOf(hash), s.Owner, s.Started, s.LastGesture) { Stamp = s.Stamp };
            }
        }

        await SweepAsync(ct);
    }

    /// <summary>All living sessions.</summary>
    public IEnumerable<Session> All => _all.Values.Where(IsAlive);

    /// <summary>
    /// Starts a session and answers its secret key; the server keeps only a hash. It can be ended from the first moment on: what ends all sessions
    /// of a person while it is being stored ends this one, too.
    /// </summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public async Task<string> StartAsync(SessionOwner owner, CancellationToken ct)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var (hash, now) = (HashOf(key), clock.GetUtcNow());
        var session = new Session(IdOf(hash), owner, now, now) { Stamp = stamps.Of(owner) };
        _all[hash] = session;
        try
        {
            await SaveAsync(hash, session, ct);
        }
        catch
        {
            _all.TryRemove(hash, out _);
            throw;
        }

        Changed.Raise();
        await EndOldestAsync(owner, ct);
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
            Changed.Raise();
        }

        return true;
    }

    /// <summary>Turns a session whose second factor was missing into a full one; false when it is over.</summary>
    /// <exception cref="IOException">It could not be stored; it stays as it was.</exception>
    public async Task<bool> UpgradeAsync(string key, CancellationToken ct)
    {
        if (Find(key) is not { } session)
        {
            return false;
        }

        var full = session.Owner with { Pending = false };
        await SaveAsync(HashOf(key), session, full, ct);
        session.Owner = full;
        return true;
    }

    /// <summary>Ends the session, in all tabs.</summary>
    public Task EndAsync(string? key, CancellationToken ct)
    {
        var hash = key is null ? null : HashOf(key);
        return EndWhereAsync((h, _) => h == hash, ct);
    }

    /// <summary>Ends the session of this id, if it is one of the owner's.</summary>
    public Task EndByIdAsync(ActorKind kind, string name, string id, CancellationToken ct) => EndWhereAsync((_, s) => s.Id == id && Is(s, kind, name), ct);

    /// <summary>Ends all sessions of this administrator or customer but the one with this key, which counts as opened by what opens the account now.</summary>
    public Task EndOthersAsync(ActorKind kind, string name, string? keep, CancellationToken ct)
    {
        var mine = keep is null ? null : HashOf(keep);
        return EndWhereAsync((hash, session) => hash != mine && Is(session, kind, name), ct, mine);
    }

    /// <summary>Ends all sessions of this customer account.</summary>
    public Task EndOfAccountAsync(AccountId account, CancellationToken ct) => EndOfAccountAsync(account, null, ct);

    /// <summary>Ends all sessions of this customer account but the one with this key, which counts as opened by what opens the account now.</summary>
    public Task EndOfAccountAsync(AccountId account, string? keep, CancellationToken ct)
    {
        var mine = keep is null ? null : HashOf(keep);
        return EndWhereAsync((hash, s) => hash != mine && s.Owner.Account == account, ct, mine);
    }

    /// <summary>Ends what was opened by a password, TOTP secret or security key that is another one by now, or whose account is gone. For the start.</summary>
    public Task EndOutdatedAsync(CancellationToken ct) => EndWhereAsync((_, session) => session.Stamp.Length == 0 || session.Stamp != stamps.Of(session.Owner), ct);

    /// <summary>Ends what has expired, and removes the records of what ended while they could not be removed.</summary>
    public Task SweepAsync(CancellationToken ct) => EndWhereAsync((_, session) => !IsAlive(session), ct);

    /// <summary>How long it still lives if the person does nothing.</summary>
    public TimeSpan LeftOf(Session session) => session.Expires(times.Idle, SessionTimes.Longest) - clock.GetUtcNow();

    /// <summary>True when no gesture can prolong it any more.</summary>
    public bool IsAtMost(Session session) => session.Expires(times.Idle, SessionTimes.Longest) == session.Started + SessionTimes.Longest;

    /// <summary>How long before the end to warn: as wished, but no more than half of the time that sessions live.</summary>
    public TimeSpan NoticeFor(TimeSpan wish) => wish < times.Idle / 2 ? wish : times.Idle / 2;

    /// <summary>True when time has ended it, not a person.</summary>
    public bool HasExpired(Session session) => !IsAlive(session);

    /// <summary>The id by which people know the session of this key.</summary>
    public static string IdOfKey(string key) => IdOf(HashOf(key));

    // An administrator's sessions include those that he has started as a customer.
    private static bool Is(Session session, ActorKind kind, string name) =>
        (session.Owner.Kind == kind && session.Name == name) || (kind == ActorKind.Administrator && session.Owner.StartedBy == name);

    /// <summary>A program that starts sessions and never ends them must not fill the memory: its least used one makes room.</summary>
    private async Task EndOldestAsync(SessionOwner owner, CancellationToken ct)
    {
        var mine = _all.Where(e => e.Value.Owner.Kind == owner.Kind && e.Value.Owner.Name == owner.Name).ToList();
        if (mine.Count > MostOfOne)
        {
            var oldest = mine.MinBy(static e => e.Value.LastGesture).Key;
            await EndWhereAsync((hash, _) => hash == oldest, ct);
        }
    }

    private bool IsAlive(Session session) => clock.GetUtcNow() < session.Expires(times.Idle, SessionTimes.Longest);

    /// <param name="over">Which ones.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="keep">The hash of the one that has just proved itself anew.</param>
    private async Task EndWhereAsync(Func<string, Session, bool> over, CancellationToken ct, string? keep = null)
    {
        // All end in memory before anything is written: a full disk must not keep a session alive.
        var ended = false;
        foreach (var (hash, session) in _all)
        {
            if (over(hash, session) && _all.TryRemove(hash, out _))
            {
                session.Ended.Raise();
                _unwritten[hash] = true;
                ended = true;
            }
        }

        if (ended)
        {
            Changed.Raise();
        }

        var kept = keep is not null && _all.TryGetValue(keep, out var mine) ? mine : null;
        if (kept is not null)
        {
            kept.Stamp = stamps.Of(kept.Owner);
        }

        string[] gone = [.. _unwritten.Keys];
        if (gone.Length > 0 || kept is not null)
        {
            await store.Db.WriteAsync(db =>
            {
                foreach (var hash in gone)
                {
                    db.Delete(Collection, hash);
                }

                if (kept is not null && _all.ContainsKey(keep!))
                {
                    db.Put(Collection, new DbRecord(keep!, [], Json(kept.Owner, kept)));
                }

                db.AfterCommit(() =>
                {
                    foreach (var hash in gone)
                    {
                        _unwritten.TryRemove(hash, out _);
                    }
                });
                return true;
            }, CancellationToken.None).WaitAsync(ct); // who closes the page need not wait, but a restart must not bring the session back
        }
    }

    private Task SaveAsync(string hash, Session session, CancellationToken ct) => SaveAsync(hash, session, session.Owner, ct);

    private Task SaveAsync(string hash, Session session, SessionOwner owner, CancellationToken ct)
    {
        var json = Json(owner, session);
        return store.Db.AppendAsync(db =>
        {
            if (_all.ContainsKey(hash)) // ended meanwhile: its record must not come back
            {
                db.Put(Collection, new DbRecord(hash, [], json));
            }

            return true;
        }, ct);
    }

    private static byte[] Json(SessionOwner owner, Session session) => JsonSerializer.SerializeToUtf8Bytes(StoredSession.Of(owner, session), SessionJson.Default.StoredSession);

    private static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    // Half of the hash is enough to tell sessions apart, and nobody finds a key by it.
    private static string IdOf(string hash) => hash[..32].ToLowerInvariant();
}
