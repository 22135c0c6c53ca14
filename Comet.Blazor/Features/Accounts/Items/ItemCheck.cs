using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Items.Engines;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>What a Protected Item and its backup rules must be to be saved (spec/01 §5). The editor asks the same questions while somebody types.</summary>
public static class ItemCheck
{
    private const int MaxName = 255;
    private const int MaxCommands = 100;
    private const int MaxCommand = 4_096;
    private const int MaxRules = 100;
    private static readonly string[] CommandLists = ["PreExec", "ThawExec", "PostExec"];

    /// <summary>Checks the types of all fields, so that everything after may read them.</summary>
    /// <param name="id">The item's id.</param>
    /// <param name="source">SourceConfig; null when it stays as it is.</param>
    /// <param name="rules">Its rules; null when they stay as they are.</param>
    public static Outcome Shape(string id, JsonObject? source, IReadOnlyDictionary<string, JsonObject>? rules)
    {
        if (id.Length is 0 or > 255 || id.Any(char.IsControl))
        {
            return Outcome.Invalid("The Protected Item needs an id of 1 to 255 characters, such as a GUID.");
        }

        if (rules?.Keys.Any(static k => k.Length is 0 or > 255 || k.Any(char.IsControl)) == true)
        {
            return Outcome.Invalid("Each backup rule needs an id of 1 to 255 characters, such as a GUID.");
        }

        var parts = new JsonObject();
        if (source is not null)
        {
            parts["Sources"] = new JsonObject { [id] = source.DeepClone() };
        }

        if (rules is not null)
        {
            parts["BackupRules"] = new JsonObject(rules.Select(static r => KeyValuePair.Create(r.Key, (JsonNode?)r.Value.DeepClone())));
        }

        return ProfileShape.Check(parts);
    }

    /// <summary>Checks name, commands, retention and the engine's settings.</summary>
    /// <param name="item">SourceConfig of the right shape.</param>
    /// <param name="os">The device's operating system; empty when unknown.</param>
    public static Outcome Item(JsonObject item, string os)
    {
        var name = item.Text("Description");
        return name.Trim().Length == 0 || name.Length > MaxName || name.Any(char.IsControl) ? Outcome.Invalid($"Give the Protected Item a name of 1 to {MaxName} characters.")
            : item.Text("Engine").Trim().Length == 0 ? Outcome.Invalid("Choose the type of the Protected Item.")
            : Commands(item, "this Protected Item") is { Ok: false } commands ? commands
            : item.Entries("OverrideDestinationRetention").Select(static o => RetentionCheck.Complaint(RetentionPolicy.Read(o.Value))).FirstOrDefault(static c => c is not null) is { } retention
                ? Outcome.Invalid($"Retention of this Protected Item: {retention}")
            : EngineCheck.Check(item.Text("Engine"), item.Map("EngineProps"), os);
    }

    /// <summary>Checks the rules of one item against the profile that they shall stand in: each needs a Storage Vault that the item's device may use.</summary>
    /// <param name="document">The profile, with the item.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="rules">Its rules, of the right shape.</param>
    public static Outcome Rules(AccountDocument document, string itemId, IReadOnlyDictionary<string, JsonObject> rules)
    {
        if (rules.Count > MaxRules)
        {
            return Outcome.Invalid($"A Protected Item can have {MaxRules} backup rules at most.");
        }

        var device = document.Item(itemId)?.Text("OwnerDevice") ?? "";
        foreach (var (id, rule) in rules)
        {
            var name = Name(rule);
            if (rule.Text("Source") is { Length: > 0 } source && source != itemId
                || document.Rules[id] is JsonObject standing && standing.Text("Source") is { Length: > 0 } other && other != itemId)
            {
                return Outcome.Invalid($"{name} belongs to another Protected Item. Give the rule an id of its own.");
            }

            if (Destination(document.Vault(rule.Text("Destination")), rule, device) is { Ok: false } vault)
            {
                return vault;
            }

            if (Commands(rule, name) is { Ok: false } commands)
            {
                return commands;
            }

            if (rule.Number("AutoRetentionLevel") is < 0 or > 3)
            {
                return Outcome.Invalid($"{name}: AutoRetentionLevel must be 0 (automatic), 1 (after every job), 2 (more often) or 3 (less often).");
            }

            if (rule.Number("ConcurrencyCount") is < 0 or > 1_000)
            {
                return Outcome.Invalid($"{name}: ConcurrencyCount must be 0 (as the device sees fit) to 1000.");
            }
        }

        return Outcome.Done;
    }

    /// <summary>"The backup rule Nightly", or "A backup rule" of one without a name.</summary>
    public static string Name(JsonObject rule) => rule.Text("Description") is { Length: > 0 } name ? $"The backup rule {EngineCheck.Shown(name)}" : "A backup rule";

    private static Outcome Destination(JsonObject? vault, JsonObject rule, string device) =>
        rule.Text("Destination").Length == 0 ? Outcome.Invalid($"{Name(rule)} has no Storage Vault. Choose one, or remove the rule.")
        : vault is null ? Outcome.Invalid($"{Name(rule)} goes to a Storage Vault that this user does not have. Choose another one, or remove the rule.")
        : AccountDocument.VaultServes(vault, device) ? Outcome.Done
        : Outcome.Invalid($"{Name(rule)} goes to the Storage Vault {vault.Text("Description")}, which this device may not use. Choose another one, or let the vault serve the device.");

    private static Outcome Commands(JsonObject at, string of)
    {
        foreach (var list in CommandLists)
        {
            var commands = at.Texts(list);
            if (commands.Length > MaxCommands || commands.Any(static c => c.Trim().Length == 0 || c.Length > MaxCommand || c.Any(static x => char.IsControl(x) && x != '\t')))
            {
                return Outcome.Invalid($"The commands of {of.TrimStart()} must be single lines of at most {MaxCommand} characters, {MaxCommands} at most.");
            }
        }

        return Outcome.Done;
    }
}
