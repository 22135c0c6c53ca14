using System.Security.Cryptography;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Own;

/// <summary>
/// Changes a customer's own password. The keys of the Storage Vaults are wrapped anew under it in the same step, so that the backups stay readable
/// (decisions.md 8); the customer's other sessions end, and connected devices are told.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="credentials">Checks the old password.</param>
/// <param name="secrets">Seals the recovery.</param>
/// <param name="guard">Bounds guessing.</param>
/// <param name="sessions">The sessions.</param>
/// <param name="devices">The devices.</param>
/// <param name="policies">Name the policy in a refusal.</param>
/// <param name="audit">The record.</param>
public sealed class ChangeCustomerPassword(
    AccountStore accounts, ICustomerCredentials credentials, AccountSecrets secrets, LoginGuard guard, SessionStore sessions, IDevicePasswords devices, IPolicyDirectory policies, AuditLog audit)
{
    /// <summary>
    /// Changes it. <see cref="Refusal.Unauthenticated"/> for a wrong old one, <see cref="Refusal.Invalid"/> with the rule that the new one breaks,
    /// <see cref="Refusal.Conflict"/> when the profile has another hash or a vault's key can't be opened.
    /// </summary>
    /// <param name="by">The customer.</param>
    /// <param name="requireHash">Hash of the profile that the caller has read.</param>
    /// <param name="old">The present password.</param>
    /// <param name="replacement">The new one.</param>
    /// <param name="session">Key of the session that stays.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    public async Task<Outcome> RunAsync(Actor by, string requireHash, string old, string replacement, string? session, CancellationToken ct)
    {
        if (by is not { Kind: ActorKind.Customer, Account: { } id } || accounts.Entry(id) is not { } entry)
        {
            return ReadOwnProfile.NotYours;
        }

        if (entry.SignIn.PreventsPasswordChange)
        {
            return new PolicyRefusal(policies.Find(entry.PolicyId)?.Name ?? "").Because("changing the password");
        }

        if (await guard.CheckCustomerAsync(by.Address, by.Name, () => credentials.VerifyPasswordAsync(by.Name, old, ct), ct) is { Ok: false } wrong)
        {
            return wrong.Kind == Refusal.Unauthenticated ? Outcome.Refuse(Refusal.Unauthenticated, "The current password is wrong.") : wrong.Plain;
        }

        if (UserRules.CheckPassword(replacement) is { Ok: false } rule)
        {
            return rule;
        }

        if (replacement == old)
        {
            return Outcome.Invalid("The new password is the current one. Choose another.");
        }

        if (!PasswordRecord.TryParse(entry.PasswordFormat, entry.PasswordHash, out var record))
        {
            return AccountStore.Stale; // between the check and here
        }

        var before = await Task.Run(() => PasswordKeys.Derive(old, record.Salt, record.Iterations), ct);
        using var next = await RewrappedPassword.MakeAsync(replacement, secrets, ct);
        var changed = await accounts.ChangeAsync(
            id, requireHash, document => document.PasswordHash != entry.PasswordHash ? AccountStore.Stale : next.Apply(document, before.WrapKey), tellDevices: false, ct);
        if (changed.Ok)
        {
            await sessions.EndOfAccountAsync(id, session, CancellationToken.None);
            await devices.ChangedAsync(id, replacement, before.WrapKey, "The account's password has been changed. Give the device the new one.");
        }

        CryptographicOperations.ZeroMemory(before.WrapKey);

        return await audit.RecordAsync(new AuditEvent(by, AuditActions.PasswordChanged, AuditTarget.Account(by.Name)), changed.Plain);
    }
}
