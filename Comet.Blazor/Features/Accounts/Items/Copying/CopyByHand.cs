using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Security.Sessions;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Items.Copying;

/// <summary>"Copy" of a Protected Item as a person does it: onto the clipboard of the session, and said. One per browser tab.</summary>
/// <param name="copy">Copies.</param>
/// <param name="viewer">The person.</param>
/// <param name="toasts">Tells.</param>
public sealed class CopyByHand(CopyProtectedItem copy, Viewer viewer, ISnackbar toasts)
{
    /// <summary>Copies the item.</summary>
    public async Task ItemAsync(string username, ItemRow row)
    {
        var copied = await copy.RunAsync(await viewer.ActorAsync(), await viewer.KeyAsync(), username, row.Id, CancellationToken.None);
        toasts.Add(
            copied.Ok ? $"{row.Item.Ref.Name} was copied. Choose Paste in the top bar, here or on another user's page." : copied.Why,
            copied.Ok ? Severity.Success : Severity.Error, o => o.RequireInteraction = !copied.Ok);
    }
}
