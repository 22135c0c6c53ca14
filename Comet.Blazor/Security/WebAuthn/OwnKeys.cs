using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>One's own registered keys: what there is, another name, removal. Adding one is <see cref="KeyCeremony"/>.</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="uses">Times of use.</param>
/// <param name="sessions">The sessions: with a key removed, the person's others end.</param>
/// <param name="audit">The audit log.</param>
public sealed class OwnKeys(AdministratorStore administrators, KeyUses uses, SessionStore sessions, AuditLog audit)
{
    /// <summary>The keys in the order of their registration.</summary>
    public async Task<IReadOnlyList<OwnKey>> ListAsync(Actor by, CancellationToken ct)
    {
        var keys = administrators.Find(by.Name)?.Keys ?? [];
        var known = await uses.FindAsync(keys.Select(static k => k.Id), ct);
        return [.. keys.Zip(known, static (key, use) => new OwnKey(key, use))];
    }

    /// <summary>Gives a key another name.</summary>
    /// <exception cref="IOException">The settings could not be written; nothing was changed.</exception>
    public async Task<Outcome> RenameAsync(Actor by, string id, string description)
    {
        var name = KeyNames.Check(description);
        if (!name.Ok || name.Value.Length == 0)
        {
            return name.Ok ? Outcome.Invalid("Enter a name for the security key.") : name.Plain;
        }

        SecurityKey? before = null;
        var outcome = Change(by, id, (one, key) =>
        {
            before = key;
            return one with { Keys = [.. one.Keys.Select(k => k == key ? k with { Description = name.Value } : k)] };
        });
        return before is null ? outcome : await audit.RecordAsync(new AuditEvent(by, AuditActions.SecurityKeyChanged, KeyNames.Target(before))
        {
            Change = AuditChange.Field("Description", JsonValue.Create(before.Description), JsonValue.Create(name.Value)),
        }, outcome);
    }

    /// <summary>
    /// Removes a key; the person's other sessions end. <see cref="Refusal.Conflict"/> for the last one while nothing else would open the
    /// account (spec/04 §4.3).
    /// </summary>
    /// <param name="by">Whose key.</param>
    /// <param name="id">The key, see <see cref="KeyNames.IdOf"/>.</param>
    /// <param name="session">Key of the session that stays.</param>
    /// <param name="ct">Cancels the wait; not what has begun.</param>
    /// <exception cref="IOException">The settings could not be written; nothing was changed.</exception>
    public async Task<Outcome> RemoveAsync(Actor by, string id, string? session, CancellationToken ct)
    {
        SecurityKey? removed = null;
        var outcome = Change(by, id, (one, key) =>
        {
            removed = key;
            var rest = one with { Keys = [.. one.Keys.Where(k => k != key)] };
            rest = rest with { AllowWebAuthn = rest.AllowWebAuthn && rest.Keys.Count > 0 };
            return one.CanSignIn && !rest.CanSignIn
                ? Outcome.Conflict("This is your last security key, and one is required to sign in. Register another first, or choose \"Not required\" and save.")
                : rest;
        });
        if (removed is null)
        {
            return outcome;
        }

        await audit.RecordAsync(new AuditEvent(by, AuditActions.SecurityKeyRemoved, KeyNames.Target(removed)), outcome);
        if (outcome.Ok)
        {
            await uses.RemoveAsync(removed.Id, CancellationToken.None);
            await sessions.EndOthersAsync(ActorKind.Administrator, by.Name, session, CancellationToken.None);
        }

        return outcome;
    }

    private Outcome Change(Actor by, string id, Func<Administrator, SecurityKey, Outcome<Administrator>> change) => by.Kind != ActorKind.Administrator
        ? Outcome.Denied("Only an administrator can have security keys.")
        : administrators.Change(by.Name, one => one.RequirePasswordChange ? Outcome.Denied("Change your password first.")
            : one.Keys.FirstOrDefault(k => KeyNames.IdOf(k) == id) is { } key ? change(one, key)
            : Outcome.Missing("This security key is not registered any more."));
}

/// <summary>One of the person's keys.</summary>
/// <param name="Key">As registered.</param>
/// <param name="Use">What else is known of it.</param>
public sealed record OwnKey(SecurityKey Key, KeyUse Use)
{
    /// <summary>Names it in calls.</summary>
    public string Id => KeyNames.IdOf(Key);
}
