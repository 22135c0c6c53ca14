using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items.Copying;

/// <summary>Copies the configuration of a Protected Item onto the clipboard of a session.</summary>
/// <param name="read">Reads it.</param>
/// <param name="clipboard">Where it goes.</param>
public sealed class CopyProtectedItem(ReadProtectedItem read, ItemClipboard clipboard)
{
    /// <summary>Copies it. Refused as <see cref="Refusal.Missing"/> for an unknown user or item, as <see cref="Refusal.Denied"/> without the right to change users.</summary>
    public async Task<Outcome> RunAsync(Actor by, string? sessionKey, string username, string itemId, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        var found = await read.RunAsync(by, username, itemId, ct);
        if (!found.Ok)
        {
            return found.Plain;
        }

        var device = found.Value.Profile.Devices[found.Value.Source.Text("OwnerDevice")] as JsonObject ?? [];
        clipboard.Put(sessionKey, new CopiedItem(
            found.Value.Profile.Id, username, device.Text("FriendlyName"), device.Map("PlatformVersion").Text("os"), found.Value.Source, [.. found.Value.Rules.Values]));
        return Outcome.Done;
    }
}
