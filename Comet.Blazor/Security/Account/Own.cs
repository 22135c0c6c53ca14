using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Lockout;

namespace Comet.Blazor.Security.Account;

/// <summary>Who may change his own sign-in.</summary>
internal static class Own
{
    /// <summary>An administrator who is not obliged to change the password first (spec/04 §4.4).</summary>
    public static Outcome Check(Actor by, IAdministrators administrators) =>
        by.Kind != ActorKind.Administrator ? Outcome.Denied("Only an administrator has an administrator's sign-in.")
        : administrators.Find(by.Name) is not { } one ? Outcome.Missing($"There is no administrator {by.Name} any more.")
        : one.RequirePasswordChange ? Outcome.Denied("Change your password first.")
        : Outcome.Done;

    /// <summary>Whether one may give oneself this password: the permission, the current one, and the rules. A wrong current one counts as a failed sign-in.</summary>
    public static async Task<Outcome> CheckPasswordAsync(Actor by, string current, string replacement, AdministratorStore administrators, LoginGuard guard, CancellationToken ct)
    {
        if (!by.May(Right.OwnPasswordChange))
        {
            return Outcome.Denied("Changing the password is not among your permissions. Ask another administrator to set it.");
        }

        if (await guard.CheckAsync(by.Address, by.Name, () => administrators.VerifyAsync(by.Name, current, ct), ct) is { Ok: false } refused)
        {
            return refused.Kind == Refusal.Unauthenticated ? Outcome.Refuse(Refusal.Unauthenticated, "The current password is wrong.") : refused.Plain;
        }

        return PasswordRules.Check(replacement) is { Ok: false } bad ? bad
            : replacement == current ? Outcome.Invalid("The new password is the current one. Choose another.")
            : Outcome.Done;
    }
}
