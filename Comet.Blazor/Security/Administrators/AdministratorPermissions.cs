using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Administrators;

/// <summary>What an administrator may not do, or as administrator of a tenant may (contract: AdminUserPermissions; spec/04 §3.1). All off: unrestricted at the top level.</summary>
public sealed record AdministratorPermissions
{
    /// <summary>No settings page and no calls that read or write settings.</summary>
    public bool PreventEditServerSettings { get; init; }

    /// <summary>No shutdown or restart.</summary>
    public bool PreventServerShutdown { get; init; }

    /// <summary>Can't change the own password.</summary>
    public bool PreventChangePassword { get; init; }

    /// <summary>An administrator of a tenant may change branding.</summary>
    public bool AllowEditBranding { get; init; }

    /// <summary>An administrator of a tenant may change mail settings.</summary>
    public bool AllowEditEmailOptions { get; init; }

    /// <summary>An administrator of a tenant may change storage templates.</summary>
    public bool AllowEditRemoteStorage { get; init; }

    /// <summary>An administrator of a tenant may change webhooks.</summary>
    public bool AllowEditWebhooks { get; init; }

    /// <summary>An administrator of a tenant may change external sign-in sources.</summary>
    public bool AllowEditExternalAuthSources { get; init; }

    /// <summary>No cluster pages and calls.</summary>
    public bool DenyConstellationRole { get; init; }

    /// <summary>No downloads and updates of client software.</summary>
    public bool DenySoftwareBuildRole { get; init; }

    /// <summary>No statistics over time.</summary>
    public bool DenyViewServerHistory { get; init; }

    /// <summary>No page about the server.</summary>
    public bool DenyViewServerInfo { get; init; }

    /// <summary>Can't delete users' Storage Vaults.</summary>
    public bool PreventDeleteStorageVault { get; init; }

    /// <summary>Can't request Storage Vaults for users.</summary>
    public bool PreventRequestStorageVault { get; init; }

    /// <summary>Can't describe Storage Vaults by hand.</summary>
    public bool PreventAddCustomStorageVault { get; init; }

    /// <summary>Names of storage vendors are hidden.</summary>
    public bool HideCloudStorageBranding { get; init; }

    /// <summary>Only the types in <see cref="AllowedProvidersWhenRestricted"/> can be used.</summary>
    public bool ShouldRestrictProviderList { get; init; }

    /// <summary>Storage types (contract: DESTINATIONTYPE_).</summary>
    public IReadOnlyList<long>? AllowedProvidersWhenRestricted { get; init; }

    /// <summary>The only policies that may be assigned; none listed: all.</summary>
    public IReadOnlyList<string>? AllowedUserPolicies { get; init; }

    /// <summary>Fields of other versions.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>True when nothing is taken away.</summary>
    [JsonIgnore]
    public bool Unrestricted => LimitsFor("") is { Denied.IsEmpty: true, Providers: null, Policies: null, HidesVendors: false };

    /// <summary>The limits of an administrator of this organization; empty for the top level.</summary>
    public ActorLimits LimitsFor(string organizationId)
    {
        List<Right> denied = [];
        void DenyWhen(bool condition, params ReadOnlySpan<Right> rights)
        {
            if (condition)
            {
                denied.AddRange(rights);
            }
        }

        DenyWhen(PreventEditServerSettings, Right.SettingsEdit, Right.AdministratorsManage, Right.BrandingEdit, Right.MailSettingsEdit, Right.StorageTemplatesEdit,
            Right.WebhooksEdit, Right.SignInSourcesEdit);
        DenyWhen(PreventServerShutdown, Right.ServerStop);
        DenyWhen(PreventChangePassword, Right.OwnPasswordChange);
        DenyWhen(DenyConstellationRole, Right.ClusterUse);
        DenyWhen(DenySoftwareBuildRole, Right.ClientSoftwareUse);
        DenyWhen(DenyViewServerHistory, Right.ServerHistoryView);
        DenyWhen(DenyViewServerInfo, Right.ServerInfoView);
        DenyWhen(PreventDeleteStorageVault, Right.VaultDelete);
        DenyWhen(PreventRequestStorageVault, Right.VaultRequest);
        DenyWhen(PreventAddCustomStorageVault, Right.VaultAddByHand);
        if (organizationId.Length > 0)
        {
            // spec/04 §17: a tenant's administrators never touch the server itself, and the rest of the settings only where it is allowed.
            DenyWhen(true, Right.SettingsEdit, Right.AdministratorsManage, Right.ServerStop, Right.ServerLogsView, Right.AuditView);
            DenyWhen(!AllowEditBranding, Right.BrandingEdit);
            DenyWhen(!AllowEditEmailOptions, Right.MailSettingsEdit);
            DenyWhen(!AllowEditRemoteStorage, Right.StorageTemplatesEdit);
            DenyWhen(!AllowEditWebhooks, Right.WebhooksEdit);
            DenyWhen(!AllowEditExternalAuthSources, Right.SignInSourcesEdit);
        }

        return new ActorLimits
        {
            Denied = [.. denied],
            Providers = ShouldRestrictProviderList ? [.. AllowedProvidersWhenRestricted ?? []] : null,
            Policies = AllowedUserPolicies is { Count: > 0 } policies ? [.. policies] : null,
            HidesVendors = HideCloudStorageBranding,
        };
    }
}
