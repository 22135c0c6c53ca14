using System.Security.Cryptography;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>What a challenge was made for; the answer to one serves nothing else.</summary>
public enum KeyPurpose
{
    /// <summary>A new key.</summary>
    Registration,

    /// <summary>A sign-in.</summary>
    Assertion,
}

/// <summary>A ceremony that waits for the answer of a key.</summary>
/// <param name="Administrator">Who.</param>
/// <param name="Purpose">What for.</param>
/// <param name="At">Where.</param>
/// <param name="Challenge">The random bytes.</param>
/// <param name="State">What the framework's handler remembers.</param>
/// <param name="AppId">The address asked for on behalf of keys of the time of U2F; null when there are none.</param>
public sealed record PendingCeremony(string Administrator, KeyPurpose Purpose, KeyOrigin At, byte[] Challenge, string State, string? AppId);

/// <summary>
/// The challenges that wait for an answer, in memory: five minutes, one use, at most <see cref="Most"/> of all and <see cref="MostOfOne"/> of one administrator; the
/// oldest goes first.
/// </summary>
/// <param name="clock">The clock.</param>
public sealed class KeyChallenges(TimeProvider clock)
{
    /// <summary>The most that wait at a time.</summary>
    public const int Most = 10_000;

    /// <summary>The most that wait for one administrator and purpose, so that nobody pushes out those of others.</summary>
    public const int MostOfOne = 16;

    /// <summary>How long one may be answered (spec/04 §4.3).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Waiting>> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, KeyPurpose), LinkedList<Waiting>> _byOwner = [];
    private readonly LinkedList<Waiting> _byAge = new();

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byId.Count;
            }
        }
    }

    /// <summary>Keeps one; answers its id, a random text that tells nothing.</summary>
    public string Add(PendingCeremony ceremony)
    {
        var one = new Waiting(RandomNumberGenerator.GetHexString(32, true), ceremony, clock.GetUtcNow() + Lifetime);
        lock (_gate)
        {
            while (_byAge.First is { } oldest && (oldest.Value.Until <= clock.GetUtcNow() || _byId.Count >= Most))
            {
                Remove(oldest);
            }

            var mine = Of(ceremony);
            if (mine.Count >= MostOfOne)
            {
                Remove(_byId[mine.First!.Value.Id]);
                mine = Of(ceremony);
            }

            mine.AddLast(one);
            _byId[one.Id] = _byAge.AddLast(one);
        }

        return one.Id;
    }

    /// <summary>Takes one out for its answer; null when there is none (any more), or it is somebody else's or for something else.</summary>
    public PendingCeremony? Take(string id, string administrator, KeyPurpose purpose)
    {
        lock (_gate)
        {
            if (!_byId.TryGetValue(id, out var node))
            {
                return null;
            }

            Remove(node);
            var (_, ceremony, until) = node.Value;
            return clock.GetUtcNow() < until && ceremony.Administrator == administrator && ceremony.Purpose == purpose ? ceremony : null;
        }
    }

    private LinkedList<Waiting> Of(PendingCeremony ceremony)
    {
        var owner = (ceremony.Administrator, ceremony.Purpose);
        return _byOwner.TryGetValue(owner, out var list) ? list : _byOwner[owner] = new LinkedList<Waiting>();
    }

    private void Remove(LinkedListNode<Waiting> node)
    {
        var one = node.Value;
        _byAge.Remove(node);
        _byId.Remove(one.Id);
        var mine = Of(one.Ceremony);
        mine.Remove(one);
        if (mine.Count == 0)
        {
            _byOwner.Remove((one.Ceremony.Administrator, one.Ceremony.Purpose));
        }
    }

    private sealed record Waiting(string Id, PendingCeremony Ceremony, DateTimeOffset Until);
}
