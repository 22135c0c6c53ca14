using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Account;

/// <summary>Changes one's own password and ends one's other sessions (spec/04 §4.5, §5).</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="sessions">The sessions.</param>
/// <param name="guard">Bounds guessing of the current password in a session that somebody took over.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="log">The log.</param>
public sealed partial class ChangeOwnPassword(AdministratorStore administrators, SessionStore sessions, LoginGuard guard, AuditLog audit, ILogger<ChangeOwnPassword> log)
{
    /// <summary>Changes it.</summary>
    /// <param name="by">Whose password.</param>
    /// <param name="current">The current password.</param>
    /// <param name="replacement">The new one, at least <see cref="PasswordRules.MinLength"/> characters.</param>
    /// <param name="repeated">The new one again.</param>
    /// <param name="session">Key of the session that stays.</param>
    /// <param name="ct">Cancels the wait.</param>
    public async Task<Outcome> RunAsync(Actor by, string current, string replacement, string repeated, string? session, CancellationToken ct)
    {
        var outcome = await audit.RecordAsync(
            new AuditEvent(by, AuditActions.PasswordChanged, AuditTarget.Administrator(by.Name)), await ChangeAsync(by, current, replacement, repeated, ct));
        if (outcome.Ok)
        {
            LogChanged(log, by.Name);
            await sessions.EndOthersAsync(ActorKind.Administrator, by.Name, session, ct);
        }

        return outcome;
    }

    private async Task<Outcome> ChangeAsync(Actor by, string current, string replacement, string repeated, CancellationToken ct)
    {
        if (by.Kind != ActorKind.Administrator)
        {
            return Outcome.Denied("Only an administrator can change an administrator's password.");
        }

        if (replacement != repeated)
        {
            return Outcome.Invalid("The two new passwords differ.");
        }

        if (await Own.CheckPasswordAsync(by, current, replacement, administrators, guard, ct) is { Ok: false } refused)
        {
            return refused;
        }

        var record = await Task.Run(() => AdminPassword.Make(replacement), ct);
        return administrators.Change(by.Name, one => one with { PasswordFormat = AdminPassword.Format, PasswordRecord = record, RequirePasswordChange = false });
    }

    [LoggerMessage(LogLevel.Information, "The administrator {Name} changed the password.")]
    private static partial void LogChanged(ILogger log, string name);
}
