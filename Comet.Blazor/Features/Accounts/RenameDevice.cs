using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Gives a device a friendly name (spec/01 §2.3). Its id, items and history stay; two devices may have one name.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class RenameDevice(AccountStore accounts, ProfileAudit audit)
{
    /// <summary>Longest name.</summary>
    public const int MaxName = 255;

    /// <summary>
    /// Renames. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>, as <see cref="Refusal.Missing"/> for an unknown user or
    /// device, as <see cref="Refusal.Invalid"/> for an impossible name.
    /// </summary>
    public Task<Outcome> RunAsync(Actor by, string username, string deviceId, string name, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var target = AuditTarget.Device(username, deviceId, accounts.EntryByName(username)?.Device(deviceId)?.Name);
        return audit.RunAsync(new AuditEvent(by, AuditActions.DeviceRenamed, target), trace => RenameAsync(by, username, deviceId, name.Trim(), trace));
    }

    /// <summary>Why a device can't have this name; done when it can.</summary>
    public static Outcome Check(string name) =>
        name.Trim().Length is 0 or > MaxName ? Outcome.Invalid($"The name must have 1 to {MaxName} characters.")
        : name.Any(char.IsControl) ? Outcome.Invalid("The name must be a single line of text.")
        : Outcome.Done;

    private async Task<Outcome> RenameAsync(Actor by, string username, string deviceId, string name, ProfileTrace trace)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        if (Check(name) is { Ok: false } wrong)
        {
            return wrong;
        }

        var changed = await accounts.ChangeAsync(
            target.Id,
            null,
            document =>
            {
                if (document.Devices[deviceId] is not JsonObject device)
                {
                    return ReadProfile.UnknownDevice;
                }

                device["FriendlyName"] = name;
                return Outcome.Done;
            },
            tellDevices: false,
            trace,
            CancellationToken.None);
        return changed.Plain;
    }
}
