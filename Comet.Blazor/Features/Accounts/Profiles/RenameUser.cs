using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// Gives a user another name in one step (spec/01 §9, the Rename assistant). Everything hangs on the account's id, so job history, backups and devices
/// stay. Connected devices learn the new name at once, others at their next connection, which the old name still opens for devices. People sign in with
/// the new name only.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="sessions">The user's sessions, which end: they carry the old name.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class RenameUser(AccountStore accounts, SessionStore sessions, ProfileAudit audit, TimeProvider clock)
{
    /// <summary>
    /// Renames. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>, as <see cref="Refusal.Missing"/> for an unknown user, as
    /// <see cref="Refusal.Invalid"/> with the rule that the name breaks, as <see cref="Refusal.Conflict"/> for a name in use.
    /// </summary>
    public Task<Outcome<AccountEntry>> RunAsync(Actor by, string username, string newName, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(
            new AuditEvent(by, AuditActions.AccountRenamed, AuditTarget.Account(username)) { Note = UserRules.CheckUsername(newName).Ok ? $"To {newName}" : "" },
            trace => RenameAsync(by, username, newName, trace));
    }

    /// <summary>Why a user can't get this name; done when it can. For a check while typing.</summary>
    public Outcome Check(string username, string newName) =>
        newName == username ? Outcome.Invalid("This is the name that the user has.")
        : UserRules.CheckUsername(newName) is { Ok: false } rule ? rule
        : newName.Equals(username, StringComparison.OrdinalIgnoreCase) && accounts.EntryByName(newName) is null ? Outcome.Done // other capital letters of the own name
        : accounts.NameTaken(newName);

    private async Task<Outcome<AccountEntry>> RenameAsync(Actor by, string username, string newName, ProfileTrace trace)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        var renamed = await accounts.ChangeAloneAsync(
            new AccountEdit(target.Id, document =>
            {
                if (document.Username != username)
                {
                    return ReadProfile.Unknown(username); // renamed by somebody else at this moment
                }

                if (Check(username, newName) is { Ok: false } refused)
                {
                    return refused;
                }

                document.Username = newName;
                FormerNames.Renamed(document.Root, username, newName, clock.UnixNow());
                foreach (var (_, item) in document.Root.Entries("Sources"))
                {
                    foreach (var job in new[] { "LastBackupJob", "LastSuccessfulBackupJob" })
                    {
                        if (item.Map("Statistics")[job] is JsonObject last && last.Text("Username") == username)
                        {
                            last["Username"] = newName;
                        }
                    }
                }

                return Outcome.Done;
            })
            { Trace = trace },
            CancellationToken.None);
        if (renamed.Ok)
        {
            await sessions.EndOfAccountAsync(target.Id, CancellationToken.None);
        }

        return renamed;
    }
}
