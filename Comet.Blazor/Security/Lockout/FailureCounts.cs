namespace Comet.Blazor.Security.Lockout;

/// <summary>How many failures are free, and how long the wait is afterwards.</summary>
/// <param name="Threshold">Failures after which one must wait.</param>
/// <param name="Cooldown">The wait.</param>
public readonly record struct FailureLimit(int Threshold, TimeSpan Cooldown)
{
    /// <summary>How long a failure counts that no wait followed: at least five minutes, so that a short wait does not hide slow guessing.</summary>
    public TimeSpan Window => Cooldown > LeastWindow ? Cooldown : LeastWindow;

    private static TimeSpan LeastWindow => TimeSpan.FromMinutes(5);
}

/// <summary>Failures of one key.</summary>
/// <param name="key">The key.</param>
public sealed class FailureCount(UInt128 key)
{
    /// <summary>The key.</summary>
    public UInt128 Key { get; } = key;

    /// <summary>Failures so far.</summary>
    public int Failures { get; set; }

    /// <summary>When the first of them was, a timestamp of the clock.</summary>
    public long First { get; set; }

    /// <summary>When the last of them was.</summary>
    public long Last { get; set; }

    /// <summary>Attempts that are being decided.</summary>
    public int Pending { get; set; }
}

/// <summary>
/// Failures by key, in bounded memory. When all places are taken, what is over goes first, then the oldest failures that no wait followed; a wait
/// is never forgotten before its time. Keys that find no place then share one of a thousand counts, so that no spray of names or addresses
/// gets free guesses. Times come from the clock's timestamps, which nobody can set back. Not safe for threads: the owner locks.
/// </summary>
/// <param name="capacity">Keys with a count of their own.</param>
/// <param name="clock">The clock.</param>
public sealed class FailureCounts(int capacity, TimeProvider clock)
{
    /// <summary>Counts that are shared when all places are taken.</summary>
    public const int Shared = 1024;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    private readonly Dictionary<UInt128, FailureCount> _counts = [];
    private long? _swept;

    /// <summary>Counts in memory; never more than capacity and <see cref="Shared"/>.</summary>
    public int Count => _counts.Count;

    /// <summary>How long this key must wait; zero when it may try.</summary>
    public TimeSpan Wait(UInt128 key, FailureLimit limit) => Find(key, limit) is { } count ? Wait(count, limit) : TimeSpan.Zero;

    /// <summary>How many attempts may be under way besides those that are.</summary>
    public int Free(UInt128 key, FailureLimit limit) =>
        Find(key, limit) is { } count ? limit.Threshold - count.Pending - (IsOver(count, limit) ? 0 : count.Failures) : limit.Threshold;

    /// <summary>Begins an attempt.</summary>
    public FailureCount Begin(UInt128 key, FailureLimit limit)
    {
        var count = Find(key, limit) ?? Add(key, limit);
        count.Pending++;
        return count;
    }

    /// <summary>Ends an attempt that decided nothing.</summary>
    public void End(FailureCount count)
    {
        count.Pending--;
        if (count is { Failures: 0, Pending: 0 })
        {
            _counts.Remove(count.Key);
        }
    }

    /// <summary>Forgets the failures of a key; those of a shared count stay, because whoever succeeds is not alone there.</summary>
    public static void Succeeded(FailureCount count) => count.Failures = count.Key < Shared ? count.Failures : 0;

    /// <summary>Counts a failure; true when it is the one after which the key must wait.</summary>
    public bool Failed(FailureCount count, FailureLimit limit)
    {
        var now = clock.GetTimestamp();
        if (count.Failures == 0 || IsOver(count, limit))
        {
            (count.Failures, count.First) = (0, now);
        }

        count.Failures++;
        count.Last = now;
        return count.Failures == limit.Threshold;
    }

    private TimeSpan Wait(FailureCount count, FailureLimit limit) =>
        count.Failures >= limit.Threshold && limit.Cooldown - clock.GetElapsedTime(count.Last) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private bool IsOver(FailureCount count, FailureLimit limit) => count.Failures >= limit.Threshold
        ? clock.GetElapsedTime(count.Last) >= limit.Cooldown
        : clock.GetElapsedTime(count.First) >= limit.Window;

    private FailureCount? Find(UInt128 key, FailureLimit limit)
    {
        if (_counts.TryGetValue(key, out var own))
        {
            return own;
        }

        if (!_counts.TryGetValue(key % Shared, out var shared))
        {
            return null;
        }

        if (shared.Pending > 0 || !IsOver(shared, limit))
        {
            return shared;
        }

        _counts.Remove(shared.Key);
        return null;
    }

    private FailureCount Add(UInt128 key, FailureLimit limit)
    {
        if (_counts.Count >= capacity)
        {
            Sweep(limit);
        }

        key = _counts.Count >= capacity ? key % Shared : key;
        return _counts[key] = new FailureCount(key);
    }

    /// <summary>Makes room, an eighth at once and at most once a second: looking at all of them must cost a stranger's attempt nothing.</summary>
    private void Sweep(FailureLimit limit)
    {
        if (_swept is { } last && clock.GetElapsedTime(last) < SweepEvery)
        {
            return;
        }

        _swept = clock.GetTimestamp();
        foreach (var count in _counts.Values.Where(c => c.Pending == 0 && IsOver(c, limit)).ToList())
        {
            _counts.Remove(count.Key);
        }

        var surplus = _counts.Count - (capacity - (capacity / 8));
        foreach (var count in _counts.Values.Where(c => c.Pending == 0 && c.Failures < limit.Threshold).OrderBy(static c => c.Last).Take(Math.Max(0, surplus)).ToList())
        {
            _counts.Remove(count.Key);
        }
    }
}
