namespace Comet.Blazor.Kernel;

/// <summary>The rights in words, as refusals and pages name them (spec/04 §3.1).</summary>
public static class RightWords
{
    /// <summary>What the right is about, to be read after "may" or "may not": "delete users' Storage Vaults".</summary>
    public static string Of(Right right) => right switch
    {
        Right.AccountsView => "see users",
        Right.AccountsManage => "create and change users",
        Right.VaultRequest => "request Storage Vaults for users",
        Right.VaultAddByHand => "describe users' Storage Vaults by hand",
        Right.VaultDelete => "delete users' Storage Vaults",
        Right.DevicesAct => "act on devices",
        Right.JobsView => "see jobs",
        Right.StorageView => "see buckets",
        Right.StorageManage => "create and remove buckets",
        Right.OwnPasswordChange => "change your own password",
        Right.AdministratorsManage => "manage administrators",
        Right.SettingsEdit => "see or change the server's settings",
        Right.BrandingEdit => "change the branding",
        Right.MailSettingsEdit => "change the mail settings",
        Right.StorageTemplatesEdit => "change Storage Templates",
        Right.WebhooksEdit => "change webhooks",
        Right.SignInSourcesEdit => "change external sign-in sources",
        Right.ServerStop => "restart or shut down the server",
        Right.ServerInfoView => "see the page about this server",
        Right.ServerHistoryView => "see the server's statistics over time",
        Right.ServerLogsView => "read the server's logs",
        Right.AuditView => "read the audit log",
        Right.ClusterUse => "use the cluster",
        Right.ClientSoftwareUse => "download or update client software",
        _ => throw new ArgumentOutOfRangeException(nameof(right), right, "No words for this right."),
    };

    /// <summary>The sentence for a caller who lacks the right.</summary>
    public static string Missing(Right right) => $"You may not {Of(right)}. An administrator who manages administrators can allow it.";
}
