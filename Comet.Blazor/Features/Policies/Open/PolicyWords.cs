using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Policies.Open;

/// <summary>Settings of a policy and their values in the words of its editor, for lists of what changes.</summary>
public static class PolicyWords
{
    private const string Inner = "Policy.";
    private const string VaultTypeList = "StorageVaultProviders.AllowedProvidersWhenRestricted";
    private const string EngineList = "ProtectedItemEngineTypes.AllowedEngineTypeWhenRestricted";
    private const string Retention = "DefaultStorageVaultRetention";

    /// <summary>Fields, by their paths in the policy, that mean something as a whole only.</summary>
    public static IReadOnlyList<string> Wholes { get; } = [Inner + VaultTypeList, Inner + EngineList, Inner + Retention];

    private static readonly (string Map, string What)[] Parts =
    [
        ("DefaultSources", "Protected Item"), ("DefaultSourcesWithOSRestriction", "Protected Item"), ("DefaultSourcesBackupRules", "Backup rule"), ("DefaultBackupRules", "Backup rule"),
    ];

    private static readonly (string Field, string Words)[] Fields =
    [
        ("StorageVaultProviders.ShouldRestrictProviderList", "Restrict available Storage Vault types"),
        (VaultTypeList, "Storage Vault types that can be added"),
        ("ProtectedItemEngineTypes.ShouldRestrictEngineTypeList", "Restrict available Protected Item types"),
        (EngineList, "Protected Item types that can be created"),
        ("FileAndFolderMandatoryExclusions", "Exclusion"),
        ("DefaultEmailReports.ShouldOverrideDefaultReports", "Users without reports of their own get these"),
        ("DefaultEmailReports.Reports", "Email report"),
        (Retention, "Default retention policy"),
        ("DefaultNewStorageVault", "Storage Vault of a new device"),
        ("ModeLastJobFailDoRetryTime", "Minutes between retries"),
        ("ModeLastJobFailDoRetryCount", "Retries"),
        ("RandomDelaySecs", "Random delay of schedules, in seconds"),
    ];

    /// <summary>The words of a setting.</summary>
    /// <param name="path">Its path in the policy (contract: GroupPolicy).</param>
    /// <param name="before">One of the policies that name its parts.</param>
    /// <param name="after">The other one.</param>
    public static string Of(string path, JsonObject before, JsonObject after)
    {
        if (!path.StartsWith(Inner, StringComparison.Ordinal))
        {
            return path == "DefaultUserPolicy" ? "Default policy" : path;
        }

        var field = path[Inner.Length..];
        return PolicyCatalogue.Switches.FirstOrDefault(s => s.Field == field)?.Label
            ?? PolicyCatalogue.Modes.FirstOrDefault(m => m.Field == field)?.Label
            ?? Part(field, after) ?? Part(field, before)
            ?? Fields.Where(f => field.StartsWith(f.Field, StringComparison.Ordinal)).Select(f => With(f.Words, field[f.Field.Length..])).FirstOrDefault()
            ?? field;
    }

    /// <summary>The Protected Items and backup rules of new devices: the map in the policy, the key, and the words for it.</summary>
    /// <param name="policy">The policy (contract: GroupPolicy).</param>
    public static IEnumerable<(string Map, string Key, string Words)> PartsOf(JsonObject policy) =>
        from kind in Parts
        from part in policy.Map("Policy").Entries(kind.Map)
        let source = part.Value["SourceConfig"] as JsonObject ?? part.Value
        select (kind.Map, part.Key, source.Text("Description") is { Length: > 0 } name ? $"{kind.What} {name}" : kind.What);

    // A part's key says nothing to a person, its name does.
    private static string? Part(string field, JsonObject policy) =>
        PartsOf(policy).Where(p => field == $"{p.Map}.{p.Key}" || field.StartsWith($"{p.Map}.{p.Key}.", StringComparison.Ordinal))
            .Select(p => With(p.Words, field[(p.Map.Length + p.Key.Length + 1)..].Replace(".SourceConfig", "", StringComparison.Ordinal))).FirstOrDefault();

    // "[0].ReportType" becomes " 1: ReportType".
    private static string With(string words, string rest)
    {
        if (rest.StartsWith('[') && rest.IndexOf(']', StringComparison.Ordinal) is > 0 and var end && int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var at))
        {
            (words, rest) = (string.Create(CultureInfo.InvariantCulture, $"{words} {at + 1}"), rest[(end + 1)..]);
        }

        return rest.Length > 1 ? $"{words}: {rest.TrimStart('.')}" : words;
    }

    /// <summary>The words of a setting's value.</summary>
    /// <param name="path">Its path in the policy.</param>
    /// <param name="json">The value; null for none.</param>
    public static string Value(string path, string? json) => json switch
    {
        null => "not set",
        "true" => "on",
        "false" => "off",
        "\"\"" => "empty",
        _ when PolicyCatalogue.Modes.Any(m => path == Inner + m.Field) => DefaultSettingModes.Names.FirstOrDefault(n => ((int)n.Mode).ToString(CultureInfo.InvariantCulture) == json).Name ?? json,
        _ when path == Inner + VaultTypeList => List(json, static t => VaultTypes.Name((int)Math.Clamp(Long(t), 0, int.MaxValue))),
        _ when path == Inner + EngineList => List(json, static t => PolicySummary.Engine(t?.ToString() ?? "")),
        _ when path == Inner + Retention => Parse(json) is JsonObject retention ? RetentionWords.Say(RetentionPolicy.Read(retention), TimeZoneInfo.Utc) : json,
        ['"', .. var text, '"'] when !text.Contains('\\', StringComparison.Ordinal) => text,
        _ => json,
    };

    private static string List(string json, Func<JsonNode?, string> name) => Parse(json) is JsonArray list ? list.Count == 0 ? "none" : string.Join(", ", list.Select(name)) : json;

    // A long value may have been cut.
    private static JsonNode? Parse(string json)
    {
        try
        {
            return JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long Long(JsonNode? number) => number is JsonValue value && (value.TryGetValue<long>(out var n) || (value.TryGetValue<int>(out var i) && (n = i) == i)) ? n : 0;
}
