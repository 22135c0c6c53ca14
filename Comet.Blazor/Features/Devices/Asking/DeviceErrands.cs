using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices.Asking;

/// <summary>What a device can be asked for: its names, and the rules and Storage Vaults to choose from.</summary>
/// <param name="Device">The device's name.</param>
/// <param name="Username">Whose it is.</param>
/// <param name="Rules">Its backup rules.</param>
/// <param name="Vaults">The Storage Vaults that it may use.</param>
public sealed record DeviceOffer(string Device, string Username, (string Id, string Name)[] Rules, (string Id, string Name)[] Vaults)
{
    /// <summary>Of a device that is gone.</summary>
    public static DeviceOffer Nothing { get; } = new("", "", [], []);
}

/// <summary>What the pages ask devices for, led to the commands that do it.</summary>
/// <param name="access">Who may ask whom.</param>
/// <param name="accounts">Names.</param>
/// <param name="devices">Rules.</param>
/// <param name="vaults">Work on vaults.</param>
/// <param name="rules">Runs rules.</param>
/// <param name="refresh">Refreshes profiles.</param>
public sealed class DeviceErrands(DeviceAccess access, IAccountDirectory accounts, IAccountDevices devices, IVaultWork vaults, RunRuleNow rules, RefreshProfile refresh)
{
    /// <summary>What there is to choose from, by name; null when the connection is gone or not the caller's business.</summary>
    public async Task<DeviceOffer?> OfferAsync(Actor by, string connectionId, CancellationToken ct)
    {
        if (access.Seen(by, connectionId) is not { } c)
        {
            return null;
        }

        var profile = await devices.ProfileForAsync(c.Account, c.DeviceId, ct);
        var items = accounts.Items(c.Account).ToDictionary(static i => i.Id, static i => i.Name, StringComparer.Ordinal);
        var stores = accounts.Vaults(c.Account).ToDictionary(static v => v.Id, static v => v.Name, StringComparer.Ordinal);
        return new DeviceOffer(
            accounts.DeviceName(c.Account, c.DeviceId),
            accounts.Find(c.Account)?.Username ?? "",
            ByName((profile.Value?.Rules ?? []).Select(r => (r.Id, Named(r.Description, $"{items.GetValueOrDefault(r.ItemId, r.ItemId)} to {stores.GetValueOrDefault(r.VaultId, r.VaultId)}")))),
            ByName(accounts.Vaults(c.Account).Where(v => v.Serves(c.DeviceId)).Select(static v => (v.Id, Named(v.Name, v.Id)))));
    }

    /// <summary>Asks; answers the job's id, empty for what is no job. Refusals as the commands behind it.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="connectionId">The live connection.</param>
    /// <param name="work">What for.</param>
    /// <param name="target">The backup rule or the Storage Vault.</param>
    /// <param name="allLocks">Of <see cref="DeviceWork.Unlock"/>: also locks that may still be held.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Outcome<string>> RunAsync(Actor by, string connectionId, DeviceWork work, string target, bool allLocks, CancellationToken ct)
    {
        switch (work)
        {
            case DeviceWork.Rule:
                return await rules.RunAsync(by, connectionId, target, ct);
            case DeviceWork.Retention:
                return await vaults.ApplyRetentionAsync(by, connectionId, target, ct);
            case DeviceWork.Unlock:
                return await vaults.UnlockAsync(by, connectionId, target, allLocks, ct);
            default:
                var read = await refresh.RunAsync(by, connectionId, ct);
                return read.Ok ? Outcome.Of("") : read;
        }
    }

    private static string Named(string name, string otherwise) => name.Length > 0 ? name : otherwise;

    private static (string Id, string Name)[] ByName(IEnumerable<(string Id, string Name)> all) => [.. all.OrderBy(static a => a.Name, StringComparer.OrdinalIgnoreCase)];
}
