using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.WebAuthn;

namespace Comet.Blazor.Security.Account;

/// <summary>How an administrator's own sign-in shall be; null stays as it is.</summary>
public sealed record OwnSignIn
{
    /// <summary>A new password.</summary>
    public string? NewPassword { get; init; }

    /// <summary>The present password; needed for a new one.</summary>
    public string? CurrentPassword { get; init; }

    /// <summary>The password alone opens.</summary>
    public bool? AllowPassword { get; init; }

    /// <summary>Password and TOTP code open.</summary>
    public bool? AllowTotp { get; init; }

    /// <summary>Password and security key open.</summary>
    public bool? AllowWebAuthn { get; init; }

    /// <summary>The keys that stay, by id, with their names; others are removed.</summary>
    public IReadOnlyList<(byte[] Id, string Description)>? Keys { get; init; }

    /// <summary>Addresses that may sign in; empty for any.</summary>
    public string? AllowedAddresses { get; init; }
}

/// <summary>
/// Changes how an administrator signs in, as a whole or not at all: password, which factors open, which keys and addresses (spec/04 §4.1, §5). Keeps
/// people from locking themselves out. The person's other sessions end.
/// </summary>
/// <param name="administrators">The administrators.</param>
/// <param name="sessions">The sessions.</param>
/// <param name="guard">Bounds guessing of the current password.</param>
/// <param name="uses">Forgets removed keys.</param>
/// <param name="audit">The record.</param>
public sealed class ChangeOwnSignIn(AdministratorStore administrators, SessionStore sessions, LoginGuard guard, KeyUses uses, AuditLog audit)
{
    /// <summary>Changes it.</summary>
    /// <param name="by">Whose sign-in.</param>
    /// <param name="wanted">What.</param>
    /// <param name="session">Key of the session that stays.</param>
    /// <param name="ct">Cancels before anything is done.</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, OwnSignIn wanted, string? session, CancellationToken ct)
    {
        if (by.Kind != ActorKind.Administrator)
        {
            return Outcome.Denied("Only an administrator can change an administrator's sign-in.");
        }

        if (wanted.NewPassword is { } && wanted.CurrentPassword is null)
        {
            return Outcome.Invalid("Changing the password needs the current one.");
        }

        if (wanted.NewPassword is { } && await Own.CheckPasswordAsync(by, wanted.CurrentPassword!, wanted.NewPassword, administrators, guard, ct) is { Ok: false } refused)
        {
            return refused.Kind == Refusal.Invalid ? refused : await audit.RecordAsync(Event(by, AuditActions.PasswordChanged), refused);
        }

        var record = wanted.NewPassword is { } password ? await Task.Run(() => AdminPassword.Make(password), ct) : null;
        Administrator? before = null, after = null;
        var outcome = administrators.Change(by.Name, (one, all) =>
        {
            var changed = Apply(one, wanted, record);
            (before, after) = (one, changed.Value);
            return !changed.Ok ? changed
                : Check(by, one, changed.Value, all) is { Ok: false } wrong ? wrong
                : changed;
        });
        if (outcome.Ok && !Same(before!, after!))
        {
            await sessions.EndOthersAsync(ActorKind.Administrator, by.Name, session, CancellationToken.None);
            await RecordAsync(by, before!, after!);
        }

        return outcome;
    }

    private static AuditEvent Event(Actor by, AuditAction action) => new(by, action, AuditTarget.Administrator(by.Name));

    private static bool Same(Administrator before, Administrator after) => JsonNode.DeepEquals(Json(before), Json(after));

    private static JsonNode? Json(Administrator one) => JsonSerializer.SerializeToNode(one, AdministratorJson.Default.Administrator);

    private static Outcome<Administrator> Apply(Administrator one, OwnSignIn wanted, string? record)
    {
        if (one.RequirePasswordChange && record is null)
        {
            return Outcome.Denied("Change your password first: another administrator asked for it.");
        }

        var keys = Keys(one, wanted);
        return !keys.Ok ? keys.Plain : one with
        {
            PasswordFormat = record is null ? one.PasswordFormat : AdminPassword.Format,
            PasswordRecord = record ?? one.PasswordRecord,
            RequirePasswordChange = one.RequirePasswordChange && record is null,
            AllowPassword = wanted.AllowPassword ?? one.AllowPassword,
            AllowTotp = wanted.AllowTotp ?? one.AllowTotp,
            AllowWebAuthn = wanted.AllowWebAuthn ?? one.AllowWebAuthn,
            AllowedAddresses = wanted.AllowedAddresses is { } rule ? rule.Length == 0 ? null : rule : one.AllowedAddresses,
            Keys = keys.Value,
        };
    }

    private static Outcome<IReadOnlyList<SecurityKey>> Keys(Administrator one, OwnSignIn wanted)
    {
        if (wanted.Keys is null)
        {
            return new Outcome<IReadOnlyList<SecurityKey>>(Refusal.None, "", one.Keys);
        }

        List<SecurityKey> kept = [];
        foreach (var (id, description) in wanted.Keys)
        {
            if (one.Keys.FirstOrDefault(k => k.Id.AsSpan().SequenceEqual(id)) is not { } key || kept.Any(k => k.Id.AsSpan().SequenceEqual(id)))
            {
                return Outcome.Invalid("A security key in the list is not one of yours, or stands there twice. Keys are added by registering them.");
            }

            var name = KeyNames.Check(description);
            if (!name.Ok)
            {
                return name.Plain;
            }

            kept.Add(name.Value.Length == 0 ? key : key with { Description = name.Value });
        }

        return kept;
    }

    private static Outcome Check(Actor by, Administrator before, Administrator after, IReadOnlyList<Administrator> all)
    {
        if (after.AllowTotp && !before.AllowTotp && after is not { TotpKey: not null, TotpChecked: true })
        {
            return Outcome.Conflict("Make a TOTP secret and try one code of it before you open this way of signing in.");
        }

        if (!after.AllowPassword && after.AllowWebAuthn && after.Keys.Count == 0)
        {
            return Outcome.Conflict(before.Keys.Count > 0 ? "The last security key can't be removed while a second factor is required." : "Register a security key before you require one.");
        }

        return !after.CanSignIn ? Outcome.Conflict("You could not sign in any more: no way of signing in that you have set up would be open.")
            : after.AllowedAddresses != before.AllowedAddresses && AddressRule.CheckOwn(after.AllowedAddresses ?? "", by.Address) is { Ok: false } outside ? outside
            : AdministratorGuards.LeavesSomebody(by.Name, all, all.Select(a => a == before ? after : a));
    }

    private async Task RecordAsync(Actor by, Administrator before, Administrator after)
    {
        if (before.PasswordRecord != after.PasswordRecord)
        {
            await audit.RecordAsync(Event(by, AuditActions.PasswordChanged));
        }

        foreach (var gone in before.Keys.Where(k => after.Keys.All(a => !a.Id.AsSpan().SequenceEqual(k.Id))))
        {
            await uses.RemoveAsync(gone.Id, CancellationToken.None);
            await audit.RecordAsync(new AuditEvent(by, AuditActions.SecurityKeyRemoved, KeyNames.Target(gone)));
        }

        var rest = after with { PasswordFormat = before.PasswordFormat, PasswordRecord = before.PasswordRecord, RequirePasswordChange = before.RequirePasswordChange };
        if (!Same(before, rest))
        {
            await audit.RecordAsync(Event(by, AuditActions.FactorsChanged) with { Change = new AuditChange(Json(before), Json(rest)) });
        }
    }
}
