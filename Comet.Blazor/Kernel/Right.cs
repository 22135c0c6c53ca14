namespace Comet.Blazor.Kernel;

/// <summary>The rights that commands and queries ask for. Which permission of an administrator takes one away: AdministratorPermissions (spec/04 §3.1).</summary>
public enum Right
{
    /// <summary>See accounts, profiles and devices.</summary>
    AccountsView,

    /// <summary>Create and change accounts, Protected Items and Storage Vaults.</summary>
    AccountsManage,

    /// <summary>Request a Storage Vault for a user from a template.</summary>
    VaultRequest,

    /// <summary>Describe a Storage Vault for a user by hand.</summary>
    VaultAddByHand,

    /// <summary>Delete a user's Storage Vault.</summary>
    VaultDelete,

    /// <summary>Act on devices: run, cancel, drop, revoke.</summary>
    DevicesAct,

    /// <summary>See jobs and their logs.</summary>
    JobsView,

    /// <summary>See buckets and their sizes.</summary>
    StorageView,

    /// <summary>Create and remove buckets.</summary>
    StorageManage,

    /// <summary>Change one's own password.</summary>
    OwnPasswordChange,

    /// <summary>See and manage the administrators of this server.</summary>
    AdministratorsManage,

    /// <summary>See and change the server's settings.</summary>
    SettingsEdit,

    /// <summary>Change name, logo and colours.</summary>
    BrandingEdit,

    /// <summary>Change how mail is sent.</summary>
    MailSettingsEdit,

    /// <summary>Change the templates of Storage Vaults.</summary>
    StorageTemplatesEdit,

    /// <summary>Change webhooks.</summary>
    WebhooksEdit,

    /// <summary>Change external sign-in sources.</summary>
    SignInSourcesEdit,

    /// <summary>Restart or shut down the server.</summary>
    ServerStop,

    /// <summary>See what this server is and how it does.</summary>
    ServerInfoView,

    /// <summary>See the server's statistics over time.</summary>
    ServerHistoryView,

    /// <summary>Read the server's logs.</summary>
    ServerLogsView,

    /// <summary>Read the audit log.</summary>
    AuditView,

    /// <summary>Use the cluster's pages and calls.</summary>
    ClusterUse,

    /// <summary>Download and update client software.</summary>
    ClientSoftwareUse,
}
