using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// The contract's structs with zero values: what a new part of a profile looks like, and what is filled in when a profile leaves through the
/// API. Integrations read nested objects without a null check, so Statistics, LastBackupJob and ClientProvidedSize are always there (spec/06 §7).
/// </summary>
public static class ProfileTemplates
{
    private const string ProfileText = """
        {"Username": "", "AccountName": "", "LocalTimezone": "", "LanguageCode": "", "GroupID": "", "Emails": [], "OverrideEmailSettings": {},
        "SendEmailReports": false, "Destinations": {}, "SupportsDeviceAssociations": false, "Sources": {}, "BackupRules": {}, "Devices": {}, "IsSuspended":
        false, "AllProtectedItemsQuotaEnabled": false, "AllProtectedItemsQuotaBytes": 0, "MaximumDevices": 0, "QuotaOffice365ProtectedAccounts": 0,
        "QuotaHyperVGuests": 0, "QuotaVMwareGuests": 0, "PolicyID": "", "Policy": {"PreventRequestStorageVault": false, "PreventAddCustomStorageVault": false,
        "PreventEditStorageVault": false, "HideCloudStorageBranding": false, "PreventDeleteStorageVault": false, "StorageVaultProviders":
        {"ShouldRestrictProviderList": false, "AllowedProvidersWhenRestricted": []}, "DefaultNewStorageVault": "", "PreventNewProtectedItem": false,
        "PreventEditProtectedItem": false, "PreventDeleteProtectedItem": false, "ProtectedItemEngineTypes": {"ShouldRestrictEngineTypeList": false,
        "AllowedEngineTypeWhenRestricted": []}, "PreventDeleteSingleSnapshots": false, "PreventChangeAccountPassword": false, "PreventChangeEmailSettings":
        false, "PreventChangeAccountName": false, "PreventOpenAppUI": false, "RequirePasswordOpenAppUI": false, "HideAppImport": false, "HideAppVersion":
        false, "PreventOpenWebUI": false, "PreventViewDeviceNames": false, "DefaultEmailReports": {"ShouldOverrideDefaultReports": false, "Reports": []},
        "DefaultStorageVaultRetention": {"Mode": 801, "Ranges": []}, "EnforceStorageVaultRetention": false, "PreventProtectedItemRetention": false,
        "AllowEditObjectLockRetention": false, "DefaultSources": {}, "DefaultSourcesBackupRules": {}, "DefaultSourcesWithOSRestriction": {},
        "DefaultBackupRules": {}, "RotateStorageVaultKeysHours": 0}, "PasswordFormat": 0, "PasswordHash": "", "AllowPasswordLogin": false,
        "AllowPasswordAndTOTPLogin": false, "TOTPKeyEncryptionFormat": 0, "TOTPKey": "", "RequirePasswordChange": false, "CreateTime": 0, "CreationGUID": "",
        "AutoStorageTemplateGUID": "", "LinuxHomedirSandbox": false}
        """;

    private const string ItemText = """
        {"Engine": "", "Description": "", "OwnerDevice": "", "CreateTime": 0, "ModifyTime": 0, "PreExec": [], "ThawExec": [], "PostExec": [], "EngineProps":
        {}, "PolicySourceID": "", "ExistingUserUpdate": false, "Statistics": {"LastStartTime": 0, "LastBackupJob": {"GUID": "", "Username": "",
        "Classification": 0, "Status": 0, "StartTime": 0, "EndTime": 0, "RetryCount": 0, "SourceGUID": "", "DestinationGUID": "", "DeviceID": "",
        "ClientVersion": "", "TotalDirectories": 0, "TotalFiles": 0, "TotalSize": 0, "TotalChunks": 0, "UploadSize": 0, "DownloadSize": 0},
        "LastSuccessfulBackupJob": {"GUID": "", "Username": "", "Classification": 0, "Status": 0, "StartTime": 0, "EndTime": 0, "RetryCount": 0, "SourceGUID":
        "", "DestinationGUID": "", "DeviceID": "", "ClientVersion": "", "TotalDirectories": 0, "TotalFiles": 0, "TotalSize": 0, "TotalChunks": 0,
        "UploadSize": 0, "DownloadSize": 0}}}
        """;

