using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Own;

/// <summary>What a customer sees of the own account on one page.</summary>
/// <param name="Account">The account.</param>
/// <param name="Devices">Its devices.</param>
/// <param name="Items">Its Protected Items.</param>
/// <param name="Vaults">Its Storage Vaults.</param>
/// <param name="Sentence">How the backups are, in one sentence.</param>
/// <param name="IsWell">Nothing needs to be done.</param>
public sealed record OwnAccount(AccountEntry Account, IReadOnlyList<DeviceRow> Devices, IReadOnlyList<ItemRow> Items, IReadOnlyList<VaultRow> Vaults, string Sentence, bool IsWell);

/// <summary>Reads a customer's own account for the customer's home page: nothing but what belongs to the account of the caller.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="links">Who is connected.</param>
/// <param name="clock">The clock.</param>
public sealed class OwnOverview(AccountStore accounts, ILiveConnections links, TimeProvider clock)
{
    private static readonly TimeSpan Old = TimeSpan.FromDays(3);

    /// <summary>Rings when accounts changed.</summary>
    public LiveSignal AccountsChanged => accounts.Changed;

    /// <summary>Rings when devices came or went.</summary>
    public LiveSignal LinksChanged => links.Changed;

    /// <summary>The caller's account. Refused as <see cref="Refusal.Denied"/> for anybody but a customer, and for one whose account is gone.</summary>
    public Outcome<OwnAccount> Read(Actor by)
    {
        if (by is not { Kind: ActorKind.Customer, Account: { } id } || accounts.Entry(id) is not { } account)
        {
            return ReadOwnProfile.NotYours;
        }

        var (sentence, well) = Sentence(account);
        return new OwnAccount(
            account,
            [.. account.Devices.Select(d => DeviceRow.Of(account, d, links.Of(id, d.Id)))],
            [.. account.Items.Select(i => new ItemRow(i, account.Device(i.Ref.DeviceId)?.Name ?? "none", links.Of(id, i.Ref.DeviceId).Count > 0))],
            [.. account.Vaults.Select(v => new VaultRow(v, [.. v.Ref.Devices.Select(d => account.Device(d)?.Name ?? d)], HidesVendor: true))],
            sentence,
            well);
    }

    private (string Sentence, bool IsWell) Sentence(AccountEntry account)
    {
        var items = account.Items;
        if (items.Length == 0)
        {
            return ("Nothing is backed up yet.", false);
        }

        var never = items.Where(static i => i.LastStart == 0).ToList();
        var failed = items.Where(static i => i.LastStart > 0 && JobStatus.IsFinal(i.LastStatus) && JobStatusLook.Of(i.LastStatus).Severity > 4).ToList();
        var late = items.Where(i => i.LastStart > 0 && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(i.LastStart) > Old).ToList();
        return failed.Count > 0 ? (failed.Count == 1 ? $"The last backup of {failed[0].Ref.Name} failed." : $"The last backups of {failed.Count} Protected Items failed.", false)
            : never.Count > 0 ? (never.Count == 1 ? $"{never[0].Ref.Name} has not been backed up yet." : $"{never.Count} Protected Items have not been backed up yet.", false)
            : late.Count > 0 ? (late.Count == 1 ? $"{late[0].Ref.Name} has not been backed up for {Days(late[0])} days." : $"{late.Count} Protected Items have not been backed up for more than 3 days.", false)
            : (items.Length == 1 ? "Your backup is up to date." : $"All {items.Length} backups are up to date.", true);
    }

    private int Days(ItemEntry item) => (int)(clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(item.LastStart)).TotalDays;
}
