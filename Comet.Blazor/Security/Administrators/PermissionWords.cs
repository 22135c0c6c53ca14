namespace Comet.Blazor.Security.Administrators;

/// <summary>One permission as people read it (spec/04 §3.1).</summary>
/// <param name="Field">Its name in the contract, for addresses of fields and tests.</param>
/// <param name="Title">What ticking it does, in a few words.</param>
/// <param name="Meaning">What that means, in a sentence.</param>
/// <param name="Get">Reads it.</param>
/// <param name="Set">Writes it.</param>
public sealed record PermissionWords(string Field, string Title, string Meaning, Func<AdministratorPermissions, bool> Get, Func<AdministratorPermissions, bool, AdministratorPermissions> Set)
{
    /// <summary>What takes something away from anybody.</summary>
    public static IReadOnlyList<PermissionWords> TakesAway { get; } =
    [
        new("PreventEditServerSettings", "No settings", "Neither these pages nor the calls that read or change settings; that includes the administrators.",
            static p => p.PreventEditServerSettings, static (p, v) => p with { PreventEditServerSettings = v }),
        new("PreventServerShutdown", "No restart or shut-down", "Can't restart the server or shut it down.", static p => p.PreventServerShutdown, static (p, v) => p with { PreventServerShutdown = v }),
        new("PreventChangePassword", "Can't change the own password", "Only another administrator can set it. Fits an account that a program uses.",
            static p => p.PreventChangePassword, static (p, v) => p with { PreventChangePassword = v }),
        new("DenyConstellationRole", "No cluster", "Neither the cluster's pages nor its calls.", static p => p.DenyConstellationRole, static (p, v) => p with { DenyConstellationRole = v }),
        new("DenySoftwareBuildRole", "No client software", "Can't download client software or update it on devices.", static p => p.DenySoftwareBuildRole, static (p, v) => p with { DenySoftwareBuildRole = v }),
        new("DenyViewServerHistory", "No statistics over time", "Can't see how the numbers of users, devices and buckets went.", static p => p.DenyViewServerHistory, static (p, v) => p with { DenyViewServerHistory = v }),
        new("DenyViewServerInfo", "No page about the server", "Can't see what this server is, and how it does.", static p => p.DenyViewServerInfo, static (p, v) => p with { DenyViewServerInfo = v }),
        new("PreventRequestStorageVault", "Can't request Storage Vaults", "For users, from a template.", static p => p.PreventRequestStorageVault, static (p, v) => p with { PreventRequestStorageVault = v }),
        new("PreventAddCustomStorageVault", "Can't describe Storage Vaults by hand", "For users, with an address and access keys of their own.",
            static p => p.PreventAddCustomStorageVault, static (p, v) => p with { PreventAddCustomStorageVault = v }),
        new("PreventDeleteStorageVault", "Can't delete Storage Vaults", "Of users. Deleting one takes the backups in it away.", static p => p.PreventDeleteStorageVault, static (p, v) => p with { PreventDeleteStorageVault = v }),
        new("HideCloudStorageBranding", "No names of storage vendors", "Storage is shown without saying whose it is.", static p => p.HideCloudStorageBranding, static (p, v) => p with { HideCloudStorageBranding = v }),
    ];

    /// <summary>What an administrator of an organization may do besides; the top level may it anyway.</summary>
    public static IReadOnlyList<PermissionWords> ForTenants { get; } =
    [
        new("AllowEditBranding", "May change branding", "Name, logo and colours of the organization.", static p => p.AllowEditBranding, static (p, v) => p with { AllowEditBranding = v }),
        new("AllowEditEmailOptions", "May change e-mail settings", "How the organization's mail is sent.", static p => p.AllowEditEmailOptions, static (p, v) => p with { AllowEditEmailOptions = v }),
        new("AllowEditRemoteStorage", "May change storage templates", "From which Storage Vaults are requested.", static p => p.AllowEditRemoteStorage, static (p, v) => p with { AllowEditRemoteStorage = v }),
        new("AllowEditWebhooks", "May change webhooks", "Which addresses are told of events.", static p => p.AllowEditWebhooks, static (p, v) => p with { AllowEditWebhooks = v }),
        new("AllowEditExternalAuthSources", "May change external sign-in sources", "Directories and identity providers.", static p => p.AllowEditExternalAuthSources, static (p, v) => p with { AllowEditExternalAuthSources = v }),
    ];

    /// <summary>The storage types that a list of allowed ones can name (contract: DESTINATIONTYPE_).</summary>
    public static IReadOnlyList<(long Type, string Name)> Providers { get; } =
    [
        (1000, "S3-compatible"), (1001, "SFTP"), (1002, "Local path"), (1003, "Comet server"), (1004, "FTP"), (1005, "Azure Blob"), (1006, "Spanned"), (1007, "Swift"),
        (1008, "Backblaze B2"), (1009, "Storj"), (1010, "WebDAV"), (1011, "Network share (SMB)"),
    ];

    /// <summary>The administrator's restrictions in one line, such as "No settings, no cluster"; null when there are none.</summary>
    public static string? Summary(Administrator one)
    {
        var p = one.Permissions;
        List<string> parts = [.. TakesAway.Where(w => w.Get(p)).Select(static w => w.Title)];
        if (p.ShouldRestrictProviderList)
        {
            parts.Add(p.AllowedProvidersWhenRestricted is { Count: > 0 } types ? "Only " + string.Join(", ", types.Select(ProviderName)) : "No storage type");
        }

        if (p.AllowedUserPolicies is { Count: > 0 } policies)
        {
            parts.Add(policies.Count == 1 ? "Only 1 policy" : $"Only {policies.Count} policies");
        }

        if (one.OrganizationId.Length > 0)
        {
            parts.AddRange(ForTenants.Where(w => w.Get(p)).Select(static w => w.Title));
            parts.Insert(0, "One organization");
        }

        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    private static string ProviderName(long type) => Providers.FirstOrDefault(p => p.Type == type).Name ?? $"type {type}";
}
