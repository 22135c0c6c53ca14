using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>"Run backup now" from a Protected Item: finds the device's connection and asks it.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="links">Who is connected.</param>
/// <param name="backup">Asks the device.</param>
/// <param name="audit">Puts on record who was denied it; the rest is recorded where the device is asked.</param>
public sealed class RunItemNow(AccountStore accounts, ILiveConnections links, IRunBackup backup, AuditLog audit)
{
    /// <summary>Asks and answers the job's id. Refused as <see cref="Refusal.Missing"/> for an unknown user or item or an offline device, else as <see cref="IRunBackup"/>.</summary>
    public async Task<Outcome<string>> RunAsync(Actor by, string username, string itemId, string vaultId, CancellationToken ct)
    {
        if (by.Needs(Right.DevicesAct) is { Ok: false } denied)
        {
            return await audit.RecordAsync(new AuditEvent(by, AuditActions.DeviceBackupStarted, AuditTarget.ProtectedItem(username, itemId)), denied);
        }

        if (accounts.EntryByName(by, username) is not { } entry)
        {
            return ReadProfile.Unknown(username);
        }

        if (entry.Items.FirstOrDefault(i => i.Ref.Id == itemId) is not { } item)
        {
            return Outcome.Missing("The Protected Item does not exist any more.");
        }

        // The newest link: an older one beside it may be a connection that is dead without knowing.
        return links.Of(entry.Id, item.Ref.DeviceId).MaxBy(static l => l.Since) is { } link
            ? await backup.RunAsync(by, link.Id, itemId, vaultId, new BackupOptions(), ct)
            : Outcome.Missing($"{entry.Device(item.Ref.DeviceId)?.Name ?? "The device"} is offline. It must be connected to start a backup.");
    }
}
