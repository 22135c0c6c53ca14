using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Own;

/// <summary>
/// Changes a customer's own password. The keys of the Storage Vaults are wrapped anew under it in the same step, so that the backups stay readable
/// (decisions.md 8); the customer's other sessions and the devices' connections end.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="credentials">Checks the old password.</param>
/// <param name="secrets">Seals the recovery.</param>
/// <param name="guard">Bounds guessing.</param>
/// <param name="sessions">The sessions.</param>
/// <param name="links">The devices.</param>
/// <param name="audit">The record.</param>
public sealed class ChangeCustomerPassword(
    AccountStore accounts, ICustomerCredentials credentials, AccountSecrets secrets, LoginGuard guard, SessionStore sessions, ILiveConnections links, AuditLog audit)
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
            return Outcome.Denied("The password of this account can only be changed by an administrator.");
        }

        if (await guard.CheckAsync(by.Address, by.Name, () => credentials.VerifyPasswordAsync(by.Name, old, ct), ct) is { Ok: false } wrong)
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

        var salt = RandomNumberGenerator.GetBytes(PasswordKeys.SaltBytes);
        var (before, after) = await Task.Run(() => (PasswordKeys.Derive(old, record.Salt, record.Iterations), PasswordKeys.Derive(replacement, salt, PasswordKeys.DefaultIterations)), ct);
        var proof = PasswordRecord.Create(after.AuthKey, salt, PasswordKeys.DefaultIterations).ToString();
        var changed = await accounts.ChangeAsync(
            id, requireHash, document => document.PasswordHash != entry.PasswordHash ? AccountStore.Stale : Apply(document, before, after, salt, proof), tellDevices: false, ct);
        CryptographicOperations.ZeroMemory(before.WrapKey);
        CryptographicOperations.ZeroMemory(after.WrapKey);
        if (changed.Ok)
        {
            await sessions.EndOfAccountAsync(id, session, CancellationToken.None);
            await links.EndAsync(id, null, AgentProtocol.CloseCodes.BadCredentials, "The account's password has been changed. Give the device the new one.", CancellationToken.None);
        }

        return await audit.RecordAsync(new AuditEvent(by, AuditActions.PasswordChanged, AuditTarget.Account(by.Name)), changed.Plain);
    }

    private Outcome Apply(AccountDocument document, PasswordKeys before, PasswordKeys after, byte[] salt, string proof)
    {
        foreach (var (vaultId, node) in document.Vaults)
        {
            if (node is JsonObject vault && vault.Text("EncryptedEncryptionKey") is { Length: > 0 } wrapped)
            {
                if (vault.Number("EncryptionKeyEncryptionMethod") != WrappedKeys.AesGcm || VaultKeyWrap.TryUnwrap(vaultId, wrapped, before.WrapKey) is not { } password)
                {
                    return Outcome.Conflict($"The key of the Storage Vault \"{vault.Text("Description")}\" can't be opened with the current password, so it would be lost. Nothing was changed.");
                }

                vault["EncryptedEncryptionKey"] = VaultKeyWrap.Wrap(vaultId, password, after.WrapKey);
            }
        }

        document.Root["PasswordFormat"] = (long)PasswordRecord.Format;
        document.Root["PasswordHash"] = proof;
        document.Root["RequirePasswordChange"] = false;
        if (document.PasswordRecovery.Length > 0)
        {
            document.Root["PasswordRecovery"] = secrets.SealRecovery(after.WrapKey, salt);
        }

        return Outcome.Done;
    }
}
