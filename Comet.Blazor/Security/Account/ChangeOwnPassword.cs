using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Account;

/// <summary>Changes one's own password and ends one's sessions in other browsers (spec/04 §4.5).</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="sessions">The sessions.</param>
public sealed class ChangeOwnPassword(IAdministrators administrators, SessionStore sessions)
{
    /// <summary>Changes it.</summary>
    /// <param name="by">Whose password.</param>
    /// <param name="current">The current password.</param>
    /// <param name="replacement">The new one, at least 8 characters.</param>
    /// <param name="repeated">The new one again.</param>
    /// <param name="session">Key of the session that stays.</param>
    /// <param name="ct">Cancels the wait.</param>
    public async Task<Outcome> RunAsync(Actor by, string current, string replacement, string repeated, string? session, CancellationToken ct)
    {
        if (replacement != repeated)
        {
            return Outcome.Invalid("The two new passwords differ.");
        }

        var outcome = await administrators.ChangePasswordAsync(by, current, replacement, ct);
        if (outcome.Ok)
        {
            await sessions.EndOthersAsync(by.Name, session, ct);
        }

        return outcome;
    }
}
