using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Passwords;

/// <summary>
/// Checks passwords against their slow hash, and remembers a success for a short while, so that a program that sends the password with each
/// request, and a thousand devices that come back after a dropped network, do not cost a slow hash each. Remembered is a keyed hash over name, stored
/// record and what was sent: a changed password has another record, and so nothing that was remembered fits. Failures are never remembered.
/// </summary>
/// <param name="clock">Ages the remembered successes.</param>
public sealed class VerifiedPasswords(TimeProvider clock) : IDisposable
{
    /// <summary>How long a success is remembered, from the slow hash on.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>How many successes are remembered at most.</summary>
    public const int MaxRemembered = 20_000;

    private readonly HashQueue _queue = new();
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, long> _successes = [];
    private long _slowChecks;

    /// <summary>Wrong name or password, which must not be told apart.</summary>
    public static Outcome Wrong { get; } = Outcome.Refuse(Refusal.Unauthenticated, "The username or password is wrong.");

    /// <summary>The number of slow hashes computed so far, for tests and figures.</summary>
    public long SlowChecks => Interlocked.Read(ref _slowChecks);

    /// <summary>Successes in memory, for tests and figures.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _successes.Count;
            }
        }
    }

    /// <summary>
    /// Done when the password is right, <see cref="Wrong"/>, or <see cref="HashQueue.Busy"/>. For an unknown name give the record of nobody and
    /// a hash that takes as long and matches nothing.
    /// </summary>
    /// <param name="lane">Whose password.</param>
    /// <param name="name">Name or id, unique within the lane.</param>
    /// <param name="record">What is stored of the password, with a salt in it.</param>
    /// <param name="secret">What was sent.</param>
    /// <param name="matches">The slow hash of what was sent, against the record.</param>
    /// <param name="ct">Ends the waiting for a turn; a hash that has begun is finished.</param>
    public async Task<Outcome> CheckAsync(PasswordLane lane, string name, string record, ReadOnlyMemory<byte> secret, Func<bool> matches, CancellationToken ct)
    {
        var key = Digest(lane, name, record, secret.Span);
        if (IsRemembered(key))
        {
            return Outcome.Done;
        }

        var right = await _queue.RunAsync(lane, () => IsRemembered(key) || Compute(key, matches), ct); // asked again: many may have waited for the same answer
        return !right.Ok ? right.Plain : right.Value ? Outcome.Done : Wrong;
    }

    /// <inheritdoc />
    public void Dispose() => _queue.Dispose();

    private bool Compute(UInt128 key, Func<bool> matches)
    {
        Interlocked.Increment(ref _slowChecks);
        if (!matches())
        {
            return false;
        }

        Remember(key);
        return true;
    }

    private bool IsRemembered(UInt128 key)
    {
        lock (_gate)
        {
            return _successes.TryGetValue(key, out var since) && clock.GetElapsedTime(since) < Remembered;
        }
    }

    private void Remember(UInt128 key)
    {
        lock (_gate)
        {
            if (_successes.Count >= MaxRemembered)
            {
                Forget();
            }

            _successes[key] = clock.GetTimestamp();
        }
    }

    /// <summary>Forgets what is over, and the older half when that is not enough.</summary>
    private void Forget()
    {
        var old = _successes.Where(s => clock.GetElapsedTime(s.Value) >= Remembered).ToList();
        foreach (var (key, _) in old.Count > 0 ? old : [.. _successes.OrderBy(static s => s.Value).Take(MaxRemembered / 2)])
        {
            _successes.Remove(key);
        }
    }

    private UInt128 Digest(PasswordLane lane, string name, string record, ReadOnlySpan<byte> secret)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        Span<byte> lengths = stackalloc byte[12]; // so that no part can pass for a piece of its neighbour
        BinaryPrimitives.WriteInt32LittleEndian(lengths, (int)lane);
        BinaryPrimitives.WriteInt32LittleEndian(lengths[4..], name.Length);
        BinaryPrimitives.WriteInt32LittleEndian(lengths[8..], record.Length);
        hash.AppendData(lengths);
        hash.AppendData(Encoding.Unicode.GetBytes(name));
        hash.AppendData(Encoding.Unicode.GetBytes(record));
        hash.AppendData(secret);
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
