using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>Items, vaults and exclusions of a profile as devices get them (spec/01 §4.3, §5.1, §6.1).</summary>
public static class DeviceProfile
{
    /// <summary>A Protected Item, from SourceConfig.</summary>
    public static AgentItem Item(string id, JsonObject item) => new(
        id, item.Text("Engine"), item.Text("Description"),
        item.Map("EngineProps").Where(static p => p.Value is JsonValue).ToDictionary(static p => p.Key, p => item.Map("EngineProps").Text(p.Key)),
        Commands(item));

    /// <summary>A Storage Vault, from DestinationConfig.</summary>
    public static AgentVault Vault(string id, JsonObject vault)
    {
        var type = (int)Math.Clamp(vault.Number("DestinationType"), 0, int.MaxValue);
        var location = VaultLocations.Of(type).Select(f => (Name: f, Value: Field(vault, f))).Where(static f => f.Value.Length > 0).ToDictionary(static f => f.Name, static f => f.Value);
        return new AgentVault(
            id, vault.Text("Description"), type,
            vault.Text("CometServer"), vault.Text("CometBucket"), vault.Text("CometBucketKey"),
            (int)Math.Clamp(vault.Number("EncryptionKeyEncryptionMethod"), 0, int.MaxValue), vault.Text("EncryptedEncryptionKey"),
            type == VaultTypes.StorageRole ? null : location,
            type != VaultTypes.StorageRole && vault.Flag("StorageLimitEnabled") ? Math.Max(0, vault.Number("StorageLimitBytes")) : 0,
            Commands(vault));
    }

    /// <summary>The mandatory exclusions of the user's policy, whose effective copy stands in the profile; null when there are none.</summary>
    public static AgentExclusion[]? Exclusions(JsonObject profile) =>
        profile.Map("Policy")["FileAndFolderMandatoryExclusions"] is JsonArray { Count: > 0 } list
            ? [.. list.OfType<JsonObject>().Where(static e => e.Text("Exclude").Length > 0).Select(static e => new AgentExclusion(e.Text("Exclude"), e.Flag("Regex"), (int)Math.Clamp(e.Number("RestrictOS"), 0, 99)))]
            : null;

    /// <summary>The commands of an item, a vault or a rule; null when there are none.</summary>
    public static AgentCommands? Commands(JsonObject of)
    {
        var commands = new AgentCommands(Texts(of, "PreExec"), Texts(of, "ThawExec"), Texts(of, "PostExec"));
        return commands is { Before: null, Thaw: null, After: null } ? null : commands;
    }

    private static string[]? Texts(JsonObject of, string name) => of.Texts(name).Where(static c => c.Trim().Length > 0).ToArray() is { Length: > 0 } some ? some : null;

    // Texts as they are, numbers and flags as JSON writes them; what has its default need not be told.
    private static string Field(JsonObject vault, string path)
    {
        JsonNode? at = vault;
        foreach (var step in path.Split('.'))
        {
            at = (at as JsonObject)?[step];
        }

        return at is JsonValue value && value.ToString() is var text && text is not ("false" or "0") ? text : "";
    }
}
