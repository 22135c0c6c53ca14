using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>
/// Removes a Storage Vault from a profile, with the backup rules that lead to it and the retention that Protected Items have for it. Its data becomes
/// unreachable; the bucket stays (spec/01 §6.1).
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DeleteVault(AccountStore accounts, ProfileAudit audit)
{
    /// <summary>Removes it and answers how many backup rules went with it. Refused as <see cref="Refusal.Missing"/> for an unknown user or vault.</summary>
    public Task<Outcome<int>> RunAsync(Actor by, string username, string vaultId, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var name = accounts.EntryByName(username)?.Vaults.FirstOrDefault(v => v.Ref.Id == vaultId)?.Ref.Name;
        return audit.RunAsync(new AuditEvent(by, AuditActions.VaultDeleted, AuditTarget.StorageVault(username, vaultId, name)), trace => DeleteAsync(by, username, vaultId, trace));
    }

    /// <summary>The ids of the backup rules that lead to a vault.</summary>
    public static IReadOnlyList<string> RulesTo(JsonObject profile, string vaultId) =>
        [.. profile.Entries("BackupRules").Where(r => r.Value.Text("Destination") == vaultId).Select(static r => r.Key)];

    private async Task<Outcome<int>> DeleteAsync(Actor by, string username, string vaultId, ProfileTrace trace)
    {
        if (by.Needs(Right.AccountsManage, Right.VaultDelete) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var rules = 0;
        var outcome = await accounts.ChangeAsync(
            target.Id,
            null,
            document =>
            {
                if (!document.Vaults.Remove(vaultId))
                {
                    return Outcome.Missing("The Storage Vault does not exist any more.");
                }

                var gone = RulesTo(document.Root, vaultId);
                rules = gone.Count;
                foreach (var rule in gone)
                {
                    document.Rules.Remove(rule);
                }

                foreach (var (_, item) in document.Root.Entries("Sources"))
                {
                    item.Map("OverrideDestinationRetention").Remove(vaultId);
                }

                return Outcome.Done;
            },
            tellDevices: true,
            trace,
            CancellationToken.None);
        return outcome.Ok ? rules : outcome.Plain;
    }
}