    private const string VaultText = """
        {"Description": "", "CreateTime": 0, "ModifyTime": 0, "PreExec": [], "ThawExec": [], "PostExec": [], "DestinationType": 0, "CometServer": "",
        "CometBucket": "", "CometBucketKey": "", "S3Server": "", "S3UsesTLS": false, "S3AccessKey": "", "S3SecretKey": "", "S3BucketName": "", "S3Subdir": "",
        "S3CustomRegion": "", "S3UsesV2Signing": false, "S3RemoveDeleted": false, "S3ObjectLockMode": 0, "S3ObjectLockDays": 0, "SFTPServer": "",
        "SFTPUsername": "", "SFTPRemotePath": "", "SFTPAuthMode": 0, "SFTPPassword": "", "SFTPPrivateKey": "", "SFTPCustomAuth_UseKnownHostsFile": false,
        "SFTPCustomAuth_KnownHostsFile": "", "FTPServer": "", "FTPUsername": "", "FTPPassword": "", "FTPBaseUseHomeDirectory": false,
        "FTPCustomBaseDirectory": "", "FTPSMode": 0, "FTPPort": 0, "FTPMaxConnections": 0, "FTPAcceptInvalidSSL": false, "AZBAccountName": "",
        "AZBAccountKey": "", "AZBContainer": "", "AZBRealm": "", "AZBPrefix": "", "LocalcopyPath": "", "LocalcopyWinSMBUsername": "",
        "LocalcopyWinSMBPassword": "", "LocalcopyWinSMBPasswordFormat": 0, "Swift": {}, "B2": {}, "WebDav": {}, "Storj": {"SatelliteAddress": "", "APIKey":
        "", "Passphrase": "", "StorjBucket": ""}, "SMB": {"SMBServer": "", "SMBShare": "", "SMBDirectory": "", "SMBUsername": "", "SMBPassword": ""},
        "SpanTargets": [], "SpanUseStaticSlots": false, "Tag": "", "EncryptionKeyEncryptionMethod": 0, "EncryptedEncryptionKey": "", "RepoInitTimestamp": 0,
        "StorageLimitEnabled": false, "StorageLimitBytes": 0, "Statistics": {"ClientProvidedSize": {"Size": 0, "MeasureStarted": 0, "MeasureCompleted": 0},
        "ClientProvidedContent": {"MeasureStarted": 0, "MeasureCompleted": 0, "Components": []}}, "DefaultRetention": {"Mode": 801, "Ranges": []},
        "RebrandStorage": false, "RetentionError": "", "AssociatedDevices": []}
        """;

    private const string DeviceText = """
        {"FriendlyName": "", "RegistrationTime": 0, "PlatformVersion": {}, "Sources": {}, "DeviceTimezone": "", "ClientVersion": ""}
        """;

    private const string RuleText = """
        {"Description": "", "CreateTime": 0, "ModifyTime": 0, "PreExec": [], "ThawExec": [], "PostExec": [], "Source": "", "Destination": "",
        "SkipAlreadyRunning": false, "StopAfter": 0, "LimitVaultSpeedBps": 0, "ReduceDiskConcurrency": false, "UseOnDiskIndexes": false,
        "AllowZeroFilesSuccess": false, "AutoRetentionLevel": 0, "ConcurrencyCount": 0, "LogLevel": "", "Tags": "", "Schedules": [], "EventTriggers": {}}
        """;

    /// <summary>A new UserProfileConfig.</summary>
    public static JsonObject Profile() => Parse(ProfileText);

    /// <summary>A new SourceConfig.</summary>
    public static JsonObject Item() => Parse(ItemText);

    /// <summary>A new DestinationConfig that keeps every snapshot (spec/01 §5.5).</summary>
    public static JsonObject Vault() => Parse(VaultText);

    /// <summary>A new DeviceConfig.</summary>
    public static JsonObject Device() => Parse(DeviceText);

    /// <summary>Adds to a profile every contract field it lacks, at every level that the templates know. What is there stays as it is.</summary>
    public static void Complete(JsonObject profile)
    {
        Fill(profile, Profile());
        foreach (var (map, template) in new[] { ("Sources", ItemText), ("Destinations", VaultText), ("Devices", DeviceText), ("BackupRules", RuleText) })
        {
            foreach (var (_, part) in profile.Entries(map))
            {
                Fill(part, Parse(template));
            }
        }
    }

    /// <summary>Adds to a Storage Vault every contract field it lacks.</summary>
    public static void CompleteVault(JsonObject vault) => Fill(vault, Vault());

    private static void Fill(JsonObject target, JsonObject template)
    {
        foreach (var (name, value) in template.ToArray())
        {
            if (target[name] is { } present)
            {
                if (present is JsonObject nested && value is JsonObject known)
                {
                    Fill(nested, known);
                }
            }
            else
            {
                template.Remove(name);
                target[name] = value;
            }
        }
    }

    private static JsonObject Parse(string text) => (JsonObject)JsonNode.Parse(Encoding.UTF8.GetBytes(text))!;
}
