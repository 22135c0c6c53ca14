using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>Removes a Protected Item with the backup rules that start from it. Its snapshots stay in the vaults.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="policies">Name the policy in a refusal.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DeleteProtectedItem(AccountStore accounts, IPolicyDirectory policies, ProfileAudit audit)
{
    /// <summary>Removes it. Refused as <see cref="Refusal.Missing"/> for an unknown user or item, as <see cref="Refusal.Denied"/> without the right or, for a customer, against the policy.</summary>
    public Task<Outcome> RunAsync(Actor by, string username, string itemId, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var name = accounts.EntryByName(username)?.Items.FirstOrDefault(i => i.Ref.Id == itemId)?.Ref.Name;
        return audit.RunAsync(new AuditEvent(by, AuditActions.ProtectedItemDeleted, AuditTarget.ProtectedItem(username, itemId, name)), trace => DeleteAsync(by, username, itemId, trace));
    }

    private async Task<Outcome> DeleteAsync(Actor by, string username, string itemId, ProfileTrace trace)
    {
        var target = ItemTarget.Find(accounts, by, username, Right.AccountsManage);
        if (!target.Ok)
        {
            return target.Plain;
        }

        var outcome = await accounts.ChangeAsync(
            target.Value.Id,
            null,
            document => CustomerRules.Guard(by, document.Root, policies, () =>
            {
                if (document.Item(itemId) is null)
                {
                    return Outcome.Missing("The Protected Item does not exist any more.");
                }

                document.RemoveItem(itemId);
                return Outcome.Done;
            }),
            tellDevices: true,
            trace,
            CancellationToken.None);
        return outcome.Plain;
    }
}
