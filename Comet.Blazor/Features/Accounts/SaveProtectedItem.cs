using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Creates or changes a Protected Item of type Files and Folders.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="clock">The clock.</param>
public sealed class SaveProtectedItem(AccountStore accounts, TimeProvider clock)
{
    /// <summary>
    /// Saves it and answers its id. Refused as <see cref="Refusal.Conflict"/> when the profile has another hash than <paramref name="requireHash"/>, as
    /// <see cref="Refusal.Missing"/> for an unknown user, device or item, as <see cref="Refusal.Invalid"/> with what is wrong.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The account.</param>
    /// <param name="itemId">The item; null for a new one.</param>
    /// <param name="draft">What it shall be. The device of an existing item can't be changed: its snapshots belong to it.</param>
    /// <param name="requireHash">The hash that the editor saw; null for any.</param>
    /// <param name="ct">Cancels the wait, not the write.</param>
    public async Task<Outcome<string>> RunAsync(Actor by, string username, string? itemId, FileItem draft, string? requireHash, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var id = itemId ?? Guid.NewGuid().ToString();
        var outcome = await accounts.ChangeAsync(
            target.Id, requireHash, document => itemId is null ? Add(document, id, draft) : Edit(document, id, draft), tellDevices: true, ct);
        return outcome.Ok ? id : outcome.Plain;
    }

    private static Outcome CheckDevice(AccountDocument document, FileItem draft) => document.Devices[draft.DeviceId] is JsonObject device
        ? draft.Check(device.Map("PlatformVersion").Text("os"))
        : Outcome.Missing("The device is not registered with this user any more.");

    private Outcome Add(AccountDocument document, string id, FileItem draft)
    {
        if (CheckDevice(document, draft) is { Ok: false } wrong)
        {
            return wrong;
        }

        var item = ProfileTemplates.Item();
        item["CreateTime"] = clock.UnixNow();
        item["ModifyTime"] = clock.UnixNow();
        draft.WriteTo(item);
        document.Items[id] = item;
        return Outcome.Done;
    }

    private Outcome Edit(AccountDocument document, string id, FileItem draft)
    {
        if (document.Item(id) is not { } item)
        {
            return Outcome.Missing("The Protected Item does not exist any more.");
        }

        if (item.Text("Engine") != FileItem.Engine)
        {
            return Outcome.Invalid($"A Protected Item of type {item.Text("Engine")} can't be changed into Files and Folders.");
        }

        if (item.Text("OwnerDevice") != draft.DeviceId)
        {
            return Outcome.Invalid("A Protected Item can't be moved to another device.");
        }

        if (CheckDevice(document, draft) is { Ok: false } wrong)
        {
            return wrong;
        }

        draft.WriteTo(item);
        item["ModifyTime"] = clock.UnixNow();
        return Outcome.Done;
    }
}
