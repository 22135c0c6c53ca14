using System.Collections.Frozen;
using System.Reflection;

namespace Comet.Blazor.Security.Audit;

/// <summary>
/// The catalogue of everything that is put on record. A code, once used, keeps its meaning for ever; a sentence may be improved. Sentences name
/// the act, since the outcome beside them tells whether it was done.
/// </summary>
public static class AuditActions
{
    /// <summary>An administrator came in, with all factors.</summary>
    public static readonly AuditAction AdministratorSignedIn = new("administrator.signed-in", "Sign in");

    /// <summary>A sign-in as an administrator failed; the reason says at which factor.</summary>
    public static readonly AuditAction AdministratorSignInRefused = new("administrator.sign-in.refused", "Sign in");

    /// <summary>A sign-in as an administrator was not even checked, because of too many failures before.</summary>
    public static readonly AuditAction AdministratorSignInLocked = new("administrator.sign-in.locked", "Sign in while locked out");

    /// <summary>An administrator left.</summary>
    public static readonly AuditAction AdministratorSignedOut = new("administrator.signed-out", "Sign out");

    /// <summary>An administrator was added.</summary>
    public static readonly AuditAction AdministratorCreated = new("administrator.created", "Add an administrator");

    /// <summary>An administrator's properties or permissions were changed.</summary>
    public static readonly AuditAction AdministratorChanged = new("administrator.changed", "Change an administrator");

    /// <summary>An administrator was removed.</summary>
    public static readonly AuditAction AdministratorDeleted = new("administrator.deleted", "Delete an administrator");

    /// <summary>An administrator's password or factors were set back by somebody else, or over the settings file.</summary>
    public static readonly AuditAction AdministratorReset = new("administrator.reset", "Reset an administrator's sign-in");

    /// <summary>A person changed the own password.</summary>
    public static readonly AuditAction PasswordChanged = new("password.changed", "Change the password");

    /// <summary>A person changed which factors a sign-in needs.</summary>
    public static readonly AuditAction FactorsChanged = new("factors.changed", "Change the required factors of the sign-in");

    /// <summary>A new TOTP secret was made.</summary>
    public static readonly AuditAction TotpRegenerated = new("totp.regenerated", "Regenerate the TOTP code");

    /// <summary>A person has shown that the authenticator app has the secret; codes can be required from then on.</summary>
    public static readonly AuditAction TotpChecked = new("totp.checked", "Check a TOTP code");

    /// <summary>A security key was registered.</summary>
    public static readonly AuditAction SecurityKeyAdded = new("security-key.added", "Register a security key");

    /// <summary>A security key was renamed.</summary>
    public static readonly AuditAction SecurityKeyChanged = new("security-key.changed", "Change a security key");

    /// <summary>A security key was removed.</summary>
    public static readonly AuditAction SecurityKeyRemoved = new("security-key.removed", "Remove a security key");

    /// <summary>A security key counted backwards.</summary>
    public static readonly AuditAction SecurityKeyCopySuspected = new("security-key.copy-suspected", "Used a security key of which a copy may exist");

    /// <summary>A session over the API began.</summary>
    public static readonly AuditAction SessionStarted = new("session.started", "Start an API session");

    /// <summary>A session was ended by its person or by somebody else.</summary>
    public static readonly AuditAction SessionEnded = new("session.ended", "End a session");

    /// <summary>A session was raised with a further factor.</summary>
    public static readonly AuditAction SessionUpgraded = new("session.upgraded", "Complete a session with a further factor");

    /// <summary>A customer came in.</summary>
    public static readonly AuditAction CustomerSignedIn = new("customer.signed-in", "Sign in as a user");

    /// <summary>A sign-in as a customer failed.</summary>
    public static readonly AuditAction CustomerSignInRefused = new("customer.sign-in.refused", "Sign in as a user");

    /// <summary>A sign-in as a customer was not even checked.</summary>
    public static readonly AuditAction CustomerSignInLocked = new("customer.sign-in.locked", "Sign in as a user while locked out");

