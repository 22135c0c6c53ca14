namespace Comet.Blazor.Security.SignIn;

/// <summary>
/// Remembers which waits are on record already: a program that goes on guessing during its wait must not fill the disk with one entry each.
/// </summary>
/// <param name="clock">The clock.</param>
public sealed class LockedAttempts(TimeProvider clock)
{
    private const int Capacity = 2000;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Address, string Name), DateTimeOffset> _until = [];

    /// <summary>True for the first attempt of this name from this address in a wait.</summary>
    /// <param name="address">Where it came from.</param>
    /// <param name="name">The name as entered.</param>
    /// <param name="wait">How long the wait still is.</param>
    public bool IsFirst(string? address, string name, TimeSpan wait)
    {
        var now = clock.GetUtcNow();
        var key = (address ?? "", name.Length > 64 ? name[..64] : name);
        lock (_gate)
        {
            if (_until.TryGetValue(key, out var until) && now < until)
            {
                return false;
            }

            if (_until.Count >= Capacity)
            {
                foreach (var old in _until.Where(e => e.Value <= now).Select(static e => e.Key).ToList())
                {
                    _until.Remove(old);
                }
            }

            if (_until.Count < Capacity)
            {
                _until[key] = now + wait;
                return true;
            }

            return false; // thousands of names wait at once: the guard's own log lines say so
        }
    }
}
