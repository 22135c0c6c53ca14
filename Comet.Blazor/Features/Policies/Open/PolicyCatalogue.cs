namespace Comet.Blazor.Features.Policies.Open;

/// <summary>One restriction that is on or off.</summary>
/// <param name="Field">The contract's field.</param>
/// <param name="Label">Its words in the editor, as in the mission.</param>
/// <param name="Sentence">What holds when it is on.</param>
public sealed record PolicySwitch(string Field, string Label, string Sentence)
{
    /// <summary>What it does not do, or where; empty when the label says it all.</summary>
    public string Hint { get; init; } = "";
}

/// <summary>One setting with a mode (spec/01 §4.4).</summary>
/// <param name="Field">The contract's field.</param>
/// <param name="Label">Its words in the editor.</param>
/// <param name="On">What holds when it is always on.</param>
/// <param name="Off">What holds when it is always off.</param>
/// <param name="Hint">What to know before choosing.</param>
public sealed record PolicyMode(string Field, string Label, string On, string Off, string Hint);

/// <summary>The restrictions of a policy in the words of the mission ("Policies"), for the editor, the summary and the user's page alike.</summary>
public static class PolicyCatalogue
{
    /// <summary>Storage Vaults.</summary>
    public static IReadOnlyList<PolicySwitch> Vaults { get; } =
    [
        new("PreventRequestStorageVault", "Prevent creating new Storage Vaults via Request", "Users can't request Storage Vaults."),
        new("PreventAddCustomStorageVault", "Prevent creating new Storage Vaults via Custom", "Users can't add custom Storage Vaults."),
        new("PreventEditStorageVault", "Prevent editing existing Storage Vaults", "Users can't edit Storage Vaults."),
        new("PreventDeleteStorageVault", "Prevent deleting Storage Vaults", "Users can't delete Storage Vaults."),
        new("HideCloudStorageBranding", "Hide the names of storage vendors", "Names of storage vendors are hidden."),
        new("AllowEditObjectLockRetention", "Allow editing retention on vaults with Object Lock", "Retention may be edited on vaults with Object Lock."),
    ];

    /// <summary>Protected Items.</summary>
    public static IReadOnlyList<PolicySwitch> Items { get; } =
    [
        new("PreventNewProtectedItem", "Prevent creating new Protected Items", "Users can't create Protected Items."),
        new("PreventEditProtectedItem", "Prevent editing Protected Items", "Users can't edit Protected Items or their backup rules.") { Hint = "Backup rules are part of their item." },
        new("PreventDeleteProtectedItem", "Prevent deleting Protected Items", "Users can't delete Protected Items."),
    ];

    /// <summary>Settings with a mode.</summary>
    public static IReadOnlyList<PolicyMode> Modes { get; } =
    [
        new("ModeScheduleSkipAlreadyRunning", "\"Skip if already running\" setting on backup schedules", "Schedules always skip a run while the same job is running.", "Schedules never skip a run while the same job is running.", ""),
        new("ModeAdminResetPassword", "\"Allow administrator to reset password\" setting on user accounts", "Administrators may always reset passwords.", "Administrators can't reset passwords.",
            "If the setting is ever disabled, the end-user will need to manually re-enable it inside the desktop client: the server keeps nothing from which it could."),
        new("ModeAdminViewFilenames", "\"Allow administrator to view file names\" setting on devices", "Administrators may always see file names.", "Administrators can't see file names.",
            "If the setting is ever disabled, the end-user will need to manually re-enable it inside the desktop client."),
        new("ModeScheduleLastJobFailDoRetry", "\"Retry when the last job failed\" setting on backup schedules", "Failed jobs are always tried again.", "Failed jobs are never tried again.", ""),
        new("ModeRequireUserResetPassword", "\"Require password change at next login\" for new users", "New users have to change their password.", "New users don't have to change their password.", ""),
    ];

    /// <summary>Everything else.</summary>
    public static IReadOnlyList<PolicySwitch> Other { get; } =
    [
        new("PreventDeleteSingleSnapshots", "Prevent manually deleting backup snapshots from a Storage Vault", "Users can't delete single snapshots."),
        new("PreventChangeAccountPassword", "Prevent changing user account password", "Users can't change their password."),
        new("PreventChangeAccountName", "Prevent changing user account name", "Users can't change their account name."),
        new("PreventChangeEmailSettings", "Prevent changing email settings", "Users can't change email settings."),
        new("PreventOpenAppUI", "Prevent opening the application interface", "The desktop application does not open.") { Hint = "Backups still run." },
        new("RequirePasswordOpenAppUI", "Require the password to open the application interface", "The desktop application asks for the password."),
        new("PreventViewDeviceNames", "Prevent devices from viewing each others' names", "Devices don't see each others' names.") { Hint = "Device names will still be visible if the user logs in to the web interface." },
        new("HideAppImport", "Hide the Import feature", "The Import feature is hidden."),
        new("HideAppVersion", "Hide the software version and codename", "Software version and codename are hidden."),
        new("PreventOpenWebUI", "Prevent logging in to the web interface", "Users can't log in to the web interface."),
    ];

    /// <summary>Retention, besides the policy itself.</summary>
    public static IReadOnlyList<PolicySwitch> Retention { get; } =
    [
        new("EnforceStorageVaultRetention", "Enforce this retention policy for all Storage Vaults", "Every Storage Vault has the policy's retention.") { Hint = "Replaces the retention of every vault when the policy is saved." },
        new("PreventProtectedItemRetention", "Prevent overriding retention policies on Protected Items", "Protected Items can't have retention of their own."),
    ];

    /// <summary>All that are on or off, in the order of the editor.</summary>
    public static IEnumerable<PolicySwitch> Switches => [.. Vaults, .. Items, .. Other, .. Retention];
}
