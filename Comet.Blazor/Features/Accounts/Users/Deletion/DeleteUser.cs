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

/// <summary>
/// Deletes a user (spec/01 §3): the profile and the whole job history go, connections and sessions end. Buckets stay with their data, which nobody can
/// read any more: the keys were in the profile.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="notes">Removes the history, also after a crash.</param>
/// <param name="history">Counts it.</param>
/// <param name="links">The user's connections.</param>
/// <param name="sessions">The user's sessions.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DeleteUser(AccountStore accounts, DeletionNotes notes, IAccountHistory history, ILiveConnections links, SessionStore sessions, ProfileAudit audit)
{
    private const string Sentence = "This account has been deleted. Contact your backup administrator.";

    /// <summary>What goes with the user. Refused as <see cref="Refusal.Denied"/>, or as <see cref="Refusal.Missing"/> for an unknown user.</summary>
    public Outcome<DeletionCounts> Look(Actor by, string username) =>
        by.Needs(Right.AccountsManage) is { Ok: false } denied ? denied
        : accounts.EntryByName(by, username) is not { } entry ? ReadProfile.Unknown(username)
        : new DeletionCounts(entry, history.Count(entry.Id), entry.Devices.Count(d => links.Of(entry.Id, d.Id).Count > 0));

    /// <summary>
    /// Deletes it; all is gone when this returns. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/> and, while the user
    /// has Storage Vaults, without <see cref="Right.VaultDelete"/>; as <see cref="Refusal.Missing"/> for an unknown user.
    /// </summary>
    /// <exception cref="IOException">The disk is full. When the profile was gone by then, the rest follows at the server's next start.</exception>
    public Task<Outcome> RunAsync(Actor by, string username, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(new AuditEvent(by, AuditActions.AccountDeleted, AuditTarget.Account(username)), trace => DeleteAsync(by, username, trace));
    }

    private async Task<Outcome> DeleteAsync(Actor by, string username, ProfileTrace trace)
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

        var deleted = await accounts.DeleteAsync(target.Id, db => DeletionNotes.Write(db, target.Id), trace, CancellationToken.None);
        if (!deleted.Ok)
        {
            return deleted.Plain;
        }

        await links.EndAsync(target.Id, null, AgentProtocol.CloseCodes.Revoked, Sentence, CancellationToken.None);
        await sessions.EndOfAccountAsync(target.Id, CancellationToken.None);
        await notes.FinishAsync(target.Id, CancellationToken.None);
        return Outcome.Done;
    }
}
