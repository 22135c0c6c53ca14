using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies.Open;

/// <summary>
/// What a policy says (contract: UserPolicy), as a view on its JSON: absent fields read as their zero values, unknown ones stay. The copy inside a
/// profile is the effective one, and the one that is enforced (spec/01 §4).
/// </summary>
/// <param name="root">The document. Belongs to whoever made the view; the view keeps nothing else.</param>
public sealed class UserPolicy(JsonObject root)
{
    /// <summary>Minutes between retries where nothing is said.</summary>
    public const long SystemRetryMinutes = 30;

    /// <summary>Retries after a failure where nothing is said.</summary>
    public const long SystemRetryCount = 1;

    private const string EmptyText = """
        {"PreventRequestStorageVault": false, "PreventAddCustomStorageVault": false, "PreventEditStorageVault": false, "HideCloudStorageBranding": false,
        "PreventDeleteStorageVault": false, "StorageVaultProviders": {"ShouldRestrictProviderList": false, "AllowedProvidersWhenRestricted": []},
        "DefaultNewStorageVault": "", "PreventNewProtectedItem": false, "PreventEditProtectedItem": false, "PreventDeleteProtectedItem": false,
        "ProtectedItemEngineTypes": {"ShouldRestrictEngineTypeList": false, "AllowedEngineTypeWhenRestricted": []}, "PreventDeleteSingleSnapshots": false,
        "PreventChangeAccountPassword": false, "PreventChangeEmailSettings": false, "PreventChangeAccountName": false, "PreventOpenAppUI": false,
        "RequirePasswordOpenAppUI": false, "HideAppImport": false, "HideAppVersion": false, "PreventOpenWebUI": false, "PreventViewDeviceNames": false,
        "DefaultEmailReports": {"ShouldOverrideDefaultReports": false, "Reports": []}, "DefaultStorageVaultRetention": {"Mode": 801, "Ranges": []},
        "EnforceStorageVaultRetention": false, "PreventProtectedItemRetention": false, "AllowEditObjectLockRetention": false, "DefaultSources": {},
        "DefaultSourcesBackupRules": {}, "DefaultSourcesWithOSRestriction": {}, "DefaultBackupRules": {}, "RotateStorageVaultKeysHours": 0}
        """;

    /// <summary>The document in the contract's names.</summary>
    public JsonObject Root { get; } = root;

    /// <summary>No Storage Vaults from templates.</summary>
    public bool PreventRequestStorageVault => Root.Flag(nameof(PreventRequestStorageVault));

    /// <summary>No Storage Vaults by hand.</summary>
    public bool PreventAddCustomStorageVault => Root.Flag(nameof(PreventAddCustomStorageVault));

    /// <summary>Storage Vaults stay as they are.</summary>
    public bool PreventEditStorageVault => Root.Flag(nameof(PreventEditStorageVault));

    /// <summary>Storage Vaults can't be removed.</summary>
    public bool PreventDeleteStorageVault => Root.Flag(nameof(PreventDeleteStorageVault));

    /// <summary>Types (DESTINATIONTYPE) of which vaults may be added; null for all.</summary>
    public IReadOnlySet<long>? VaultTypes => Root.Map("StorageVaultProviders") is var list && list.Flag("ShouldRestrictProviderList")
        ? list.Numbers("AllowedProvidersWhenRestricted") : null;

    /// <summary>The vault of a new device: empty or <see cref="VaultModes.None"/> for none, another <see cref="VaultModes"/>, or the id of a Storage Template.</summary>
    public string DefaultNewStorageVault => Root.Text(nameof(DefaultNewStorageVault));

    /// <summary>No new Protected Items.</summary>
    public bool PreventNewProtectedItem => Root.Flag(nameof(PreventNewProtectedItem));

    /// <summary>Protected Items and their backup rules stay as they are.</summary>
    public bool PreventEditProtectedItem => Root.Flag(nameof(PreventEditProtectedItem));

    /// <summary>Protected Items can't be removed.</summary>
    public bool PreventDeleteProtectedItem => Root.Flag(nameof(PreventDeleteProtectedItem));

    /// <summary>Engines of which Protected Items may be added; null for all.</summary>
    public IReadOnlySet<string>? ItemEngines => Root.Map("ProtectedItemEngineTypes") is var list && list.Flag("ShouldRestrictEngineTypeList")
        ? list.Texts("AllowedEngineTypeWhenRestricted").ToHashSet(StringComparer.Ordinal) : null;

    /// <summary>"Skip if already running" of backup rules.</summary>
    public DefaultSettingMode SkipAlreadyRunning => Mode("ModeScheduleSkipAlreadyRunning");

    /// <summary>"Retry when the last job failed" of backup rules.</summary>
    public DefaultSettingMode RetryFailedJob => Mode("ModeScheduleLastJobFailDoRetry");

    /// <summary>Minutes between retries; 0 for the product's 30.</summary>
    public long RetryMinutes => Root.Number("ModeLastJobFailDoRetryTime");

    /// <summary>Retries after a failure; 0 for the product's 1.</summary>
    public long RetryCount => Root.Number("ModeLastJobFailDoRetryCount");

    /// <summary>"Allow administrator to reset password".</summary>
    public DefaultSettingMode AdminResetPassword => Mode("ModeAdminResetPassword");

    /// <summary>"Allow administrator to view file names".</summary>
    public DefaultSettingMode AdminViewFilenames => Mode("ModeAdminViewFilenames");

    /// <summary>"Require password change at next login" of new users.</summary>
    public DefaultSettingMode RequireUserResetPassword => Mode("ModeRequireUserResetPassword");

    /// <summary>Snapshots can't be deleted by hand.</summary>
    public bool PreventDeleteSingleSnapshots => Root.Flag(nameof(PreventDeleteSingleSnapshots));

