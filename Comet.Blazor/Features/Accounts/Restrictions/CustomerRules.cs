using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using static Comet.Blazor.Features.Accounts.Restrictions.ProfileChange;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>
/// What a customer may change in the own profile: the fields that are the customer's (spec/05 §3), as far as the policy leaves them (spec/01 §4.3).
/// Compares what stands with what shall stand, so that every way of saving has the same answer. Administrators are not held to it (spec/01 §4.2).
/// </summary>
public static class CustomerRules
{
    private static readonly FrozenSet<string> Fields = Set(
        "AccountName LocalTimezone LanguageCode Emails SendEmailReports OverrideEmailSettings Destinations Sources BackupRules Devices");

    private static readonly string[] Mail = ["Emails", "SendEmailReports", "OverrideEmailSettings"];
    private static readonly FrozenSet<string> VaultNotOurs = Set("Statistics StorageLimitEnabled StorageLimitBytes StorageLimitID CreateTime RepoInitTimestamp RetentionError");
    private static readonly FrozenSet<string> VaultKey = Set("EncryptedEncryptionKey EncryptionKeyEncryptionMethod");

    /// <summary>
    /// Makes a change of a profile. One that a customer makes, or the customer's device, is refused as <see cref="Refusal.Denied"/> with the field that is
    /// none of the customer's, or with the restriction and the policy; the profile is not to be stored then.
    /// </summary>
    /// <param name="by">Who changes it.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="policies">Name the policy.</param>
    /// <param name="change">The change; a refusal of its own comes first.</param>
    public static Outcome Guard(Actor by, JsonObject profile, IPolicyDirectory policies, Func<Outcome> change)
    {
        if (by.Kind is not (ActorKind.Customer or ActorKind.Device))
        {
            return change();
        }

        var before = Completed(profile);
        var changed = change();
        return changed.Ok ? Check(before, Completed(profile), policies.Find(before.Text("PolicyID"))?.Name ?? "") : changed;
    }

    /// <summary>
    /// Refused as <see cref="Refusal.Denied"/> with the field that is none of the customer's, or with the restriction and the policy. The policy is
    /// the copy in the profile that stands.
    /// </summary>
    /// <param name="before">The profile that stands, with every field of the contract.</param>
    /// <param name="after">The profile that shall stand, with every field of the contract.</param>
    /// <param name="policyName">The policy's name; empty for a custom one.</param>
    public static Outcome Check(JsonObject before, JsonObject after, string policyName) =>
        Own(before, after) ?? Restricted(before, after, UserPolicy.Of(before), new PolicyRefusal(policyName)) ?? Outcome.Done;

    private static JsonObject Completed(JsonObject profile)
    {
        var copy = (JsonObject)profile.DeepClone();
        ProfileTemplates.Complete(copy);
        return copy;
    }

    private static Outcome? Own(JsonObject before, JsonObject after)
    {
        if (Names(before, after).Where(static n => !Fields.Contains(n)).FirstOrDefault(n => !Same(before[n], after[n])) is { } field)
        {
            return NotYours(field);
        }

        foreach (var (id, now) in after.Entries("Devices").Concat(before.Entries("Devices")))
        {
            if (before.Map("Devices")[id] is not JsonObject old || after.Map("Devices")[id] is not JsonObject
                || Names(old, now).Any(n => n != "FriendlyName" && !Same(old[n], now[n])))
            {
                return NotYours($"Devices[{id}]");
            }
        }

        foreach (var (id, now) in after.Entries("Destinations"))
        {
            if (before.Map("Destinations")[id] is JsonObject old
                && Names(old, now).FirstOrDefault(n => (VaultNotOurs.Contains(n) || (VaultKey.Contains(n) && old.Text("EncryptedEncryptionKey").Length > 0)) && !Same(old[n], now[n])) is { } limit)
            {
                return NotYours($"Destinations[{id}].{limit}");
            }
        }

        return after.Entries("Sources").Where(s => !after.Map("Devices").ContainsKey(s.Value.Text("OwnerDevice")) && !before.Map("Sources").ContainsKey(s.Key))
            .Select(static s => (Outcome?)Outcome.Invalid($"The Protected Item {Name(s)} is for a device that this account does not have.")).FirstOrDefault();
    }

    private static Outcome? Restricted(JsonObject before, JsonObject after, UserPolicy policy, PolicyRefusal no) =>
        policy.PreventChangeAccountName && !Same(before["AccountName"], after["AccountName"]) ? no.Because("changing the account name")
        : policy.PreventChangeEmailSettings && Mail.Any(f => !Same(before[f], after[f])) ? no.Because("changing email settings")
        : Vaults(before, after, policy, no) ?? (new ItemRules(policy, no).Check(before, after) is { Ok: false } items ? items : null);

    private static Outcome? Vaults(JsonObject before, JsonObject after, UserPolicy policy, PolicyRefusal no)
    {
        var (old, now) = (before.Map("Destinations"), after.Map("Destinations"));
        if (policy.PreventDeleteStorageVault && old.Any(v => !now.ContainsKey(v.Key)))
        {
            return no.Because("deleting Storage Vaults");
        }

        foreach (var (id, vault) in after.Entries("Destinations"))
        {
            if (old[id] is JsonObject known)
            {
                if (policy.PreventEditStorageVault && IsChanged(known, vault))
                {
                    return no.Because("editing Storage Vaults");
                }

                if (known.Number("DestinationType") == vault.Number("DestinationType"))
                {
                    continue; // those of other types that are there already may stay, and be edited
                }
            }
            else if (policy.PreventAddCustomStorageVault)
            {
                return no.Because("adding custom Storage Vaults");
            }

            if (policy.VaultTypes is { } allowed && Types(vault).Where(t => !allowed.Contains(t)).Select(static t => (long?)t).FirstOrDefault() is { } type)
            {
                return no.Because($"Storage Vaults of the type {Wire.VaultTypes.Name((int)Math.Clamp(type, 0, int.MaxValue))}");
            }
        }

        return null;
    }

    private static Outcome NotYours(string field) => Outcome.Denied($"You may not change the field {field} of your profile. Leave it as it is; your backup administrator can change it.");

    private static IEnumerable<long> Types(JsonObject vault) => (vault["SpanTargets"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(Types).Prepend(vault.Number("DestinationType"));

    private static string Name(KeyValuePair<string, JsonObject> part) => part.Value.Text("Description") is { Length: > 0 } name ? name : part.Key;

    private static FrozenSet<string> Set(string names) => names.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
