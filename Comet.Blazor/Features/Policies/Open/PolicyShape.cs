using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Policies.Open;

/// <summary>
/// The types of the contract's fields of a policy. A wrong one would read as "not restricted", so it is refused instead. Unknown fields may be
/// anything; null stands for the zero value, as Go writes its empty lists.
/// </summary>
public static class PolicyShape
{
    /// <summary>Longest name of a policy.</summary>
    public const int MaxDescription = 255;

    /// <summary>Longest random delay of schedules, in seconds (spec/01 §5.4).</summary>
    public const int MaxRandomDelay = 18_000;

    // As devices read them: expressions that need more than linear time make every backup fail there.
    private const RegexOptions OnDevices = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline;

    private static readonly FrozenDictionary<string, Func<JsonNode, string?>> Group = Kinds(
        ("Description OrganizationID", Text), ("DefaultUserPolicy", Flag), ("CreatedDate ModifiedDate", Number), ("Policy", Object));

    private static readonly FrozenDictionary<string, Func<JsonNode, string?>> Policy = Kinds(
        ("""
        PreventRequestStorageVault PreventAddCustomStorageVault PreventEditStorageVault HideCloudStorageBranding PreventDeleteStorageVault PreventNewProtectedItem
        PreventEditProtectedItem PreventDeleteProtectedItem PreventDeleteSingleSnapshots PreventChangeAccountPassword PreventChangeEmailSettings
        PreventChangeAccountName PreventOpenAppUI RequirePasswordOpenAppUI HideAppImport HideAppVersion PreventOpenWebUI PreventViewDeviceNames
        EnforceStorageVaultRetention PreventProtectedItemRetention AllowEditObjectLockRetention
        """, Flag),
        ("""
        ModeScheduleSkipAlreadyRunning ModeScheduleLastJobFailDoRetry ModeAdminResetPassword ModeAdminViewFilenames ModeRequireUserResetPassword
        """, Mode),
        ("ModeLastJobFailDoRetryTime", static at => UpTo(at, 10_080)), ("ModeLastJobFailDoRetryCount", static at => UpTo(at, 100)), ("RandomDelaySecs", static at => UpTo(at, MaxRandomDelay)),
        ("RotateStorageVaultKeysHours", static at => UpTo(at, int.MaxValue)),
        ("DefaultNewStorageVault", Text),
        ("StorageVaultProviders ProtectedItemEngineTypes DefaultEmailReports DefaultStorageVaultRetention", Object),
        ("DefaultSources DefaultSourcesBackupRules DefaultSourcesWithOSRestriction DefaultBackupRules", Map),
        ("FileAndFolderMandatoryExclusions", Objects));

    private static readonly FrozenDictionary<string, Func<JsonNode, string?>> Providers = Kinds(("ShouldRestrictProviderList", Flag), ("AllowedProvidersWhenRestricted", Numbers));
    private static readonly FrozenDictionary<string, Func<JsonNode, string?>> Engines = Kinds(("ShouldRestrictEngineTypeList", Flag), ("AllowedEngineTypeWhenRestricted", Texts));
    private static readonly FrozenDictionary<string, Func<JsonNode, string?>> Reports = Kinds(("ShouldOverrideDefaultReports", Flag), ("Reports", Objects));
    private static readonly FrozenDictionary<string, Func<JsonNode, string?>> Retention = Kinds(("Mode", Number), ("Ranges", Objects));
    private static readonly FrozenDictionary<string, Func<JsonNode, string?>> Exclusion = Kinds(("Exclude", Text), ("Regex", Flag), ("RestrictOS", Number));

    /// <summary>Refused as <see cref="Refusal.Invalid"/> with the field that is wrong.</summary>
    public static Outcome Check(JsonObject group)
    {
        var wrong = Wrong(group, Group, "") ?? Inner(group.Map("Policy"), "Policy.");
        return wrong is not null ? Outcome.Invalid(wrong)
            : group.Text("Description").Trim().Length == 0 ? Outcome.Invalid("A policy needs a description: it is the name by which people choose it.")
            : group.Text("Description").Length > MaxDescription ? Outcome.Invalid($"The description must be at most {MaxDescription} characters.")
            : group.Text("Description").Any(char.IsControl) ? Outcome.Invalid("The description must be a single line of text.")
            : Outcome.Done;
    }

    /// <summary>Refused as <see cref="Refusal.Invalid"/> with the field of a profile's own policy (contract: UserPolicy) that is wrong.</summary>
    public static Outcome CheckPolicy(JsonObject policy) => Inner(policy, "Policy.") is { } wrong ? Outcome.Invalid(wrong) : Outcome.Done;