    /// <summary>Settings of the server were changed.</summary>
    public static readonly AuditAction SettingsChanged = new("settings.changed", "Change settings");

    /// <summary>A message was sent to try the mail settings, saved or not.</summary>
    public static readonly AuditAction MailTested = new("mail.tested", "Send a test message");

    /// <summary>A bulletin was sent to all customers.</summary>
    public static readonly AuditAction BulletinSent = new("mail.bulletin", "Send a bulletin");

    /// <summary>A message of the mail queue is to be tried now.</summary>
    public static readonly AuditAction MailRetried = new("mail.retried", "Try a queued message now");

    /// <summary>A message was removed from the mail queue.</summary>
    public static readonly AuditAction MailRemoved = new("mail.removed", "Remove a queued message");

    /// <summary>An account was created.</summary>
    public static readonly AuditAction AccountCreated = new("account.created", "Create a user");

    /// <summary>A profile was changed.</summary>
    public static readonly AuditAction AccountChanged = new("account.changed", "Change a user's profile");

    /// <summary>A user was suspended.</summary>
    public static readonly AuditAction AccountSuspended = new("account.suspended", "Suspend a user");

    /// <summary>A user's suspension was lifted.</summary>
    public static readonly AuditAction AccountReleased = new("account.released", "Lift a user's suspension");

    /// <summary>A user was moved to another organization.</summary>
    public static readonly AuditAction AccountTransferred = new("account.transferred", "Move a user to another organization");

    /// <summary>A user got another name.</summary>
    public static readonly AuditAction AccountRenamed = new("account.renamed", "Rename a user");

    /// <summary>A user's TOTP factor was taken away by an administrator.</summary>
    public static readonly AuditAction AccountTotpDisabled = new("account.totp-disabled", "Disable a user's TOTP codes");

    /// <summary>An administrator opened a user's own pages.</summary>
    public static readonly AuditAction AccountEnteredAs = new("account.entered-as", "Sign in as a user without the password");

    /// <summary>A device got another name.</summary>
    public static readonly AuditAction DeviceRenamed = new("device.renamed", "Rename a device");

    /// <summary>An account was deleted with its job history.</summary>
    public static readonly AuditAction AccountDeleted = new("account.deleted", "Delete a user");

    /// <summary>A user group was added.</summary>
    public static readonly AuditAction UserGroupAdded = new("user-group.added", "Add a user group");

    /// <summary>A user group was renamed.</summary>
    public static readonly AuditAction UserGroupChanged = new("user-group.changed", "Change a user group");

    /// <summary>A user group was deleted; its users are in none.</summary>
    public static readonly AuditAction UserGroupDeleted = new("user-group.deleted", "Delete a user group");

    /// <summary>An administrator set a user's password.</summary>
    public static readonly AuditAction AccountPasswordReset = new("account.password-reset", "Set a user's password");

    /// <summary>A policy was added.</summary>
    public static readonly AuditAction PolicyCreated = new("policy.created", "Add a policy");

    /// <summary>A policy was changed, and with it the profiles that follow it.</summary>
    public static readonly AuditAction PolicyChanged = new("policy.changed", "Change a policy");

    /// <summary>A policy was deleted.</summary>
    public static readonly AuditAction PolicyDeleted = new("policy.deleted", "Delete a policy");

    /// <summary>A Protected Item was added.</summary>
    public static readonly AuditAction ProtectedItemAdded = new("protected-item.added", "Add a Protected Item");

    /// <summary>A Protected Item was changed.</summary>
    public static readonly AuditAction ProtectedItemChanged = new("protected-item.changed", "Change a Protected Item");

    /// <summary>A Protected Item was deleted.</summary>
    public static readonly AuditAction ProtectedItemDeleted = new("protected-item.deleted", "Delete a Protected Item");

    /// <summary>A Storage Vault was requested.</summary>
    public static readonly AuditAction VaultRequested = new("vault.requested", "Request a Storage Vault");

    /// <summary>A Storage Vault was described by hand.</summary>
    public static readonly AuditAction VaultAdded = new("vault.added", "Add a Storage Vault by hand");

