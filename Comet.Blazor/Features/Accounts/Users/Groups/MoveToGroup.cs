using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Users.Groups;

/// <summary>Moves a user into a group, or out of the one it is in (spec/01 §13): a user is in one group at most.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="groups">The groups.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class MoveToGroup(AccountStore accounts, UserGroupStore groups, ProfileAudit audit)
{
    /// <summary>
    /// Moves the user. Refused as <see cref="Refusal.Missing"/> for an unknown user or group, <see cref="Refusal.Invalid"/> for a group of another
    /// organization, <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">Whom.</param>
    /// <param name="groupId">Where to; empty for no group.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    public Task<Outcome> RunAsync(Actor by, string username, string groupId, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return audit.RunAsync(new AuditEvent(by, AuditActions.AccountChanged, AuditTarget.Account(username)), trace => MoveAsync(by, username, groupId, trace));
    }

    private async Task<Outcome> MoveAsync(Actor by, string username, string groupId, ProfileTrace trace)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        if (groupId.Length > 0 && groups.Find(by, groupId) is var group && (group is null || group.OrganizationId != target.Ref.OrganizationId))
        {
            return group is null ? SaveUserGroup.Unknown : Outcome.Invalid($"The group {group.Name} belongs to another organization than the user {username}.");
        }

        var edit = new AccountEdit(target.Id, document =>
        {
            document.Root["GroupID"] = groupId;
            return Outcome.Done;
        }) { TellDevices = false, Trace = trace };
        return (await accounts.ChangeAsync(edit, CancellationToken.None)).Plain;
    }
}
