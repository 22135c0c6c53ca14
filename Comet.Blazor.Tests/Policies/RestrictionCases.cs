using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Policies;

/// <summary>Every restriction that holds customers' changes of the profile, as changes of one small profile.</summary>
internal static class RestrictionCases
{
    private const string Providers = """{"StorageVaultProviders":{"ShouldRestrictProviderList":true,"AllowedProvidersWhenRestricted":[1001]}}""";
    private const string Engines = """{"ProtectedItemEngineTypes":{"ShouldRestrictEngineTypeList":true,"AllowedEngineTypeWhenRestricted":["engine1/file"]}}""";

    /// <summary>What customers may not change: the restriction, the change that it prevents, and the words of the refusal.</summary>
    public static IReadOnlyDictionary<string, (string Policy, Action<JsonObject> Change, string Words)[]> Prevented { get; } = new Dictionary<string, (string Policy, Action<JsonObject> Change, string Words)[]>
    {
        ["PreventAddCustomStorageVault"] = [("""{"PreventAddCustomStorageVault":true}""", static p => p["Destinations"]!["new"] = Vault(1000), "adding custom Storage Vaults")],
        ["PreventEditStorageVault"] =
        [
            ("""{"PreventEditStorageVault":true}""", static p => p["Destinations"]!["v"]!["Description"] = "Other", "editing Storage Vaults"),
            ("""{"PreventEditStorageVault":true}""", static p => p["Destinations"]!["v"]!["FutureField"] = 1, "editing Storage Vaults"),
        ],
        ["PreventDeleteStorageVault"] = [("""{"PreventDeleteStorageVault":true}""", static p => p["Destinations"] = new JsonObject(), "deleting Storage Vaults")],
        ["StorageVaultProviders"] =
        [
            (Providers, static p => p["Destinations"]!["new"] = Vault(1000), "type S3-compatible"),
            (Providers, static p => p["Destinations"]!["v"]!["DestinationType"] = 1004, "type FTP"),
            (Providers, static p => p["Destinations"]!["new"] = Spanned(), "Storage Vaults of the type"),
        ],
        ["PreventNewProtectedItem"] = [("""{"PreventNewProtectedItem":true}""", static p => p["Sources"]!["new"] = Item("engine1/file"), "adding Protected Items")],
        ["PreventEditProtectedItem"] =
        [
            ("""{"PreventEditProtectedItem":true}""", static p => p["Sources"]!["i"]!["EngineProps"]!["INCLUDE0"] = "/", "editing Protected Items"),
            ("""{"PreventEditProtectedItem":true}""", static p => p["BackupRules"]!["r"]!["StopAfter"] = 5, "backup rules"),
            ("""{"PreventEditProtectedItem":true}""", static p => p["BackupRules"] = new JsonObject(), "backup rules"),
            ("""{"PreventEditProtectedItem":true}""", static p => p["BackupRules"]!["r2"] = Rule("i"), "backup rules"),
        ],
        ["PreventDeleteProtectedItem"] =
            [("""{"PreventDeleteProtectedItem":true}""", static p => (p["Sources"], p["BackupRules"]) = (new JsonObject(), new JsonObject()), "deleting Protected Items")],
        ["ProtectedItemEngineTypes"] =
        [
            (Engines, static p => p["Sources"]!["new"] = Item("engine1/mysql"), "type MySQL"),
            (Engines, static p => p["Sources"]!["i"]!["Engine"] = "engine1/stdout", "type Program Output"),
        ],
        ["PreventChangeEmailSettings"] =
        [
            ("""{"PreventChangeEmailSettings":true}""", static p => p["Emails"] = new JsonArray("a@example.com"), "changing email settings"),
            ("""{"PreventChangeEmailSettings":true}""", static p => p["SendEmailReports"] = true, "changing email settings"),
            ("""{"PreventChangeEmailSettings":true}""", static p => p["OverrideEmailSettings"] = new JsonObject { ["a@example.com"] = new JsonObject() }, "changing email settings"),
        ],
        ["PreventChangeAccountName"] = [("""{"PreventChangeAccountName":true}""", static p => p["AccountName"] = "Other", "changing the account name")],
        ["PreventProtectedItemRetention"] =
        [
            ("""{"PreventProtectedItemRetention":true}""", static p => p["Sources"]!["i"]!["OverrideDestinationRetention"] = new JsonObject { ["v"] = new JsonObject { ["Mode"] = 801 } }, "overriding the retention"),
        ],
    };

    /// <summary>A profile with one device, vault, item and rule, which a change can be made of.</summary>
    public static JsonObject Profile(string policy)
    {
        var profile = ProfileTemplates.Profile();
        profile["Policy"] = JsonNode.Parse(policy);
        profile["Devices"] = new JsonObject { ["d"] = ProfileTemplates.Device() };
        profile["Destinations"] = new JsonObject { ["v"] = Vault(1000) };
        profile["Sources"] = new JsonObject { ["i"] = Item("engine1/file") };
        profile["BackupRules"] = new JsonObject { ["r"] = Rule("i") };
        return profile;
    }

    public static JsonObject Vault(long type)
    {
        var vault = ProfileTemplates.Vault();
        vault["DestinationType"] = type;
        return vault;
    }

    public static JsonObject Spanned()
    {
        var vault = Vault(1001);
        vault["SpanTargets"] = new JsonArray(Vault(1000));
        return vault;
    }

    public static JsonObject Item(string engine)
    {
        var item = ProfileTemplates.Item();
        (item["Engine"], item["OwnerDevice"], item["Description"]) = (engine, "d", "Docs");
        item["EngineProps"] = engine == "engine1/mysql" ? new JsonObject { [ItemEngines.MySqlKeys.Username] = "root", [ItemEngines.MySqlKeys.AllDatabases] = "1" } : new JsonObject { ["INCLUDE0"] = "/srv" };
        return item;
    }

    public static JsonObject Rule(string item) => new() { ["Source"] = item, ["Destination"] = "v", ["SkipAlreadyRunning"] = false };
}
