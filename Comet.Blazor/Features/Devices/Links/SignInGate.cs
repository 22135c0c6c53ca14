using System.Net;
using System.Net.Sockets;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>
/// Bounds what strangers cost: how many links may be signing in, and how often a sign-in may fail. Failures count per address and name, so
/// that one device with an old password does not lock out its neighbours behind the same router, and with a wider limit per address.
/// </summary>
/// <param name="limits">How many.</param>
/// <param name="clock">Ages the failures.</param>
public sealed class SignInGate(LinkLimits limits, TimeProvider clock)
{
    /// <summary>Failures of one name from one address before it must wait.</summary>
    public const int FreeFailures = 5;

    /// <summary>Failures from one address, whatever the name, before it must wait.</summary>
    public const int FreeFailuresPerAddress = 100;

    private const int MaxRemembered = 20_000;
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _arrivals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Failures> _failures = new(StringComparer.Ordinal);
    private int _total;

    /// <summary>Takes a place for a link that wants to sign in; null when there are too many. Dispose it when the sign-in is decided.</summary>
    public IDisposable? TryEnter(IPAddress? address)
    {
        var key = Key(address);
        lock (_gate)
        {
            var now = _arrivals.GetValueOrDefault(key);
            if (now >= limits.MaxArrivalsPerAddress || _total >= limits.MaxArrivals)
            {
                return null;
            }

            _arrivals[key] = now + 1;
            _total++;
            return new Place(this, key);
        }
    }

    /// <summary>How long this name must wait at this address; zero when it may try.</summary>
    public TimeSpan Wait(IPAddress? address, string username)
    {
        lock (_gate)
        {
            var wait = Remaining(Key(address) + "\n" + username);
            return Remaining(Key(address)) is var all && all > wait ? all : wait;
        }
    }

    /// <summary>A sign-in failed.</summary>
    public void Failed(IPAddress? address, string username)
    {
        lock (_gate)
        {
            Count(Key(address) + "\n" + username, FreeFailures);
            Count(Key(address), FreeFailuresPerAddress);
        }
    }

    /// <summary>A sign-in succeeded: the name's failures at this address are forgotten.</summary>
    public void Succeeded(IPAddress? address, string username)
    {
        lock (_gate)
        {
            _failures.Remove(Key(address) + "\n" + username);
        }
    }

    /// <summary>Who an address is: IPv6 callers own at least a /64, so that is what is counted.</summary>
    private static string Key(IPAddress? address)
    {
        if (address is null)
        {
            return "";
        }

        if (address.IsIPv4MappedToIPv6 || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
        }

        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes).ToString();
    }

    private TimeSpan Remaining(string key)
    {
        if (!_failures.TryGetValue(key, out var failures))
        {
            return TimeSpan.Zero;
        }

        var left = failures.Wait - clock.GetElapsedTime(failures.Last);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private void Count(string key, int free)
    {
        var now = clock.GetTimestamp();
        var known = _failures.TryGetValue(key, out var before) && clock.GetElapsedTime(before.Last, now) < Forgotten ? before.Number : 0;
        var doublings = Math.Min(known + 1 - free, 5);
        var wait = doublings < 0 ? TimeSpan.Zero : FirstWait * (1 << doublings);
        Forget(now);
        _failures[key] = new Failures(known + 1, now, wait < Forgotten ? wait : Forgotten);
    }

    private void Forget(long now)
    {
        if (_failures.Count < MaxRemembered)
        {
            return;
        }

        foreach (var (key, failures) in _failures)
        {
            if (clock.GetElapsedTime(failures.Last, now) >= Forgotten)
            {
                _failures.Remove(key);
            }
        }

        if (_failures.Count >= MaxRemembered)
        {
            // Somebody has thousands of addresses: keep the younger half.
            foreach (var key in _failures.OrderBy(static f => f.Value.Last).Take(MaxRemembered / 2).Select(static f => f.Key).ToList())
            {
                _failures.Remove(key);
            }
        }
    }

    private void Leave(string key)
    {
        lock (_gate)
        {
            _total--;
            if (--_arrivals[key] == 0)
            {
                _arrivals.Remove(key);
            }
        }
    }

    private readonly record struct Failures(int Number, long Last, TimeSpan Wait);

    private sealed class Place(SignInGate gate, string key) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                gate.Leave(key);
            }
        }
    }
}