    /// <summary>The customer can't change the password.</summary>
    public bool PreventChangeAccountPassword => Root.Flag(nameof(PreventChangeAccountPassword));

    /// <summary>The customer can't change addresses, sending and report settings.</summary>
    public bool PreventChangeEmailSettings => Root.Flag(nameof(PreventChangeEmailSettings));

    /// <summary>The customer can't change the account's name.</summary>
    public bool PreventChangeAccountName => Root.Flag(nameof(PreventChangeAccountName));

    /// <summary>The desktop application does not open.</summary>
    public bool PreventOpenAppUI => Root.Flag(nameof(PreventOpenAppUI));

    /// <summary>The customer can't sign in on the web.</summary>
    public bool PreventOpenWebUI => Root.Flag(nameof(PreventOpenWebUI));

    /// <summary>Names of storage vendors are not shown.</summary>
    public bool HideCloudStorageBranding => Root.Flag(nameof(HideCloudStorageBranding));

    /// <summary>Reports of users who have no own; null when the policy does not replace the server's.</summary>
    public JsonArray? DefaultReports => Root.Map("DefaultEmailReports") is var reports && reports.Flag("ShouldOverrideDefaultReports")
        ? reports["Reports"] as JsonArray ?? [] : null;

    /// <summary>Retention (RetentionPolicy) of new vaults; null when the policy says nothing.</summary>
    public JsonObject? DefaultRetention => Root["DefaultStorageVaultRetention"] is JsonObject retention && retention.Number("Mode") != 0 ? retention : null;

    /// <summary>Every vault has the policy's retention, whatever was stored.</summary>
    public bool EnforceStorageVaultRetention => Root.Flag(nameof(EnforceStorageVaultRetention));

    /// <summary>Protected Items can't have retention of their own.</summary>
    public bool PreventProtectedItemRetention => Root.Flag(nameof(PreventProtectedItemRetention));

    /// <summary>Keys of the Protected Items that new devices get.</summary>
    public IReadOnlyList<string> NewItems => [.. Root.Entries("DefaultSources").Concat(Root.Entries("DefaultSourcesWithOSRestriction")).Select(static s => s.Key).Distinct(StringComparer.Ordinal)];

    /// <summary>What every backup of files leaves out, in the order of the policy.</summary>
    public IReadOnlyList<MandatoryExclusion> Exclusions => Root["FileAndFolderMandatoryExclusions"] is not JsonArray list ? []
        : [.. list.OfType<JsonObject>().Select(static e => new MandatoryExclusion(e.Text("Exclude"), e.Flag("Regex"), e.Number("RestrictOS")))];

    /// <summary>A policy that restricts nothing, with every field of the contract that is always there.</summary>
    public static JsonObject Empty() => (JsonObject)JsonNode.Parse(Encoding.UTF8.GetBytes(EmptyText))!;

    /// <summary>The policy of a profile, restricting nothing when there is none.</summary>
    public static UserPolicy Of(JsonObject profile) => new(profile.Map("Policy"));

    private DefaultSettingMode Mode(string name) => Root.Number(name) is >= 0 and <= 4 and var mode ? (DefaultSettingMode)mode : DefaultSettingMode.SystemDefault;
}

/// <summary>A path that every backup of files leaves out (contract: ExtraFileExclusion).</summary>
/// <param name="Exclude">Path, pattern or regular expression.</param>
/// <param name="IsRegex">True for a regular expression.</param>
/// <param name="RestrictOs">0 any system, 1 Windows, 2 Windows 32-bit, 3 Windows 64-bit, 4 macOS, 5 Linux.</param>
public sealed record MandatoryExclusion(string Exclude, bool IsRegex, long RestrictOs)
{
    /// <summary>True for a device of this system.</summary>
    /// <param name="os">As in <see cref="Wire.OsInfo.Os"/>: windows, darwin, linux.</param>
    /// <param name="arch">As in <see cref="Wire.OsInfo.Arch"/>: amd64, 386, arm64.</param>
    public bool AppliesTo(string os, string arch) => OsRestriction.Allows(RestrictOs, os, arch);
}

/// <summary>The contract's restrictions to operating systems (OS_ANY and others).</summary>
public static class OsRestriction
{
    /// <summary>All of them with their names for people.</summary>
    public static IReadOnlyList<(long Value, string Name)> Names { get; } =
    [
        (0, "Any system"), (1, "Windows"), (2, "Windows, 32-bit"), (3, "Windows, 64-bit"), (4, "macOS"), (5, "Linux"),
    ];

    /// <summary>True when a device of this system is meant. An unknown restriction means none.</summary>
    public static bool Allows(long restriction, string os, string arch) => restriction switch
    {
        0 => true,
        1 => Is(os, "windows"),
        2 => Is(os, "windows") && arch is "386" or "x86",
        3 => Is(os, "windows") && arch is "amd64" or "x64" or "x86_64",
        4 => Is(os, "darwin") || Is(os, "macos"),
        5 => Is(os, "linux"),
        _ => false,
    };

    private static bool Is(string os, string wanted) => string.Equals(os, wanted, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Values of <see cref="UserPolicy.DefaultNewStorageVault"/> that are no template.</summary>
public static class VaultModes
{
    /// <summary>New devices get no vault.</summary>
    public const string None = "none";

    /// <summary>The server makes one from its default template.</summary>
    public const string ServerControlled = "server_controlled";

    /// <summary>The user chooses; the server makes none.</summary>
    public const string UserControlled = "user_controlled";

    /// <summary>The id of a Storage Template; null for the modes that name none.</summary>
    public static string? Template(string value) => value is "" or None or ServerControlled or UserControlled ? null : value;
}
