using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>Protected Items of a profile that a policy made, and that still follow it (spec/01 §4.6).</summary>
public static class PolicyItems
{
    // What a device or a user's history gave the item is not the policy's.
    private static readonly string[] Own = ["OwnerDevice", "CreateTime", "ModifyTime", "Statistics", "PolicySourceID", "OverrideDestinationRetention"];

    /// <summary>Brings the items that remain linked up to the policy, and removes those that the policy gave up.</summary>
    /// <param name="document">The account, with the policy's new copy in it.</param>
    /// <param name="deleteSources">Items of the policy to remove.</param>
    /// <param name="now">Unix seconds UTC.</param>
    public static void Follow(AccountDocument document, IReadOnlyCollection<string> deleteSources, long now)
    {
        var sources = Sources(UserPolicy.Of(document.Root)).ToDictionary(static s => s.Key, static s => s.Source, StringComparer.Ordinal);
        foreach (var (id, item) in document.Root.Entries("Sources").Where(static s => s.Value.Text("PolicySourceID").Length > 0).ToArray())
        {
            var from = item.Text("PolicySourceID");
            if (deleteSources.Contains(from))
            {
                document.RemoveItem(id);
            }
            else if (item.Flag("ExistingUserUpdate") && sources.TryGetValue(from, out var source))
            {
                Update(item, source, now);
            }
        }
    }

    /// <summary>The items of a policy, with the operating systems that they are for. A key that stands in both maps of the contract is one item.</summary>
    public static IEnumerable<(string Key, JsonObject Source, long RestrictOs)> Sources(UserPolicy policy) =>
        policy.Root.Entries("DefaultSources").Select(static s => (Key: s.Key, Source: s.Value, RestrictOs: 0L))
            .Concat(policy.Root.Entries("DefaultSourcesWithOSRestriction").Select(static s => (s.Key, s.Value.Map("SourceConfig"), s.Value.Number("RestrictOS"))))
            .DistinctBy(static s => s.Key, StringComparer.Ordinal);

    private static void Update(JsonObject item, JsonObject source, long now)
    {
        var changed = false;
        foreach (var (name, value) in source)
        {
            if (!Own.Contains(name) && !JsonNode.DeepEquals(item[name], value))
            {
                item[name] = value?.DeepClone();
                changed = true;
            }
        }

        if (changed)
        {
            item["ModifyTime"] = now;
        }
    }
}
