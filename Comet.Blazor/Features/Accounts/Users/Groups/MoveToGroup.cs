using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Users.Groups;

/// <summary>Moves a user into a group, or out of the one it is in (spec/01 §13): a user is in one group at most.</summary>
/// <param name="users">Changes users.</param>
/// <param name="groups">The groups.</param>
public sealed class MoveToGroup(ChangeUser users, UserGroupStore groups)
{
    /// <summary>
    /// Moves the user. Refused as <see cref="Refusal.Missing"/> for an unknown group, as <see cref="Refusal.Invalid"/> for one of another organization than
    /// the user's, and as <see cref="ChangeUser"/> refuses.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">Whom.</param>
    /// <param name="groupId">Where to; empty for no group.</param>
    /// <param name="ct">Cancels before anything is written.</param>
    public Task<Outcome> RunAsync(Actor by, string username, string groupId, CancellationToken ct)
    {
        var change = new UserChange(AuditActions.AccountChanged, document =>
        {
            if (groupId.Length > 0 && groups.Find(by, groupId) is var group && (group is null || group.OrganizationId != document.Root.Text("OrganizationID")))
            {
                return group is null ? SaveUserGroup.Unknown : Outcome.Invalid($"The group {group.Name} belongs to another organization than the user {username}.");
            }

            document.Root["GroupID"] = groupId;
            return Outcome.Done;
        }) { TellDevices = false };
        return users.RunAsync(by, username, change, ct);
    }
}
