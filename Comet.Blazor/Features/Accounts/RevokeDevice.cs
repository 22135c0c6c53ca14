using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts;

/// <summary>
/// Takes a device from an account (spec/02 §2.3): its Protected Items and their backup rules go with it, its links end. It may register again
/// as long as it knows the password.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="links">The device's links.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class RevokeDevice(AccountStore accounts, ILiveConnections links, ProfileAudit audit)
{
    /// <summary>Revokes it. Refused as <see cref="Refusal.Missing"/> for an unknown user or device, with ERR_UNKNOWN_DEVICE in the text for the latter.</summary>
    public Task<Outcome> RunAsync(Actor by, string username, string deviceId, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var target = AuditTarget.Device(username, deviceId, accounts.EntryByName(username)?.Device(deviceId)?.Name);
        return audit.RunAsync(new AuditEvent(by, AuditActions.DeviceRevoked, target), trace => RevokeAsync(by, username, deviceId, trace));
    }

    private async Task<Outcome> RevokeAsync(Actor by, string username, string deviceId, ProfileTrace trace)
    {
        if (by.Needs(Right.DevicesAct, Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var outcome = await accounts.ChangeAsync(
            target.Id,
            null,
            document =>
            {
                if (!document.Devices.Remove(deviceId))
                {
                    return ReadProfile.UnknownDevice;
                }

                foreach (var item in document.Root.Entries("Sources").Where(s => s.Value.Text("OwnerDevice") == deviceId).Select(static s => s.Key).ToArray())
                {
                    document.RemoveItem(item);
                }

                return Outcome.Done;
            },
            tellDevices: true,
            trace,
            CancellationToken.None);
        if (outcome.Ok)
        {
            await links.EndAsync(target.Id, deviceId, AgentProtocol.CloseCodes.Revoked, "This device has been revoked.", CancellationToken.None);
        }

        return outcome.Plain;
    }
}
