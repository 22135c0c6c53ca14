using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// The types of the contract's fields that the server works with. A profile from outside must have them right, or later reads would take
/// a wrong value for an empty one. Unknown fields may be anything; null stands for the zero value, as Go writes its empty lists.
/// </summary>
public static class ProfileShape
{
    private enum Kind
    {
        Text,
        Flag,
        Number,
        Texts,
        List,
        Objects,
        Object,
        Map,
        TextMap,
    }

    private static readonly FrozenDictionary<string, Kind> Profile = Fields(
        "Username AccountName LocalTimezone LanguageCode OrganizationID GroupID PolicyID PasswordHash PasswordRecovery TOTPKey CreationGUID AutoStorageTemplateGUID",
        "SendEmailReports SupportsDeviceAssociations IsSuspended AllProtectedItemsQuotaEnabled AllowPasswordLogin AllowPasswordAndTOTPLogin RequirePasswordChange LinuxHomedirSandbox",
        "LastSuspended AllProtectedItemsQuotaBytes MaximumDevices QuotaOffice365ProtectedAccounts QuotaHyperVGuests QuotaVMwareGuests PasswordFormat TOTPKeyEncryptionFormat CreateTime",
        texts: "Emails", objects: "Policy ServerConfig", maps: "OverrideEmailSettings Destinations Sources BackupRules Devices");

    private static readonly FrozenDictionary<string, Kind> Device = Fields(
        "FriendlyName DeviceTimezone ClientVersion SyncroUUID", "", "RegistrationTime", objects: "PlatformVersion", maps: "Sources");

    private static readonly FrozenDictionary<string, Kind> Item = Fields(
        "Engine Description OwnerDevice PolicySourceID", "ExistingUserUpdate", "CreateTime ModifyTime",
        texts: "PreExec ThawExec PostExec", objects: "Statistics", maps: "OverrideDestinationRetention", textMaps: "EngineProps");

    private static readonly FrozenDictionary<string, Kind> Vault = Fields(
        "Description CometServer CometBucket CometBucketKey EncryptedEncryptionKey RetentionError Tag", "StorageLimitEnabled RebrandStorage SpanUseStaticSlots",
        "CreateTime ModifyTime DestinationType EncryptionKeyEncryptionMethod RepoInitTimestamp StorageLimitBytes",
        texts: "PreExec ThawExec PostExec AssociatedDevices", lists: "SpanTargets", objects: "Statistics DefaultRetention Swift B2 WebDav Storj SMB");

    private static readonly FrozenDictionary<string, Kind> Rule = Fields(
        "Description Source Destination LogLevel Tags", "SkipAlreadyRunning ReduceDiskConcurrency UseOnDiskIndexes AllowZeroFilesSuccess",
        "CreateTime ModifyTime StopAfter LimitVaultSpeedBps AutoRetentionLevel ConcurrencyCount",
        texts: "PreExec ThawExec PostExec", objects: "EventTriggers", objectLists: "Schedules");

    private static readonly FrozenDictionary<string, Kind> Schedule = Fields(
        "", "RestrictRuntime RestrictDays", "FrequencyType SecondsPast Offset RandomDelaySecs SelectedMonth SelectedDay", objects: "FromTime ToTime DaysSelect");

    private static readonly FrozenDictionary<string, Kind> Clock = Fields("", "", "Hour Minutes");

    private static readonly FrozenDictionary<string, Kind> Days = Fields("", "Sunday Monday Tuesday Wednesday Thursday Friday Saturday", "");

    private static readonly FrozenDictionary<string, Kind> Triggers = Fields(
        "", "OnPCBoot OnPCBootIfLastJobMissed OnLastJobFailDoRetry", "LastJobFailDoRetryCount LastJobFailDoRetryTime");

