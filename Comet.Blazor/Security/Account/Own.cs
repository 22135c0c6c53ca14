using Comet.Blazor.Kernel;

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
}
