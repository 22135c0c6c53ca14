using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>Creates or changes a Protected Item of type Files and Folders.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class SaveProtectedItem(AccountStore accounts, ProfileAudit audit, TimeProvider clock)
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
    /// <param name="ct">Obeyed before the first step.</param>
    public Task<Outcome<string>> RunAsync(Actor by, string username, string? itemId, FileItem draft, string? requireHash, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = itemId ?? Guid.NewGuid().ToString();
        var action = itemId is null ? AuditActions.ProtectedItemAdded : AuditActions.ProtectedItemChanged;
        return audit.RunAsync(
            new AuditEvent(by, action, AuditTarget.ProtectedItem(username, id, draft.Name)), trace => SaveAsync(by, username, id, itemId is null, draft, requireHash, trace));
    }

    private async Task<Outcome<string>> SaveAsync(Actor by, string username, string id, bool isNew, FileItem draft, string? requireHash, ProfileTrace trace)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var outcome = await accounts.ChangeAsync(
            target.Id, requireHash, document => isNew ? Add(document, id, draft) : Edit(document, id, draft), tellDevices: true, trace, CancellationToken.None);
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
