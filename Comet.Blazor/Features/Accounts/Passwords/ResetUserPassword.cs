using System.Security.Cryptography;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Passwords;

/// <summary>
/// Sets a user's password as an administrator (spec/01 §2.2): with the sealed recovery when the user has allowed it, else only with the present
/// password. The keys of the Storage Vaults are wrapped anew, so the backups stay readable; the user's sessions end, and connected devices are told.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="secrets">Opens and seals the recovery.</param>
/// <param name="guard">Bounds guessing of the present password.</param>
/// <param name="sessions">The sessions.</param>
/// <param name="devices">The devices.</param>
/// <param name="audit">The record.</param>
public sealed class ResetUserPassword(AccountStore accounts, AccountSecrets secrets, LoginGuard guard, SessionStore sessions, IDevicePasswords devices, AuditLog audit)
{
    private static readonly Outcome NotAllowed = Outcome.Denied(
        "This user has not allowed an administrator to reset the password: the server does not have the keys of the backups. Give the present password, or let the user change it.");

    /// <summary>True when the password can be set without the present one.</summary>
    public bool IsAllowed(AccountDocument profile) => RecoveryOf(profile) is not null;

    /// <summary>
    /// Sets it. <see cref="Refusal.Denied"/> when neither the recovery nor the present password is there; <see cref="Refusal.Unauthenticated"/> for a
    /// wrong one; <see cref="Refusal.Invalid"/> with the rule that the new one breaks.
    /// </summary>
    /// <param name="by">The administrator.</param>
    /// <param name="username">The user.</param>
    /// <param name="replacement">The new password.</param>
    /// <param name="old">The present password; null or empty to use the recovery.</param>
    /// <param name="requireChange">The user must choose another at the next sign-in, or need not; null leaves that as it is.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    public async Task<Outcome> RunAsync(Actor by, string username, string replacement, string? old, bool? requireChange, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.AccountPasswordReset, AuditTarget.Account(username));
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (accounts.EntryByName(by, username) is not { } entry || await accounts.ReadAsync(entry.Id, ct) is not { } profile)
        {
            return Outcome.Missing($"There is no user {username}.");
        }

        if (UserRules.CheckPassword(replacement) is { Ok: false } rule)
        {
            return rule;
        }

        var wrapKey = string.IsNullOrEmpty(old)
            ? RecoveryOf(profile) is { } recovered ? recovered : NotAllowed
            : await guard.CheckCustomerAsync(by.Address, username, () => OpenedByAsync(profile, old, ct), ct);
        if (!wrapKey.Ok)
        {
            return await audit.RecordAsync(happened, wrapKey.Plain);
        }

        using var next = await RewrappedPassword.MakeAsync(replacement, secrets, ct);
        var changed = await accounts.ChangeAsync(
            entry.Id,
            null,
            document =>
            {
                if (document.PasswordHash != profile.PasswordHash)
                {
                    return AccountStore.Stale;
                }

                var asked = document.Root.Flag("RequirePasswordChange");
                var applied = next.Apply(document, wrapKey.Value);
                if (applied.Ok)
                {
                    document.Root["RequirePasswordChange"] = requireChange ?? asked;
                }

                return applied;
            },
            tellDevices: false,
            ct);
        if (changed.Ok)
        {
            await sessions.EndOfAccountAsync(entry.Id, null, CancellationToken.None);
            await devices.ChangedAsync(entry.Id, replacement, wrapKey.Value, "The account's password has been set by an administrator. Give the device the new one.");
        }

        CryptographicOperations.ZeroMemory(wrapKey.Value);

        return await audit.RecordAsync(happened with { Note = string.IsNullOrEmpty(old) ? "By the sealed recovery" : "By the present password" }, changed.Plain);
    }

    private static async Task<Outcome<byte[]>> OpenedByAsync(AccountDocument profile, string old, CancellationToken ct)
    {
        if (!PasswordRecord.TryParse(profile.PasswordFormat, profile.PasswordHash, out var record))
        {
            return Outcome.Refuse(Refusal.Unauthenticated, "The present password is wrong.");
        }

        var keys = await Task.Run(() => PasswordKeys.Derive(old, record.Salt, record.Iterations), ct);
        return record.Matches(keys.AuthKey) ? keys.WrapKey : Outcome.Refuse(Refusal.Unauthenticated, "The present password is wrong.");
    }

    private byte[]? RecoveryOf(AccountDocument profile) =>
        profile.PasswordRecovery.Length > 0 && PasswordRecord.TryParse(profile.PasswordFormat, profile.PasswordHash, out var record)
            ? secrets.OpenRecovery(profile.PasswordRecovery, record.Salt)
            : null;
}
