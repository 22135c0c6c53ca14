using System.Net;
using Comet.Blazor.Security.Lockout;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>Bounds how many links may be signing in at once, in all and of one address. How often a sign-in may fail is the <see cref="LoginGuard"/>'s matter.</summary>
/// <param name="limits">How many.</param>
public sealed class SignInGate(LinkLimits limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _arrivals = new(StringComparer.Ordinal);
    private int _total;

    /// <summary>Takes a place for a link that wants to sign in; null when there are too many. Dispose it when the sign-in is decided.</summary>
    public IDisposable? TryEnter(IPAddress? address)
    {
        var key = ClientAddress.Counted(address?.ToString());
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
