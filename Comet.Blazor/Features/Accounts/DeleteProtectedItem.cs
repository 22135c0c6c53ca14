using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Removes a Protected Item with the backup rules that start from it. Its snapshots stay in the vaults.</summary>
/// <param name="accounts">The accounts.</param>
public sealed class DeleteProtectedItem(AccountStore accounts)
{
    /// <summary>Removes it. Refused as <see cref="Refusal.Missing"/> for an unknown user or item.</summary>
    public async Task<Outcome> RunAsync(Actor by, string username, string itemId, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var outcome = await accounts.ChangeAsync(
            target.Id,
            null,
            document =>
            {
                if (document.Item(itemId) is null)
                {
                    return Outcome.Missing("The Protected Item does not exist any more.");
                }

                document.RemoveItem(itemId);
                return Outcome.Done;
            },
            tellDevices: true,
            ct);
        return outcome.Plain;
    }
}
