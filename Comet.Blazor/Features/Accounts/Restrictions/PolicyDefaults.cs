using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>A Protected Item that a policy gives to new devices.</summary>
/// <param name="Key">Its key in the policy; items on devices name it as their PolicySourceID.</param>
/// <param name="Source">SourceConfig.</param>
/// <param name="RestrictOs">The systems of the devices that get it (<see cref="OsRestriction"/>).</param>
public sealed record PolicyItem(string Key, JsonObject Source, long RestrictOs);

/// <summary>A backup rule that a policy gives to new devices.</summary>
/// <param name="Key">Its key in the policy.</param>
/// <param name="Json">BackupRuleConfig.</param>
public sealed record PolicyRule(string Key, JsonObject Json)
{
    /// <summary>The policy's item that it is for; empty for each of them.</summary>
    public string Item => Json.Text("Source");
}

/// <summary>
/// Protected Items and backup rules of new devices, as a view on a policy (contract: UserPolicy; spec/01 §4.3, newer fields). The contract keeps each in
/// two maps; what is there stays in its map, and fields that are not known stay everywhere.
/// </summary>
/// <param name="policy">The policy, changed in place.</param>
public sealed class PolicyDefaults(JsonObject policy)
{
    /// <summary>A rule's Destination: the newest Storage Vault of the device (contract: DESTINATIONTYPE_LATEST).</summary>
    public const string NewestVault = "1100";

    /// <summary>A rule's Destination: each Storage Vault of the device (contract: DESTINATIONTYPE_ALL).</summary>
    public const string EveryVault = "1101";

    private const string ForAny = "DefaultSources";
    private const string ForSystem = "DefaultSourcesWithOSRestriction";
    private const string OfItem = "DefaultSourcesBackupRules";
    private const string OfAll = "DefaultBackupRules";
    private static readonly string[] RuleMaps = [OfItem, OfAll];

    /// <summary>The items, in the policy's order.</summary>
    public IReadOnlyList<PolicyItem> Items => [.. PolicyItems.Sources(new UserPolicy(policy)).Select(static s => new PolicyItem(s.Key, s.Source, s.RestrictOs))];

    /// <summary>The rules, in the policy's order.</summary>
    public IReadOnlyList<PolicyRule> Rules => [.. RuleMaps.SelectMany(policy.Entries).DistinctBy(static r => r.Key).Select(static r => new PolicyRule(r.Key, r.Value))];

    /// <summary>The rules that an item gets: its own, and those of each item.</summary>
    public IEnumerable<PolicyRule> RulesFor(string itemKey) => Rules.Where(r => r.Item.Length == 0 || r.Item == itemKey);

    /// <summary>Adds an item, or replaces the one with its key.</summary>
    public void Put(PolicyItem item)
    {
        if (policy.Map(ForSystem)[item.Key] is JsonObject || item.RestrictOs != 0)
        {
            var entry = policy.MapForWrite(ForSystem).MapForWrite(item.Key);
            (entry["SourceConfig"], entry["RestrictOS"]) = (item.Source.DeepClone(), item.RestrictOs);
            policy.Map(ForAny).Remove(item.Key);
        }
        else
        {
            policy.MapForWrite(ForAny)[item.Key] = item.Source.DeepClone();
        }
    }

    /// <summary>Takes an item away, with the rules that are for it alone.</summary>
    public void Remove(string itemKey)
    {
        policy.Map(ForAny).Remove(itemKey);
        policy.Map(ForSystem).Remove(itemKey);
        foreach (var map in RuleMaps)
        {
            foreach (var (key, _) in policy.Entries(map).Where(r => r.Value.Text("Source") == itemKey).ToArray())
            {
                policy.Map(map).Remove(key);
            }
        }
    }

    /// <summary>Adds a copy of an item and of the rules that are for it alone.</summary>
    public void Copy(PolicyItem item)
    {
        var copy = new PolicyItem(Guid.NewGuid().ToString(), Named(item.Source), item.RestrictOs);
        foreach (var rule in Rules.Where(r => r.Item == item.Key))
        {
            var json = (JsonObject)rule.Json.DeepClone();
            json["Source"] = copy.Key;
            Put(new PolicyRule(Guid.NewGuid().ToString(), json));
        }

        Put(copy);
    }

    /// <summary>Adds a rule, or replaces the one with its key.</summary>
    public void Put(PolicyRule rule)
    {
        var map = RuleMaps.FirstOrDefault(m => policy.Map(m).ContainsKey(rule.Key)) ?? (rule.Item.Length > 0 ? OfItem : OfAll);
        policy.MapForWrite(map)[rule.Key] = rule.Json.DeepClone();
    }

    /// <summary>Takes a rule away.</summary>
    public void RemoveRule(string key)
    {
        foreach (var map in RuleMaps)
        {
            policy.Map(map).Remove(key);
        }
    }

    /// <summary>Adds a copy of a rule.</summary>
    public void Copy(PolicyRule rule) => Put(new PolicyRule(Guid.NewGuid().ToString(), Named(rule.Json)));

    private static JsonObject Named(JsonObject json)
    {
        var copy = (JsonObject)json.DeepClone();
        if (copy.Text("Description") is { Length: > 0 } name)
        {
            copy["Description"] = name + " (copy)";
        }

        return copy;
    }
}
