using Comet.Blazor.Features.Accounts.Items.Forms;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Time;

namespace Comet.Blazor.Features.Accounts.Items.Editor;

/// <summary>What the pages of Protected Items need: the item with its rules and the hash, the guarded save, a run right away, for the person in front of the tab.</summary>
/// <param name="read">Reads a profile.</param>
/// <param name="readItem">Reads an item.</param>
/// <param name="save">Saves.</param>
/// <param name="run">Runs.</param>
/// <param name="lists">The accounts in memory.</param>
/// <param name="policies">Names of policies.</param>
/// <param name="viewer">The person.</param>
/// <param name="times">The person's time zone.</param>
public sealed class ItemDesk(
    ReadProfile read, ReadProtectedItem readItem, SaveProtectedItem save, RunItemNow run, AccountLists lists, IPolicyDirectory policies, IViewer viewer, BrowserClock times)
{
    /// <summary>The person.</summary>
    public ValueTask<Actor> ActorAsync() => viewer.ActorAsync();

    /// <summary>Where and for whom the item is edited, at this moment.</summary>
    public EditorPlace Place(ItemEditing editing) => editing.Place(times.Zone, times.Now.ToUnixTimeSeconds());

    /// <summary>Rings when accounts changed.</summary>
    public LiveSignal AccountsChanged => lists.AccountsChanged;

    /// <summary>Rings when a device came or went.</summary>
    public LiveSignal LinksChanged => lists.LinksChanged;

    /// <summary>The Protected Items of an account.</summary>
    public IReadOnlyList<ItemRow> Items(Actor by, AccountId account) => lists.Items(by, account);

    /// <summary>Why the user's policy forbids adding and deleting items, each null when it does not.</summary>
    public async Task<(string? Add, string? Delete)> PreventedAsync(Actor by, string username)
    {
        if (await read.RunAsync(by, username, CancellationToken.None) is not { Ok: true } profile)
        {
            return (null, null);
        }

        var rules = ItemRules.Of(profile.Value.Document.Root, policies);
        return (rules.NoAdd(), rules.NoDelete);
    }

    /// <summary>A new item, on this device when the user has it, or on the only one. Refused as <see cref="Refusal.Missing"/> or <see cref="Refusal.Denied"/>.</summary>
    public async Task<Outcome<ItemEditing>> NewAsync(Actor by, string username, string? deviceId)
    {
        var profile = await read.RunAsync(by, username, CancellationToken.None);
        if (!profile.Ok)
        {
            return profile.Plain;
        }

        var devices = lists.Devices(by, profile.Value.Document.Id);
        var device = devices.FirstOrDefault(d => d.Device.Id == deviceId) ?? (devices.Count == 1 ? devices[0] : null);
        var form = ItemForm.New(device?.Device.Id ?? "");
        return new ItemEditing(true, form, profile.Value.Document, profile.Value.Hash, devices, policies);
    }

    /// <summary>An item as it stands. Refused as <see cref="Refusal.Missing"/> or <see cref="Refusal.Denied"/>.</summary>
    public async Task<Outcome<ItemEditing>> OpenAsync(Actor by, string username, string itemId)
    {
        var found = await ReadAsync(by, username, itemId);
        return found.Ok
            ? new ItemEditing(
                false, ItemForm.Of(itemId, found.Value.Source, found.Value.Rules), found.Value.Profile, found.Value.Hash, lists.Devices(by, found.Value.Profile.Id), policies)
            : found.Plain;
    }

    /// <summary>Looks again which devices are connected.</summary>
    public void Refresh(Actor by, ItemEditing editing) => editing.Devices = lists.Devices(by, editing.Profile.Id);

    /// <summary>What stands now.</summary>
    public Task<Outcome<ItemView>> ReadAsync(Actor by, string username, string itemId) => readItem.RunAsync(by, username, itemId, CancellationToken.None);

    /// <summary>Saves. Refused as <see cref="SaveProtectedItem"/> refuses, or when the disk can't be written.</summary>
    public Task<Outcome> SaveAsync(Actor by, string username, ItemEditing editing) =>
        Saving.TryAsync(async () => (await save.RunAsync(by, username, editing.Form.Change(), editing.Hash, CancellationToken.None)).Plain);

    /// <summary>Asks the device to back up the saved item and answers the job's id.</summary>
    public Task<Outcome<string>> RunAsync(Actor by, string username, ItemEditing editing, string vaultId) =>
        run.RunAsync(by, username, editing.Form.Id, vaultId, CancellationToken.None);
}
