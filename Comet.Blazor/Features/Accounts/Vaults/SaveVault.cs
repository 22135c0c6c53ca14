using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>
/// Describes a Storage Vault by hand, or changes one (spec/01 §6.1). A new one needs <see cref="Right.VaultAddByHand"/>; a change of where the data
/// is or how it is opened makes another vault of it and needs <see cref="Right.VaultDelete"/> as well.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class SaveVault(AccountStore accounts, ProfileAudit audit, TimeProvider clock)
{
    /// <summary>
    /// Saves it and answers its id. Refused as <see cref="Refusal.Conflict"/> when the profile has another hash than <paramref name="requireHash"/>, as
    /// <see cref="Refusal.Missing"/> for an unknown user, device or vault, as <see cref="Refusal.Unsupported"/> for what devices
    /// can't use, as <see cref="Refusal.Invalid"/> with what is wrong.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The account.</param>
    /// <param name="vaultId">The vault; null for a new one.</param>
    /// <param name="draft">What it shall be. The type of an existing vault can't be changed.</param>
    /// <param name="requireHash">The hash that the editor saw; null for any.</param>
    /// <param name="ct">Obeyed before the first step.</param>
    public Task<Outcome<string>> RunAsync(Actor by, string username, string? vaultId, VaultDraft draft, string? requireHash, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = vaultId ?? Guid.NewGuid().ToString();
        var action = vaultId is null ? AuditActions.VaultAdded : AuditActions.VaultChanged;
        return audit.RunAsync(
            new AuditEvent(by, action, AuditTarget.StorageVault(username, id, draft.Description)), trace => SaveAsync(by, username, id, vaultId is null, draft, requireHash, trace));
    }

    private async Task<Outcome<string>> SaveAsync(Actor by, string username, string id, bool isNew, VaultDraft draft, string? requireHash, ProfileTrace trace)
    {
        if ((isNew ? by.Needs(Right.AccountsManage, Right.VaultAddByHand) : by.Needs(Right.AccountsManage)) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var outcome = await accounts.ChangeAsync(
            target.Id,
            requireHash,
            document =>
            {
                var before = (JsonObject)document.Root.DeepClone();
                var put = isNew ? Add(document, id, draft) : Edit(document, id, draft);
                return put.Ok ? ProfileLimits.Check(by, before, document.Root) : put;
            },
            tellDevices: true,
            trace,
            CancellationToken.None);
        return outcome.Ok ? id : outcome.Plain;
    }

    private Outcome Add(AccountDocument document, string id, VaultDraft draft)
    {
        if (draft.Unusable is { } reason)
        {
            return Outcome.Refuse(Refusal.Unsupported, reason);
        }

        var vault = ProfileTemplates.Vault();
        vault["CreateTime"] = clock.UnixNow();
        document.Vaults[id] = vault;
        return Put(document, vault, draft with { KnownSecrets = [] });
    }

    private Outcome Edit(AccountDocument document, string id, VaultDraft draft)
    {
        if (document.Vault(id) is not { } vault)
        {
            return Outcome.Missing("The Storage Vault does not exist any more.");
        }

        // What came with an imported profile may stay and be renamed; nothing becomes unusable here.
        var stored = VaultDraft.From(vault);
        return stored.Type == draft.Type && stored.Unusable is null && draft.Unusable is { } reason ? Outcome.Refuse(Refusal.Unsupported, reason)
            : stored.Type == draft.Type ? Put(document, vault, draft with { KnownSecrets = stored.KnownSecrets })
            : Outcome.Invalid("The type of a Storage Vault can't be changed, because its data is where it is. Add another vault.");
    }

    private Outcome Put(AccountDocument document, JsonObject vault, VaultDraft draft)
    {
        var policy = UserPolicy.Of(document.Root);
        if (policy.EnforceStorageVaultRetention)
        {
            draft = draft with { Retention = RetentionPolicy.Read(policy.DefaultRetention) };
        }

        if (draft.Check() is { Ok: false } wrong)
        {
            return wrong;
        }

        // A device that was revoked meanwhile stays in the list of a vault: without it, the vault would be open to all.
        var known = vault.Texts("AssociatedDevices");
        if (draft.Devices.FirstOrDefault(d => document.Devices[d] is null && !known.Contains(d, StringComparer.Ordinal)) is not null)
        {
            return ReadProfile.UnknownDevice;
        }

        draft.WriteTo(vault);
        vault["ModifyTime"] = clock.UnixNow();
        return Outcome.Done;
    }
}
