using System.Security.Cryptography;
using Comet.Blazor.Security.Administrators;

namespace Comet.Blazor.Security.SignIn;

/// <summary>Somebody whose password was right and whose second factor is awaited.</summary>
/// <param name="Name">The administrator.</param>
/// <param name="PasswordRecord">The password's record of that moment: a change of the password meanwhile ends the wait.</param>
/// <param name="Return">Where to go afterwards.</param>
/// <param name="Ends">UTC.</param>
public sealed record PendingSignIn(string Name, string PasswordRecord, string Return, DateTimeOffset Ends);

/// <summary>
/// Sign-ins between the password and the second factor, in memory: the browser holds nothing but a random number, so nothing in it can be
/// altered or used twice. Ends after five minutes and with a restart.
/// </summary>
/// <param name="administrators">Who they are.</param>
/// <param name="clock">The clock.</param>
public sealed class PendingSignIns(IAdministrators administrators, TimeProvider clock)
{
    /// <summary>Time for the second step.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The most that are kept; the oldest goes first.</summary>
    public const int Capacity = 10_000;

    /// <summary>The most of one administrator; his oldest goes first. Whoever knows one password must not push out everybody else's second step.</summary>
    public const int MostOfOne = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PendingSignIn> _all = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Begins the wait; answers the number for the browser.</summary>
    public string Begin(Administrator who, string returnTo)
    {
        var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            while (_order.TryPeek(out var oldest) && (!_all.TryGetValue(oldest, out var old) || old.Ends <= now || _all.Count >= Capacity))
            {
                _all.Remove(_order.Dequeue());
            }

            if (_all.Where(p => p.Value.Name == who.Name).OrderBy(static p => p.Value.Ends).Select(static p => p.Key).ToList() is { Count: >= MostOfOne } mine)
            {
                _all.Remove(mine[0]);
            }

            _all[id] = new PendingSignIn(who.Name, who.PasswordRecord, returnTo, now + Patience);
            _order.Enqueue(id);
            if (_order.Count > 2 * Capacity)
            {
                var living = _order.Where(_all.ContainsKey).ToList();
                _order.Clear();
                living.ForEach(_order.Enqueue);
            }
        }

        return id;
    }

    /// <summary>Who waits under this number; null when the time is over, the account or its password is another by now, or it is suspended.</summary>
    public (PendingSignIn Pending, Administrator Who)? Find(string? id)
    {
        PendingSignIn? pending;
        lock (_gate)
        {
            if (id is null || !_all.TryGetValue(id, out pending))
            {
                return null;
            }
        }

        return clock.GetUtcNow() < pending.Ends && administrators.Find(pending.Name) is { IsSuspended: false } who && who.PasswordRecord == pending.PasswordRecord
            ? (pending, who)
            : null;
    }

    /// <summary>Ends the wait. True for the one of several callers that did it: only that one may enter.</summary>
    public bool End(string id)
    {
        lock (_gate)
        {
            return _all.Remove(id);
        }
    }
}
