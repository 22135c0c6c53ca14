using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>
/// What a policy gives to a device that registers: Protected Items for its system, and their backup rules (spec/01 §4.3, DefaultSources and
/// DefaultBackupRules). Giving twice gives nothing more.
/// </summary>
public static class NewDevices
{
    /// <summary>Puts items and rules into the profile.</summary>
    /// <param name="document">The account, with the device in it.</param>
    /// <param name="deviceId">The device.</param>
    /// <param name="os">Its system.</param>
    /// <param name="now">Unix seconds UTC.</param>
    public static void Give(AccountDocument document, string deviceId, OsInfo os, long now)
    {
        var policy = UserPolicy.Of(document.Root);
        Dictionary<string, string> items = new(StringComparer.Ordinal);
        foreach (var (key, source, _) in PolicyItems.Sources(policy).Where(s => OsRestriction.Allows(s.RestrictOs, os.Os, os.Arch)))
        {
            items[key] = ItemOf(document, deviceId, key) ?? Add(document, deviceId, key, source, now);
        }

        foreach (var (_, rule) in policy.Root.Entries("DefaultSourcesBackupRules").Concat(policy.Root.Entries("DefaultBackupRules")))
        {
            var source = rule.Text("Source");
            foreach (var item in source.Length == 0 ? [.. items.Values] : items.TryGetValue(source, out var one) ? [one] : Array.Empty<string>())
            {
                foreach (var vault in Vaults(document, deviceId, rule.Text("Destination")))
                {
                    AddRule(document, rule, item, vault, deviceId, now);
                }
            }
        }
    }

    private static string? ItemOf(AccountDocument document, string deviceId, string key) =>
        document.Root.Entries("Sources").Where(s => s.Value.Text("PolicySourceID") == key && s.Value.Text("OwnerDevice") == deviceId).Select(static s => s.Key).FirstOrDefault();

    private static string Add(AccountDocument document, string deviceId, string key, JsonObject source, long now)
    {
        var item = ProfileTemplates.Item();
        foreach (var (name, value) in source.Where(static p => p.Key != "Statistics"))
        {
            item[name] = value?.DeepClone();
        }

        (item["OwnerDevice"], item["PolicySourceID"], item["CreateTime"], item["ModifyTime"]) = (deviceId, key, now, now);
        var id = Guid.NewGuid().ToString();
        document.Items[id] = item;
        return id;
    }

    private static IEnumerable<string> Vaults(AccountDocument document, string deviceId, string destination)
    {
        var own = document.Root.Entries("Destinations").Where(v => AccountDocument.VaultServes(v.Value, deviceId)).OrderByDescending(static v => v.Value.Number("CreateTime")).Select(static v => v.Key);
        return destination switch
        {
            PolicyDefaults.EveryVault => own.ToArray(),
            "" or PolicyDefaults.NewestVault => own.Take(1).ToArray(),
            _ => own.Where(v => v == destination).ToArray(),
        };
    }

    private static void AddRule(AccountDocument document, JsonObject template, string item, string vault, string deviceId, long now)
    {
        var registered = document.Devices[deviceId] is JsonObject device ? device.Number("RegistrationTime") : 0;
        var rule = (JsonObject)template.DeepClone();
        (rule["Source"], rule["Destination"], rule["CreateTime"], rule["ModifyTime"]) = (item, vault, now, now);
        PolicyValues.Begin(rule, UserPolicy.Of(document.Root));
        var given = document.Root.Entries("BackupRules").Select(static r => r.Value).Where(r => r.Text("Source") == item && SameRule(r, rule)).ToList();
        if (given.Any(r => r.Text("Destination") == vault))
        {
            return;
        }

        if (template.Text("Destination") is "" or PolicyDefaults.NewestVault && given.Count > 0)
        {
            // The device's own vault is made after its registration: then that is the newest, and the rule goes there instead.
            if (given.Find(r => r.Number("CreateTime") >= registered) is { } early)
            {
                (early["Destination"], early["ModifyTime"]) = (vault, now);
            }

            return;
        }

        document.Rules[Guid.NewGuid().ToString()] = rule;
    }

    // Rules need no name: then what starts them tells them apart.
    private static bool SameRule(JsonObject one, JsonObject other) => one.Text("Description") is { Length: > 0 } name ? name == other.Text("Description")
        : other.Text("Description").Length == 0 && JsonNode.DeepEquals(one["Schedules"], other["Schedules"]) && JsonNode.DeepEquals(one["EventTriggers"], other["EventTriggers"]);
}
