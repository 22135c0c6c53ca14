using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// Replaces a profile (spec/06 §4, spec/01 §9). The username must be the account's; Statistics, CreationGUID, CreateTime, ServerConfig
/// and LastSuspended are the server's own and stay as they are; everything else is stored as it came, unknown fields too.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="links">Ended when the account becomes suspended.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="policies">The policies that a profile may follow.</param>
/// <param name="groups">The groups that a profile may be in.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="sessions">Ended with another password, factor or suspension.</param>
/// <param name="clock">The clock.</param>
public sealed class SaveProfile(
    AccountStore accounts, ILiveConnections links, OrganizationList organizations, IPolicyDirectory policies, UserGroupStore groups, ProfileAudit audit, SessionStore sessions, TimeProvider clock)
{
    private static readonly string[] SignInFields = ["PasswordHash", "TOTPKey", "AllowPasswordLogin", "AllowPasswordAndTOTPLogin"];
    private static readonly string[] ServerOwned = ["CreationGUID", "CreateTime", "ServerConfig", "LastSuspended", FormerNames.Field];

    /// <summary>
    /// Saves it and answers the new state. Refused as <see cref="Refusal.Conflict"/> when <paramref name="requireHash"/> is given and the profile has
    /// another hash by now, as <see cref="Refusal.Invalid"/> with the field that is wrong.
    /// </summary>
    public Task<Outcome<AccountEntry>> RunAsync(Actor by, string username, JsonObject profile, string? requireHash, CancellationToken ct) => audit.RunAsync(
        new AuditEvent(by, AuditActions.AccountChanged, AuditTarget.Account(username)), trace => SaveAsync(by, username, profile, requireHash, trace, ct));

    /// <summary>
    /// Answers what <see cref="RunAsync"/> would change, field by field, secrets without their values, and writes nothing. Refused as that is.
    /// </summary>
    public async Task<Outcome<IReadOnlyList<AuditDifference>>> PreviewAsync(Actor by, string username, JsonObject profile, string? requireHash, CancellationToken ct)
    {
        var copy = (JsonObject)profile.DeepClone();
        var target = await CheckAsync(by, username, copy, ct);
        if (!target.Ok)
        {
            return target.Plain;
        }

        if (await accounts.ReadAsync(target.Value.Id, ct) is not { } current)
        {
            return ReadProfile.Unknown(username);
        }

        if (requireHash is not null && requireHash != AccountEntry.From(current.Id, ProfileJson.Save(current.Root)).Hash)
        {
            return AccountStore.Stale;
        }

        var next = Next(by, current.Root, copy);
        return next.Ok ? Outcome.Of(AuditDifferences.Of(current.Root, next.Value)) : next.Plain;
    }

    /// <summary>What can be said without the profile that stands. A password in clear text is replaced by its record.</summary>
    private async Task<Outcome<AccountEntry>> CheckAsync(Actor by, string username, JsonObject profile, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        if (ProfileShape.Check(profile) is { Ok: false } wrong)
        {
            return wrong;
        }

        if (profile.Text("Username").Length == 0)
        {
            return Outcome.Invalid($"The profile has no Username. Put {username} there.");
        }

        if (profile.Text("Username") != username)
        {
            return Outcome.Invalid($"The profile belongs to {profile.Text("Username")}. Change its Username to {username}, or choose the other user. To give {username} another name, use Rename in the Actions menu.");
        }

        if (UserRules.CheckAccountName(profile.Text("AccountName")) is { Ok: false } name)
        {
            return name;
        }

        if (profile.Text("OrganizationID") is var organization && organization != target.Ref.OrganizationId && by.IsTopLevel && !organizations.Exists(organization))
        {
            return OrganizationList.Unknown;
        }

        return await PasswordAsync(profile, ct) is { Ok: false } password ? password : target;
    }

    /// <summary>The profile that shall stand: the caller's, with what is the server's own as it is. The caller's document stays untouched.</summary>
    private Outcome<JsonObject> Next(Actor by, JsonObject current, JsonObject profile)
    {
        var next = (JsonObject)profile.DeepClone();
        KeepServerFields(current, next);
        if (next.Text("TOTPKey") is { Length: > 0 } totp && totp != current.Text("TOTPKey"))
        {
            if (IsAnothers(current, profile))
            {
                DropTotp(next);
            }
            else
            {
                return Outcome.Invalid("The field TOTPKey can't be set, only be emptied. The user makes a new secret.");
            }
        }

        if (OrphansKeys(current, next))
        {
            return Outcome.Invalid("The profile has another PasswordHash, but the keys of its Storage Vaults are protected by the present password: nobody could open them. Set a new password with Reset password in the Actions menu, or leave PasswordHash as it is.");
        }

        if (next.Text("PasswordRecovery").Length > 0 && current.Text("PasswordRecovery").Length == 0 && next.Text("PasswordHash") == current.Text("PasswordHash"))
        {
            return Outcome.Invalid("The user does not allow an administrator to reset the password. Only the user can allow it again, in the client; leave PasswordRecovery empty.");
        }

        if (ProfileLimits.Check(by, current, next) is { Ok: false } beyond)
        {
            return beyond;
        }

        if (PolicyChoice.Check(policies, current, next) is { Ok: false } policy)
        {
            return policy;
        }

        if ((GroupChoice.Check(groups, current, next) is { Ok: false } group ? group : ProfileValues.Check(current, next)) is { Ok: false } wrong)
        {
            return wrong;
        }

        PolicyValues.Settle(next, policies);
        return next;
    }

    private async Task<Outcome<AccountEntry>> SaveAsync(Actor by, string username, JsonObject profile, string? requireHash, ProfileTrace trace, CancellationToken ct)
    {
        var target = await CheckAsync(by, username, profile, ct);
        if (!target.Ok)
        {
            return target.Plain;
        }

        var (suspendedNow, signInChanged) = (false, false);
        var outcome = await accounts.ChangeAsync(
            target.Value.Id,
            requireHash,
            current =>
            {
                var planned = Next(by, current.Root, profile);
                if (!planned.Ok)
                {
                    return planned.Plain;
                }

                var next = planned.Value;
                suspendedNow = next.Flag("IsSuspended") && !current.IsSuspended;
                if (next.Flag("IsSuspended") != current.IsSuspended)
                {
                    next["LastSuspended"] = suspendedNow ? clock.UnixNow() : 0L;
                }

                signInChanged = SignInFields.Any(field => !JsonNode.DeepEquals(next[field], current.Root[field]));
                current.Root.Clear();
                foreach (var (key, value) in next.ToArray())
                {
                    next.Remove(key);
                    current.Root[key] = value;
                }

                return Outcome.Done;
            },
            tellDevices: true,
            trace,
            CancellationToken.None);
        if (outcome.Ok && (suspendedNow || signInChanged))
        {
            await sessions.EndOfAccountAsync(target.Value.Id, CancellationToken.None);
        }

        if (outcome.Ok && suspendedNow)
        {
            await links.EndAsync(target.Value.Id, null, AgentProtocol.CloseCodes.Forbidden, SuspendUser.Sentence, CancellationToken.None);
        }

        return outcome;
    }

    private static void KeepServerFields(JsonObject current, JsonObject next)
    {
        // A policy that is assigned overwrites it (AccountStore). A custom one may be edited; a profile that says nothing about it keeps it.
        if (next["Policy"] is not JsonObject)
        {
            Keep(current, next, "Policy");
        }

        foreach (var field in ServerOwned)
        {
            Keep(current, next, field);
        }

        // A profile without a password keeps the one it has: nobody can mean an account into which no device can sign in.
        if (next.Text("PasswordHash").Length == 0)
        {
            Keep(current, next, "PasswordHash");
            Keep(current, next, "PasswordFormat");
            Keep(current, next, "PasswordRecovery");
        }

        foreach (var map in new[] { "Sources", "Destinations" })
        {
            foreach (var (key, part) in next.Entries(map).ToArray())
            {
                Keep(current.Map(map)[key] as JsonObject ?? [], part, "Statistics");
            }
        }
    }

    // Pasted from another user, as when one is renamed by hand (spec/01 §9): CreationGUID is what tells accounts apart.
    private static bool IsAnothers(JsonObject current, JsonObject profile) =>
        profile.Text("CreationGUID") is { Length: > 0 } theirs && theirs != current.Text("CreationGUID");

    /// <summary>The secret of the codes is the other account's and can't be opened for this one; the user makes a new one. Nobody must be locked out by that.</summary>
    private static void DropTotp(JsonObject next)
    {
        next["TOTPKey"] = "";
        next["AllowPasswordAndTOTPLogin"] = false;
        next["AllowPasswordLogin"] = true;
    }

    /// <summary>Another password while a vault keeps the key that the present one wraps: nobody could unwrap it. A pasted profile brings the vaults' keys along.</summary>
    private static bool OrphansKeys(JsonObject current, JsonObject next) =>
        next.Text("PasswordHash") != current.Text("PasswordHash")
        && next.Entries("Destinations").Any(v => v.Value.Text("EncryptedEncryptionKey") is { Length: > 0 } key && (current.Map("Destinations")[v.Key] as JsonObject)?.Text("EncryptedEncryptionKey") == key);

    private static void Keep(JsonObject current, JsonObject next, string field)
    {
        next.Remove(field);
        if (current.ContainsKey(field))
        {
            next[field] = current[field]?.DeepClone();
        }
    }

    /// <summary>
    /// Format 0 means "this is clear text, hash it for me" (spec/01 §2.2). The new password could not open the keys of the vaults that are in the
    /// profile, so it is refused where there are any. A record of our own format, such as one pasted from another profile, must be whole.
    /// </summary>
    internal static async Task<Outcome> PasswordAsync(JsonObject profile, CancellationToken ct)
    {
        var text = profile.Text("PasswordHash");
        switch (profile.Number("PasswordFormat"))
        {
            case PasswordRecord.Format when text.Length > 0 && !PasswordRecord.TryParse(PasswordRecord.Format, text, out _):
                return Outcome.Invalid("The field PasswordHash of the profile is not a whole record of its PasswordFormat.");
            case 0 when text.Length > 0:
                if (profile.Entries("Destinations").Any(static v => v.Value.Text("EncryptedEncryptionKey").Length > 0))
                {
                    return Outcome.Invalid("A password can't be set through the profile while Storage Vaults hold keys that the old password protects.");
                }

                if (UserRules.CheckPassword(text) is { Ok: false } rule)
                {
                    return rule;
                }

                var salt = RandomNumberGenerator.GetBytes(PasswordKeys.SaltBytes);
                var keys = await Task.Run(() => PasswordKeys.Derive(text, salt, PasswordKeys.DefaultIterations), ct);
                profile["PasswordFormat"] = (long)PasswordRecord.Format;
                profile["PasswordHash"] = PasswordRecord.Create(keys.AuthKey, salt, PasswordKeys.DefaultIterations).ToString();
                profile["PasswordRecovery"] = "";
                return Outcome.Done;
            default:
                return Outcome.Done;
        }
    }
}
