using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Own;

/// <summary>Replaces a customer's own profile, as far as it is the customer's and the policy allows (spec/05 §3).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="policies">Names the policy in a refusal.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class SaveOwnProfile(AccountStore accounts, IPolicyDirectory policies, ProfileAudit audit)
{
    // ReadOwnProfile does not show them, so they come back empty.
    private static readonly string[] Hidden = ["PasswordHash", "TOTPKey", "PasswordRecovery"];

    /// <summary>
    /// Saves it and answers the new state. Refused as <see cref="Refusal.Conflict"/> when the profile has another hash, as
    /// <see cref="Refusal.Denied"/> with the field or the restriction.
    /// </summary>
    public Task<Outcome<AccountEntry>> RunAsync(Actor by, JsonObject profile, string requireHash, CancellationToken ct) => audit.RunAsync(
        new AuditEvent(by, AuditActions.AccountChanged, AuditTarget.Account(by.Name)), trace => SaveAsync(by, profile, requireHash, trace));

    private async Task<Outcome<AccountEntry>> SaveAsync(Actor by, JsonObject profile, string requireHash, ProfileTrace trace)
    {
        if (by is not { Kind: ActorKind.Customer, Account: { } id })
        {
            return ReadOwnProfile.NotYours;
        }

        if (ProfileShape.Check(profile) is { Ok: false } wrong)
        {
            return wrong;
        }

        if (UserRules.CheckAccountName(profile.Text("AccountName")) is { Ok: false } name)
        {
            return name;
        }

        return await accounts.ChangeAsync(
            id, requireHash, document => CustomerRules.Guard(by, document.Root, policies, () => Change(document, profile)), tellDevices: true, trace, CancellationToken.None);
    }

    private static Outcome Change(AccountDocument document, JsonObject profile)
    {
        var after = (JsonObject)profile.DeepClone();
        foreach (var field in Hidden.Where(f => after.Text(f).Length == 0))
        {
            Keep(document.Root, after, field);
        }

        foreach (var map in new[] { "Sources", "Destinations" })
        {
            foreach (var (key, part) in after.Entries(map).ToArray())
            {
                Keep(document.Root.Map(map)[key] as JsonObject ?? [], part, "Statistics");
            }
        }

        ProfileTemplates.Complete(after);
        document.Root.Clear();
        foreach (var (key, value) in after.ToArray())
        {
            after.Remove(key);
            document.Root[key] = value;
        }

        return Outcome.Done;
    }

    private static void Keep(JsonObject current, JsonObject next, string field)
    {
        next.Remove(field);
        if (current.ContainsKey(field))
        {
            next[field] = current[field]?.DeepClone();
        }
    }
}