    /// <summary>Refuses a profile with a field of the wrong type, naming the field.</summary>
    public static Outcome Check(JsonObject profile)
    {
        if (Wrong(profile, Profile, "") is { } wrong)
        {
            return wrong;
        }

        foreach (var (map, fields) in new[] { ("Devices", Device), ("Sources", Item), ("Destinations", Vault), ("BackupRules", Rule) })
        {
            foreach (var (key, part) in profile.Entries(map))
            {
                if (Wrong(part, fields, $"{map}[{key}].") is { } inner)
                {
                    return inner;
                }
            }
        }

        if (PolicyShape.CheckPolicy(profile.Map("Policy")) is { Ok: false } policy)
        {
            return policy;
        }

        return profile.Entries("BackupRules").Select(static r => WrongRule(r.Value, $"BackupRules[{r.Key}].")).FirstOrDefault(static w => w is not null) ?? DeviceRules.Check(profile);
    }

    private static Outcome? WrongRule(JsonObject rule, string path)
    {
        var parts = (rule["Schedules"] as JsonArray ?? []).Cast<JsonObject>()
            .SelectMany((s, i) => new[] { (s, Schedule, ""), (s.Map("FromTime"), Clock, "FromTime."), (s.Map("ToTime"), Clock, "ToTime."), (s.Map("DaysSelect"), Days, "DaysSelect.") }
                .Select(p => (At: p.Item1, Fields: p.Item2, Path: $"Schedules[{i}].{p.Item3}")))
            .Append((At: rule.Map("EventTriggers"), Fields: Triggers, Path: "EventTriggers."));
        return parts.Select(p => Wrong(p.At, p.Fields, path + p.Path)).FirstOrDefault(static w => w is not null);
    }

    private static Outcome? Wrong(JsonObject at, FrozenDictionary<string, Kind> fields, string path)
    {
        foreach (var (name, value) in at)
        {
            if (value is not null && fields.TryGetValue(name, out var kind) && !Fits(value, kind))
            {
                return Outcome.Invalid($"The field {path}{name} of the profile must be {Words(kind)}.");
            }
        }

        return null;
    }

    private static bool Fits(JsonNode value, Kind kind) => kind switch
    {
        Kind.Text => value.GetValueKind() == JsonValueKind.String,
        Kind.Flag => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        Kind.Number => value is JsonValue number && (number.TryGetValue<long>(out _) || number.TryGetValue<ulong>(out _) || number.TryGetValue<int>(out _)),
        Kind.Texts => value is JsonArray texts && texts.All(static t => t?.GetValueKind() == JsonValueKind.String),
        Kind.List => value is JsonArray,
        Kind.Objects => value is JsonArray objects && objects.All(static o => o is JsonObject),
        Kind.Object => value is JsonObject,
        Kind.Map => value is JsonObject map && map.All(static p => p.Value is JsonObject),
        _ => value is JsonObject map && map.All(static p => p.Value?.GetValueKind() == JsonValueKind.String),
    };

    private static string Words(Kind kind) => kind switch
    {
        Kind.Text => "a text",
        Kind.Flag => "true or false",
        Kind.Number => "a whole number",
        Kind.Texts => "a list of texts",
        Kind.List => "a list",
        Kind.Objects => "a list of objects",
        Kind.Object => "an object",
        Kind.Map => "an object whose values are objects",
        _ => "an object whose values are texts",
    };

    private static FrozenDictionary<string, Kind> Fields(
        string text, string flags, string numbers, string texts = "", string lists = "", string objects = "", string maps = "", string textMaps = "", string objectLists = "") =>
        new[]
        {
            (text, Kind.Text), (flags, Kind.Flag), (numbers, Kind.Number), (texts, Kind.Texts), (lists, Kind.List), (objects, Kind.Object),
            (maps, Kind.Map), (textMaps, Kind.TextMap), (objectLists, Kind.Objects),
        }
        .SelectMany(static group => group.Item1.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => KeyValuePair.Create(name, group.Item2)))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
