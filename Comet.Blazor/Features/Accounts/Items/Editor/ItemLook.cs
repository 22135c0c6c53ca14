using Comet.Blazor.Features.Accounts.Items.Forms;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Parts;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Accounts.Items.Editor;

/// <summary>What the editor of a Protected Item sees of the device while it is connected: its folders, how much the item would back up, the snapshots there are.</summary>
/// <param name="questions">Asks devices.</param>
/// <param name="links">Who is connected.</param>
public sealed class ItemLook(IDeviceQuestions questions, ILiveConnections links)
{
    /// <summary>How long a device may count.</summary>
    public static readonly TimeSpan CountWithin = TimeSpan.FromMinutes(2);

    /// <summary>The newest connection of a device, or null: an older one beside it may be dead without knowing.</summary>
    public LiveConnection? Of(AccountId account, string deviceId) => links.Of(account, deviceId).MaxBy(static l => l.Since);

    /// <summary>Reads folders of a connected device.</summary>
    public FolderLoader Folders(Actor by, string connectionId) => async (path, after, ct) =>
    {
        var page = await questions.BrowseAsync(by, connectionId, path, after, ct);
        return page.Ok
            ? new FolderListing(
                [
                    .. page.Value.Entries.Select(static e => new FolderThing(
                        e.Name, e.Path, e.Kind == FolderEntryKind.Folder, e.Kind == FolderEntryKind.File ? e.Size : null, UnixTime.FromUnix(e.Modified))),
                ],
                page.Value.Next)
            : page.Plain;
    };

    /// <summary>Counts what the item, as it is in the editor, would back up.</summary>
    public Task<Outcome<ItemEstimate>> EstimateAsync(Actor by, string connectionId, ItemForm item, IProgress<ItemEstimate> progress, CancellationToken ct) => questions.EstimateAsync(
        by, connectionId, item.Engine, item.Props.ToDictionary(static p => p.Key, p => item.Props.Text(p.Key), StringComparer.Ordinal), CountWithin, progress, ct);

    /// <summary>The snapshots of the item in a Storage Vault.</summary>
    public async Task<Outcome<IReadOnlyList<RetentionSnapshot>>> SnapshotsAsync(Actor by, string connectionId, string vaultId, string itemId, CancellationToken ct)
    {
        var found = await questions.SnapshotsAsync(by, connectionId, vaultId, ct);
        return found.Ok
            ? Outcome.Of<IReadOnlyList<RetentionSnapshot>>([.. found.Value.Where(s => s.ItemId == itemId).Select(static s => new RetentionSnapshot(s.Id, s.Time, s.ItemId))])
            : found.Plain;
    }
}
