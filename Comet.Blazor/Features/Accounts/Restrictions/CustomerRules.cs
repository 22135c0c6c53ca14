using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

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
    private static readonly FrozenSet<string> ServerWritten = Set("Statistics ModifyTime");

    /// <summary>
    /// Refused as <see cref="Refusal.Denied"/> with the field that is none of the customer's, or with the restriction and the policy. The policy is
    /// the copy in the profile that stands.
    /// </summary>
    /// <param name="before">The profile that stands, with every field of the contract.</param>
    /// <param name="after">The profile that shall stand, with every field of the contract.</param>
    /// <param name="policyName">The policy's name; empty for a custom one.</param>
    public static Outcome Check(JsonObject before, JsonObject after, string policyName)
    {
        var policy = UserPolicy.Of(before);
        return Own(before, after) ?? Restricted(before, after, policy, new PolicyRefusal(policyName)) ?? Outcome.Done;
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
        : Vaults(before, after, policy, no) ?? Items(before, after, policy, no) ?? Rules(before, after, policy, no);

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
                if (policy.PreventEditStorageVault && Changed(known, vault))
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

            if (policy.VaultTypes is { } types && !Types(vault).All(types.Contains))
            {
                return no.Because($"Storage Vaults of the type {Wire.VaultTypes.Name((int)Math.Clamp(vault.Number("DestinationType"), 0, int.MaxValue))}");
            }
        }

        return null;
    }

    private static Outcome? Items(JsonObject before, JsonObject after, UserPolicy policy, PolicyRefusal no)
    {
        var (old, now) = (before.Map("Sources"), after.Map("Sources"));
        if (policy.PreventDeleteProtectedItem && old.Any(i => !now.ContainsKey(i.Key)))
        {
            return no.Because("deleting Protected Items");
        }

        foreach (var (id, item) in after.Entries("Sources"))
        {
            var known = old[id] as JsonObject;
            if (known is null && policy.PreventNewProtectedItem)
            {
                return no.Because("adding Protected Items");
            }

            if (known is not null && policy.PreventEditProtectedItem && Changed(known, item))
            {
                return no.Because("editing Protected Items");
            }

            if (known?.Text("Engine") != item.Text("Engine") && policy.ItemEngines is { } engines && !engines.Contains(item.Text("Engine")))
            {
                return no.Because($"Protected Items of the type {item.Text("Engine")}");
            }

            if (policy.PreventProtectedItemRetention && !Same(Retention(known), Retention(item)))
            {
                return no.Because("overriding the retention of Protected Items");
            }
        }

        return null;
    }

    // Rules are part of their items; those of an item that comes or goes with the same change come and go with it.
    private static Outcome? Rules(JsonObject before, JsonObject after, UserPolicy policy, PolicyRefusal no)
    {
        if (!policy.PreventEditProtectedItem)
        {
            return null;
        }

        var (old, now) = (before.Map("BackupRules"), after.Map("BackupRules"));
        return old.Select(static r => r.Key).Union(now.Select(static r => r.Key), StringComparer.Ordinal)
            .Where(id => old[id] is not JsonObject was || now[id] is not JsonObject became || Changed(was, became))
            .Any(id => Stays(old[id]) || Stays(now[id])) ? no.Because("editing Protected Items, which their backup rules are part of") : null;

        bool Stays(JsonNode? rule) => rule is JsonObject r && before.Map("Sources").ContainsKey(r.Text("Source")) && after.Map("Sources").ContainsKey(r.Text("Source"));
    }

    private static Outcome NotYours(string field) => Outcome.Denied($"You may not change the field {field} of your profile. Leave it as it is; your backup administrator can change it.");

    private static bool Changed(JsonObject old, JsonObject now) => Names(old, now).Any(n => !ServerWritten.Contains(n) && !Same(old[n], now[n]));

    private static JsonObject Retention(JsonObject? item) => item?["OverrideDestinationRetention"] as JsonObject ?? [];

    // A list or map that is absent, null or empty says the same.
    private static bool Same(JsonNode? a, JsonNode? b) => JsonNode.DeepEquals(a, b) || (IsNothing(a) && IsNothing(b));

    private static bool IsNothing(JsonNode? at) => at is null or JsonArray { Count: 0 } or JsonObject { Count: 0 };

    private static IEnumerable<string> Names(JsonObject a, JsonObject b) => a.Select(static p => p.Key).Union(b.Select(static p => p.Key), StringComparer.Ordinal);

    private static IEnumerable<long> Types(JsonObject vault) => (vault["SpanTargets"] as JsonArray ?? []).OfType<JsonObject>().SelectMany(Types).Prepend(vault.Number("DestinationType"));

    private static string Name(KeyValuePair<string, JsonObject> part) => part.Value.Text("Description") is { Length: > 0 } name ? name : part.Key;

    private static FrozenSet<string> Set(string names) => names.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>How a refusal by a policy is told.</summary>
/// <param name="policyName">The policy's name; empty for a custom one.</param>
public readonly struct PolicyRefusal(string policyName)
{
    /// <summary>The refusal.</summary>
    /// <param name="what">What is prevented, such as "deleting Storage Vaults".</param>
    public Outcome Because(string what) => Outcome.Denied(
        $"Prevented by {(policyName.Length > 0 ? $"the policy {policyName}" : "this account's policy")}: {what}. Ask your backup administrator.");
}
