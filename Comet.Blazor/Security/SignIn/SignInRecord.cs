using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;

namespace Comet.Blazor.Security.SignIn;

/// <summary>Puts on record who was not let in, for administrators and customers alike. Passwords and codes never get here.</summary>
/// <param name="audit">The record.</param>
/// <param name="locked">Keeps refused attempts during a wait from filling the record.</param>
public sealed class SignInRecord(AuditLog audit, LockedAttempts locked)
{
    /// <summary>Somebody is in; called once per session.</summary>
    public Task EnteredAsync(SignInFrom from, Actor who, string factors) =>
        audit.RecordAsync(new AuditEvent(who, who.Kind == ActorKind.Customer ? AuditActions.CustomerSignedIn : AuditActions.AdministratorSignedIn, Target(who.Kind, who.Name))
        {
            Note = from.Device is null ? factors : $"{factors}; {from.Device}",
        });

    /// <summary>A check failed; answers the refusal.</summary>
    public Task<Outcome> RefusedAsync(SignInFrom from, ActorKind kind, string name, Outcome why, string factor) =>
        audit.RecordAsync(Event(from, kind, name, kind == ActorKind.Customer ? AuditActions.CustomerSignInRefused : AuditActions.AdministratorSignInRefused) with { Note = factor }, why);

    /// <summary>An attempt came during a wait; answers the refusal. Only the first of a wait is put on record.</summary>
    public async Task<Outcome> LockedAsync(SignInFrom from, ActorKind kind, string name, LoginAttempt attempt)
    {
        if (locked.IsFirst(from.Address, name, attempt.Wait))
        {
            await audit.RecordAsync(Event(from, kind, name, kind == ActorKind.Customer ? AuditActions.CustomerSignInLocked : AuditActions.AdministratorSignInLocked), attempt.May);
        }

        return attempt.May;
    }

    private static AuditTarget Target(ActorKind kind, string name) => kind == ActorKind.Customer ? AuditTarget.Account(name) : AuditTarget.Administrator(name);

    private static AuditEvent Event(SignInFrom from, ActorKind kind, string name, AuditAction action)
    {
        var said = name.Length > LoginGuard.MaxName ? name[..LoginGuard.MaxName] : name;
        return new AuditEvent(new Actor(kind, said, null, from.Address) { Via = from.Via }, action, Target(kind, said));
    }
}
