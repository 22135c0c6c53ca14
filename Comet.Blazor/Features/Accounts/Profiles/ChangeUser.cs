using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>What a command does to one user.</summary>
/// <param name="Action">Its name on record.</param>
/// <param name="Change">Changes the profile as it stands at that moment, or refuses. Runs on the store's owner.</param>
public sealed record UserChange(AuditAction Action, Func<AccountDocument, Outcome> Change)
{
    /// <summary>Whether the caller may do it to anybody, beyond the right to change users.</summary>
    public Outcome May { get; init; } = Outcome.Done;

    /// <summary>False when connected devices need not read their profile again.</summary>
    public bool TellDevices { get; init; } = true;

    /// <summary>What follows a change that was not refused: given the account, and whether anything is another than before.</summary>
    public Func<AccountId, bool, Task> Then { get; init; } = static (_, _) => Task.CompletedTask;
}

/// <summary>
/// An administrator's change of one user, as every command makes it that is no edit of a form: asks the right, finds the user among those that are the
/// caller's business, writes once, and puts on record what became another.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class ChangeUser(AccountStore accounts, ProfileAudit audit)
{
    /// <summary>
    /// Does it. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>, as <see cref="Refusal.Missing"/> for a user who is
    /// unknown or has been moved out of the caller's sight, and as the change refuses.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">Whom.</param>
    /// <param name="what">What for.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    public Task<Outcome> RunAsync(Actor by, string username, UserChange what, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(new AuditEvent(by, what.Action, AuditTarget.Account(username)), async trace =>
        {
            if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
            {
                return denied;
            }

            if (!what.May.Ok)
            {
                return what.May;
            }

            if (accounts.EntryByName(by, username) is not { } target)
            {
                return ReadProfile.Unknown(username);
            }

            // Asked again where nothing can come in between: the user may have been moved to another organization just now.
            var changed = await accounts.ChangeAsync(
                target.Id,
                null,
                document => by.Sees(document.Root.Text("OrganizationID")) ? what.Change(document) : ReadProfile.Unknown(username),
                what.TellDevices,
                trace,
                CancellationToken.None);
            if (changed.Ok)
            {
                await what.Then(target.Id, trace.IsChanged);
            }

            return changed.Plain;
        });
    }
}
