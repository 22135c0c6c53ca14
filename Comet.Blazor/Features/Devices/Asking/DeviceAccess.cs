using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices.Asking;

/// <summary>Which live devices a caller may ask: administrators those of the accounts that are their business, customers their own.</summary>
/// <param name="live">The links.</param>
/// <param name="accounts">Whose they are.</param>
public sealed class DeviceAccess(ILiveConnections live, IAccountDirectory accounts)
{
    /// <summary>The connection if it is the caller's business; else null, as if it did not exist.</summary>
    public LiveConnection? Seen(Actor by, string connectionId) =>
        live.Find(connectionId) is { } found && (IsOwn(by, found) || accounts.Sees(by, found.Account)) ? found : null;

    /// <summary>
    /// The connection, when the caller may do this with it. Refusals: <see cref="Refusal.Denied"/> without the right or for a suspended account,
    /// <see cref="Refusal.Missing"/> with ERR_UNKNOWN_DEVICE.
    /// </summary>
    public Outcome<LiveConnection> Find(Actor by, string connectionId, Right right)
    {
        var connection = Seen(by, connectionId);
        if ((connection is null || !IsOwn(by, connection)) && by.Kind != ActorKind.Customer && by.Needs(right) is { Ok: false } denied)
        {
            return denied;
        }

        return connection is null || accounts.Find(connection.Account) is not { } account ? DeviceDispatcher.Unknown
            : account.IsSuspended ? Outcome.Denied($"The user {account.Username} is suspended. Lift the suspension first.")
            : connection;
    }

    /// <summary>A Storage Vault that the device may use. Refused as <see cref="Refusal.Missing"/> for any other.</summary>
    public Outcome<VaultRef> Vault(LiveConnection connection, string vaultId) =>
        accounts.Vaults(connection.Account).FirstOrDefault(v => v.Id == vaultId) is not { } vault ? Outcome.Missing("The user has no such Storage Vault.")
        : !vault.Serves(connection.DeviceId) ? Outcome.Missing($"The Storage Vault {vault.Name} is not for this device. Choose another device, or add this one to the vault.")
        : vault;

    private static bool IsOwn(Actor by, LiveConnection connection) => by.Kind == ActorKind.Customer && by.Account == connection.Account;
}
