using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Dialogs;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Taking a device or a Protected Item away as a person does it: asks with the name to type, then says what came of it. One per browser tab.</summary>
/// <param name="revoke">Takes a device away.</param>
/// <param name="delete">Takes a Protected Item away.</param>
/// <param name="viewer">The person.</param>
/// <param name="dialogs">Asks.</param>
/// <param name="toasts">Tells.</param>
public sealed class RemoveByHand(RevokeDevice revoke, DeleteProtectedItem delete, IViewer viewer, IDialogService dialogs, ISnackbar toasts)
{
    /// <summary>Asks and revokes.</summary>
    public async Task DeviceAsync(string username, DeviceRow row)
    {
        var items = row.Items switch
        {
            0 => "",
            1 => " and its Protected Item is removed from the profile",
            _ => $" and its {row.Items} Protected Items are removed from the profile",
        };
        var question = new ConfirmQuestion(
            $"Revoke {row.Device.Name}?",
            $"The device is signed out{items}. Its backups stay in the Storage Vaults. It can register again with the user's password. This can't be undone.",
            "Revoke device",
            "Keep device") { TypeToConfirm = row.Device.Name };
        if (await question.AskAsync(dialogs))
        {
            Tell(await revoke.RunAsync(await viewer.ActorAsync(), username, row.Device.Id, CancellationToken.None), $"{row.Device.Name} was revoked.");
        }
    }

    /// <summary>Asks and deletes.</summary>
    public async Task ItemAsync(string username, ItemRow row)
    {
        var question = new ConfirmQuestion(
            $"Delete {row.Item.Ref.Name}?",
            "It is not backed up any more. Its snapshots stay in the Storage Vaults. This can't be undone.",
            "Delete Protected Item",
            "Keep Protected Item") { TypeToConfirm = row.Item.Ref.Name };
        if (await question.AskAsync(dialogs))
        {
            Tell(await delete.RunAsync(await viewer.ActorAsync(), username, row.Id, CancellationToken.None), $"{row.Item.Ref.Name} was deleted.");
        }
    }

    private void Tell(Kernel.Outcome outcome, string done) =>
        toasts.Add(outcome.Ok ? done : outcome.Why, outcome.Ok ? Severity.Success : Severity.Error, o => o.RequireInteraction = !outcome.Ok);
}