    /// <summary>A Storage Vault was changed.</summary>
    public static readonly AuditAction VaultChanged = new("vault.changed", "Change a Storage Vault");

    /// <summary>A Storage Vault was deleted.</summary>
    public static readonly AuditAction VaultDeleted = new("vault.deleted", "Delete a Storage Vault");

    /// <summary>A device stored the first, wrapped key of a Storage Vault.</summary>
    public static readonly AuditAction VaultKeyStored = new("vault.key-stored", "Store the encrypted key of a Storage Vault");

    /// <summary>A device registered with an account for the first time.</summary>
    public static readonly AuditAction DeviceRegistered = new("device.registered", "Register a device");

    /// <summary>A device was not let in.</summary>
    public static readonly AuditAction DeviceSignInRefused = new("device.sign-in.refused", "Sign in as a device");

    /// <summary>A device was taken from its account.</summary>
    public static readonly AuditAction DeviceRevoked = new("device.revoked", "Revoke a device");

    /// <summary>A device's connection was dropped.</summary>
    public static readonly AuditAction DeviceDisconnected = new("device.disconnected", "Drop a device's connection");

    /// <summary>The program behind a device's connection was told to end.</summary>
    public static readonly AuditAction DeviceTerminated = new("device.terminated", "End the program of a device's connection");

    /// <summary>A device was asked to run a backup.</summary>
    public static readonly AuditAction DeviceBackupStarted = new("device.backup-started", "Start a backup");

    /// <summary>A device was asked to read its profile again.</summary>
    public static readonly AuditAction DeviceProfileRefreshed = new("device.profile-refreshed", "Refresh a device's profile");

    /// <summary>A device was asked to store the account's password for its next sign-in.</summary>
    public static readonly AuditAction DevicePasswordStored = new("device.password-stored", "Store the login password on a device");

    /// <summary>A device was asked for a retention pass over a Storage Vault.</summary>
    public static readonly AuditAction DeviceRetentionStarted = new("device.retention-started", "Start a retention pass");

    /// <summary>A device was asked to measure a Storage Vault.</summary>
    public static readonly AuditAction DeviceMeasureStarted = new("device.measure-started", "Start a measurement of a Storage Vault");

    /// <summary>A device was asked to remove locks from a Storage Vault.</summary>
    public static readonly AuditAction DeviceUnlockStarted = new("device.unlock-started", "Unlock a Storage Vault");

    /// <summary>A device was asked to delete snapshots.</summary>
    public static readonly AuditAction DeviceSnapshotsDeleted = new("device.snapshots-deleted", "Delete snapshots");

    /// <summary>A device was asked to stop a job.</summary>
    public static readonly AuditAction JobCancelled = new("job.cancelled", "Cancel a job");

    /// <summary>A bucket was created.</summary>
    public static readonly AuditAction BucketCreated = new("bucket.created", "Create a bucket");

    /// <summary>A bucket was deleted with its data.</summary>
    public static readonly AuditAction BucketDeleted = new("bucket.deleted", "Delete a bucket");

    /// <summary>The audit log was verified.</summary>
    public static readonly AuditAction AuditVerified = new("audit.verified", "Verify the audit log");

    /// <summary>The server found at its start that the end of the audit log is not what it wrote last. Verifying names this entry.</summary>
    public static readonly AuditAction AuditBroken = new("audit.broken", "Find the audit log broken");

    private static readonly FrozenDictionary<string, AuditAction> ByCode = typeof(AuditActions)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static f => f.GetValue(null)).OfType<AuditAction>()
        .ToFrozenDictionary(static a => a.Code, StringComparer.Ordinal);

    /// <summary>All actions.</summary>
    public static IReadOnlyList<AuditAction> All => ByCode.Values;

    /// <summary>The action of a stored code; an unknown one, of a newer version of the server, stands for itself.</summary>
    public static AuditAction Of(string code) => ByCode.GetValueOrDefault(code) ?? new AuditAction(code, code);
}
