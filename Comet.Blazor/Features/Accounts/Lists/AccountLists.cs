using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Lists;

/// <summary>What the pages of accounts list, from memory, as far as it is the caller's business (spec/04 §17). Without <see cref="Right.AccountsView"/> everything is empty.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="links">Who is connected.</param>
/// <param name="jobs">How jobs went.</param>
/// <param name="clock">The clock.</param>
public sealed class AccountLists(AccountStore accounts, ILiveConnections links, IBackupDays jobs, TimeProvider clock)
{
    /// <summary>Rings when accounts changed.</summary>
    public LiveSignal AccountsChanged => accounts.Changed;

    /// <summary>Rings when devices came or went.</summary>
    public LiveSignal LinksChanged => links.Changed;

    /// <summary>Rings when a job was added or changed, or reported progress.</summary>
    public LiveSignal JobsChanged => jobs.Changed;

    /// <summary>The account of exactly this name; refused as missing or denied.</summary>
    public Outcome<UserRow> User(Actor by, string username) =>
        by.Needs(Right.AccountsView) is { Ok: false } denied ? denied
        : accounts.EntryByName(by, username) is { } entry ? new UserRow(entry, entry.Devices.Count(d => links.Of(entry.Id, d.Id).Count > 0))
        : ReadProfile.Unknown(username);

    /// <summary>What the head of the page of the account of exactly this name shows; refused as missing or denied.</summary>
    public Outcome<UserView> View(Actor by, string username)
    {
        var found = User(by, username);
        if (!found.Ok)
        {
            return found.Plain;
        }

        string? before = null, after = null;
        foreach (var name in accounts.All.Where(a => by.Sees(a.OrganizationId)).Select(static a => a.Username))
        {
            var order = string.CompareOrdinal(name, username);
            before = order < 0 && (before is null || string.CompareOrdinal(name, before) > 0) ? name : before;
            after = order > 0 && (after is null || string.CompareOrdinal(name, after) < 0) ? name : after;
        }

        var account = found.Value.Account;
        return new UserView(found.Value, account.Devices.Count(d => links.Of(account.Id, d.Id).Count > 1), before, after)
        {
            Jobs = by.May(Right.JobsView) ? jobs.Since(account.Id, clock.UnixNow() - Day) : null,
        };
    }

    /// <summary>The names of all accounts, in ordinal order. Refused as <see cref="Refusal.Denied"/>.</summary>
    public Outcome<IReadOnlyList<string>> Names(Actor by) => by.Needs(Right.AccountsView) is { Ok: false } denied ? denied
        : Outcome.Of<IReadOnlyList<string>>([.. accounts.All.Where(a => by.Sees(a.OrganizationId)).Select(static a => a.Username).Order(StringComparer.Ordinal)]);

    /// <summary>The devices of an account.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="account">The account.</param>
    /// <param name="midnights">The days of the strip, as <see cref="IBackupDays"/> takes them; null for none.</param>
    public IReadOnlyList<DeviceRow> Devices(Actor by, AccountId account, IReadOnlyList<long>? midnights = null)
    {
        if (Entry(by, account) is not { } entry)
        {
            return [];
        }

        var strips = midnights is not null && by.May(Right.JobsView) ? jobs.WorstOfDevices(account, midnights) : new Dictionary<string, ReadOnlyMemory<int>>();
        return [.. entry.Devices.Select(d => DeviceRow.Of(entry, d, links.Of(account, d.Id)) with { Days = strips.GetValueOrDefault(d.Id) })];
    }

    /// <summary>The Protected Items of an account.</summary>
    public IReadOnlyList<ItemRow> Items(Actor by, AccountId account) => Entry(by, account) is not { } entry ? [] :
        [.. entry.Items.Select(i => new ItemRow(i, entry.Device(i.Ref.DeviceId)?.Name ?? "none", links.Of(account, i.Ref.DeviceId).Count > 0))];

    /// <summary>The Storage Vaults of an account.</summary>
    public IReadOnlyList<VaultRow> Vaults(Actor by, AccountId account) => Entry(by, account) is not { } entry ? [] :
        [.. entry.Vaults.Select(v => new VaultRow(v, [.. v.Ref.Devices.Select(d => entry.Device(d)?.Name ?? d)], by.Limits.HidesVendors))];

    /// <summary>The Storage Vaults that a device may use.</summary>
    public IReadOnlyList<VaultRef> VaultsFor(Actor by, AccountId account, string deviceId) => Entry(by, account) is not { } entry ? [] :
        [.. entry.Vaults.Select(static v => v.Ref).Where(v => v.Devices.Count == 0 || v.Devices.Contains(deviceId))];

    private const long Day = 86_400;

    private AccountEntry? Entry(Actor by, AccountId account) => by.May(Right.AccountsView) ? accounts.Entry(by, account) : null;
}
