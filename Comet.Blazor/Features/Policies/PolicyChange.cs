using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Policies;

/// <summary>One setting that a change of a policy changes, in the words of the editor.</summary>
/// <param name="Setting">The setting; what has no words there has its name in the contract.</param>
/// <param name="Before">What it was; empty for a secret.</param>
/// <param name="After">What it becomes; of a secret only that it changes.</param>
public sealed record PolicyChange(string Setting, string Before, string After)
{
    private const string Inner = "Policy.";

    private static readonly (string Map, string What)[] Parts =
    [
        ("DefaultSources", "Protected Item"), ("DefaultSourcesWithOSRestriction", "Protected Item"), ("DefaultSourcesBackupRules", "Backup rule"), ("DefaultBackupRules", "Backup rule"),
    ];

    private static readonly (string Field, string Words)[] Fields =
    [
        ("StorageVaultProviders.ShouldRestrictProviderList", "Restrict available Storage Vault types"),
        ("StorageVaultProviders.AllowedProvidersWhenRestricted", "Storage Vault type"),
        ("ProtectedItemEngineTypes.ShouldRestrictEngineTypeList", "Restrict available Protected Item types"),
        ("ProtectedItemEngineTypes.AllowedEngineTypeWhenRestricted", "Protected Item type"),
        ("FileAndFolderMandatoryExclusions", "Exclusion"),
        ("DefaultEmailReports.ShouldOverrideDefaultReports", "Users without reports of their own get these"),
        ("DefaultEmailReports.Reports", "Email report"),
        ("DefaultStorageVaultRetention", "Default retention policy"),
        ("DefaultNewStorageVault", "Storage Vault of a new device"),
        ("ModeLastJobFailDoRetryTime", "Minutes between retries"),
        ("ModeLastJobFailDoRetryCount", "Retries"),
        ("RandomDelaySecs", "Random delay of schedules, in seconds"),
    ];

    /// <summary>What differs between two policies (contract: GroupPolicy).</summary>
    public static IReadOnlyList<PolicyChange> Between(JsonObject before, JsonObject after) =>
    [
        .. AuditDifferences.Of(before, after).Select(d => d.Secret is null
            ? new PolicyChange(Words(d.Path, before, after), Value(d.Path, d.Before), Value(d.Path, d.After))
            : new PolicyChange(Words(d.Path, before, after), "", $"{d.Secret} (a secret)")),
    ];

    private static string Words(string path, JsonObject before, JsonObject after)
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

    // A part's key says nothing to a person, its name does.
    private static string? Part(string field, JsonObject policy)
    {
        foreach (var (map, what) in Parts)
        {
            foreach (var (key, part) in policy.Map("Policy").Entries(map))
            {
                var start = $"{map}.{key}";
                if (field == start || field.StartsWith(start + ".", StringComparison.Ordinal))
                {
                    var inner = part["SourceConfig"] as JsonObject ?? part;
                    var name = inner.Text("Description") is { Length: > 0 } given ? $"{what} {given}" : what;
                    return With(name, field[start.Length..].Replace(".SourceConfig", "", StringComparison.Ordinal));
                }
            }
        }

        return null;
    }

    // "[0].ReportType" becomes " 1: ReportType".
    private static string With(string words, string rest)
    {
        if (rest.StartsWith('[') && rest.IndexOf(']', StringComparison.Ordinal) is > 0 and var end && int.TryParse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var at))
        {
            (words, rest) = (string.Create(CultureInfo.InvariantCulture, $"{words} {at + 1}"), rest[(end + 1)..]);
        }

        return rest.Length > 1 ? $"{words}: {rest.TrimStart('.')}" : words;
    }

    private static string Value(string path, string? json) => json switch
    {
        null => "not set",
        "true" => "on",
        "false" => "off",
        "\"\"" => "empty",
        _ when PolicyCatalogue.Modes.Any(m => path == Inner + m.Field) => DefaultSettingModes.Names.FirstOrDefault(n => ((int)n.Mode).ToString(CultureInfo.InvariantCulture) == json).Name ?? json,
        _ when path.StartsWith(Inner + "StorageVaultProviders.", StringComparison.Ordinal) && int.TryParse(json, NumberStyles.None, CultureInfo.InvariantCulture, out var type) => VaultTypes.Name(type),
        _ when path.StartsWith(Inner + "ProtectedItemEngineTypes.", StringComparison.Ordinal) => PolicySummary.Engine(json.Trim('"')),
        ['"', .. var text, '"'] when !text.Contains('\\', StringComparison.Ordinal) => text,
        _ => json,
    };
}