    private static string? Inner(JsonObject policy, string path) =>
        Wrong(policy, Policy, path)
        ?? Wrong(policy.Map("StorageVaultProviders"), Providers, path + "StorageVaultProviders.")
        ?? Wrong(policy.Map("ProtectedItemEngineTypes"), Engines, path + "ProtectedItemEngineTypes.")
        ?? Wrong(policy.Map("DefaultEmailReports"), Reports, path + "DefaultEmailReports.")
        ?? Wrong(policy.Map("DefaultStorageVaultRetention"), Retention, path + "DefaultStorageVaultRetention.")
        ?? (policy["DefaultStorageVaultRetention"] is JsonObject retention && retention.Number("Mode") != 0 && RetentionCheck.Complaint(RetentionPolicy.Read(retention)) is { } why
            ? $"{path}DefaultStorageVaultRetention: {why}" : null)
        ?? Exclusions(policy);

    private static string? Exclusions(JsonObject policy)
    {
        var list = (policy["FileAndFolderMandatoryExclusions"] as JsonArray ?? []).OfType<JsonObject>();
        return list.Select((e, i) => Wrong(e, Exclusion, $"Policy.FileAndFolderMandatoryExclusions[{i}].") ?? (
            e.Text("Exclude").Trim().Length == 0 ? $"Mandatory exclusion {i + 1} is empty. Enter a path or pattern, or remove it."
            : e.Flag("Regex") && Pattern(e.Text("Exclude")) is { } why ? $"Mandatory exclusion {i + 1} is no regular expression that devices can use: {why}"
            : e.Number("RestrictOS") is < 0 or > 5 ? $"Mandatory exclusion {i + 1} names an operating system that does not exist. Use 0 to 5."
            : null)).FirstOrDefault(static w => w is not null);
    }

    private static string? Pattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, OnDevices);
            return null;
        }
        catch (NotSupportedException)
        {
            return "it refers back or looks around, which devices can't do. Write it without.";
        }
        catch (ArgumentException ex)
        {
            return ex.Message;
        }
    }

    private static string? Wrong(JsonObject at, FrozenDictionary<string, Func<JsonNode, string?>> kinds, string path) =>
        at.Where(p => p.Value is not null && kinds.ContainsKey(p.Key)).Select(p => kinds[p.Key](p.Value!) is { } wanted ? $"The field {path}{p.Key} of the policy must be {wanted}." : null)
            .FirstOrDefault(static w => w is not null);

    private static FrozenDictionary<string, Func<JsonNode, string?>> Kinds(params (string Names, Func<JsonNode, string?> Check)[] groups) =>
        groups.SelectMany(static g => g.Names.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(n => KeyValuePair.Create(n, g.Check)))
            .ToFrozenDictionary(StringComparer.Ordinal);

    private static string? Text(JsonNode at) => at.GetValueKind() == JsonValueKind.String ? null : "a text";

    private static string? Flag(JsonNode at) => at.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : "true or false";

    private static string? Number(JsonNode at) => IsNumber(at) ? null : "a whole number";

    private static string? UpTo(JsonNode at, long most) => at is JsonValue v && (v.TryGetValue<long>(out var n) || (v.TryGetValue<int>(out var i) && (n = i) == i)) && n >= 0 && n <= most ? null : $"a whole number of 0 to {most}";

    private static string? Mode(JsonNode at) => at is JsonValue v && (v.TryGetValue<long>(out var n) || (v.TryGetValue<int>(out var i) && (n = i) == i)) && n is >= 0 and <= 4
        ? null : "0 (system default), 1 (optional, default on), 2 (optional, default off), 3 (always on) or 4 (always off)";

    private static string? Object(JsonNode at) => at is JsonObject ? null : "an object";

    private static string? Map(JsonNode at) => at is JsonObject map && map.All(static p => p.Value is JsonObject) ? null : "an object whose values are objects";

    private static string? Objects(JsonNode at) => at is JsonArray list && list.All(static o => o is JsonObject) ? null : "a list of objects";

    private static string? Texts(JsonNode at) => at is JsonArray list && list.All(static t => t?.GetValueKind() == JsonValueKind.String) ? null : "a list of texts";

    private static string? Numbers(JsonNode at) => at is JsonArray list && list.All(static n => n is not null && IsNumber(n)) ? null : "a list of whole numbers";

    private static bool IsNumber(JsonNode at) => at is JsonValue v && (v.TryGetValue<long>(out _) || v.TryGetValue<int>(out _));
}
