using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Users.Deletion;

/// <summary>What goes with a user.</summary>
/// <param name="Account">The account.</param>
/// <param name="Jobs">Jobs of its history.</param>
/// <param name="Online">Devices that are connected now.</param>
public sealed record DeletionCounts(AccountEntry Account, int Jobs, int Online);

/// <summary>What becomes of the client software on devices that are connected.</summary>
/// <param name="RemoveSettings">Its settings on the device go, too.</param>
public sealed record Uninstalling(bool RemoveSettings);

/// <summary>A user who was deleted.</summary>
/// <param name="Account">What it was.</param>
/// <param name="Uninstalled">What the devices that were asked to uninstall have answered.</param>
public sealed record DeletedUser(AccountEntry Account, IReadOnlyList<UninstalledDevice> Uninstalled)
{
    /// <summary>What an administrator should know, in a sentence; empty when no device was asked.</summary>
    public string Devices
    {
        get
        {
            var refused = Uninstalled.Where(static d => !d.Outcome.Ok).Select(d => $" {Account.Device(d.DeviceId)?.Name ?? d.DeviceId}: {d.Outcome.Why}").ToList();
            return Uninstalled.Count == 0 ? "" : $"{Uninstalled.Count - refused.Count} of {Words.Count(Uninstalled.Count, "connected device")} uninstalled.{string.Concat(refused)}";
        }
    }
}

/// <summary>
/// Deletes a user (spec/01 §3): the profile and the whole job history go, connections and sessions end. Buckets stay with their data, which nobody can
/// read any more: the keys were in the profile.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="notes">Removes the history, also after a crash.</param>
/// <param name="history">Counts it.</param>
/// <param name="links">The user's connections.</param>
/// <param name="sessions">The user's sessions.</param>
/// <param name="devices">Asks devices to uninstall.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DeleteUser(
    AccountStore accounts, DeletionNotes notes, IAccountHistory history, ILiveConnections links, SessionStore sessions, IUninstallDevices devices, ProfileAudit audit)
{
    private const string Sentence = "This account has been deleted. Contact your backup administrator.";

    /// <summary>What goes with the user. Refused as <see cref="Refusal.Denied"/>, or as <see cref="Refusal.Missing"/> for an unknown user.</summary>
    public Outcome<DeletionCounts> Look(Actor by, string username) =>
        by.Needs(Right.AccountsManage) is { Ok: false } denied ? denied
        : accounts.EntryByName(by, username) is not { } entry ? ReadProfile.Unknown(username)
        : new DeletionCounts(entry, history.Count(entry.Id), entry.Devices.Count(d => links.Of(entry.Id, d.Id).Count > 0));

    /// <summary>
    /// Deletes it; all is gone when this returns. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/> and, while the user
    /// has Storage Vaults, without <see cref="Right.VaultDelete"/>, and without <see cref="Right.DevicesAct"/> when devices are to uninstall; as
    /// <see cref="Refusal.Missing"/> for an unknown user.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">Whom.</param>
    /// <param name="uninstall">Connected devices are asked to uninstall; null for not. One that does not do it keeps nobody from deleting the user.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    /// <exception cref="IOException">The disk is full. When the profile was gone by then, the rest follows at the server's next start.</exception>
    public Task<Outcome<DeletedUser>> RunAsync(Actor by, string username, Uninstalling? uninstall, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(new AuditEvent(by, AuditActions.AccountDeleted, AuditTarget.Account(username)), trace => DeleteAsync(by, username, uninstall, trace));
    }

    private async Task<Outcome<DeletedUser>> DeleteAsync(Actor by, string username, Uninstalling? uninstall, ProfileTrace trace)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        if (target.Vaults.Length > 0 && by.Needs(Right.VaultDelete) is { Ok: false } kept)
        {
            return Outcome.Denied($"{kept.Why} The user {username} has Storage Vaults, which would go with it.");
        }

        if (uninstall is not null && by.Needs(Right.DevicesAct) is { Ok: false } idle)
        {
            return Outcome.Denied($"{idle.Why} Delete the user without asking its devices to uninstall.");
        }

        var deleted = await accounts.DeleteAsync(target.Id, db => DeletionNotes.Write(db, target.Id), trace, CancellationToken.None);
        if (!deleted.Ok)
        {
            return deleted.Plain;
        }

        IReadOnlyList<UninstalledDevice> told = uninstall is null ? [] : await devices.RunAsync(target.Id, uninstall.RemoveSettings, CancellationToken.None);
        await links.EndAsync(target.Id, null, AgentProtocol.CloseCodes.Revoked, Sentence, CancellationToken.None);
        await sessions.EndOfAccountAsync(target.Id, CancellationToken.None);
        await notes.FinishAsync(target.Id, CancellationToken.None);
        return new DeletedUser(deleted.Value, told);
    }
}
