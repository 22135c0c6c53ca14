using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Users.Groups;

/// <summary>Says who is in a group: moves the named users in and everybody else out (spec/01 §13).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="groups">The groups.</param>
/// <param name="move">Moves a user.</param>
public sealed class SetGroupUsers(AccountStore accounts, UserGroupStore groups, MoveToGroup move)
{
    /// <summary>
    /// Moves them. Refused before anything is changed: as <see cref="Refusal.Missing"/> for an unknown group or user, as <see cref="Refusal.Invalid"/>
    /// for a user of another organization, as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>.
    /// </summary>
    public async Task<Outcome> RunAsync(Actor by, string groupId, IReadOnlyCollection<string> usernames, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (groups.Find(by, groupId) is not { } group)
        {
            return SaveUserGroup.Unknown;
        }

        foreach (var username in usernames)
        {
            if (accounts.EntryByName(by, username) is not { } user)
            {
                return ReadProfile.Unknown(username);
            }

            if (user.Ref.OrganizationId != group.OrganizationId)
            {
                return Outcome.Invalid($"The group {group.Name} belongs to another organization than the user {username}.");
            }
        }

        var wanted = usernames.ToHashSet(StringComparer.Ordinal);
        var moves = accounts.Entries.Where(e => e.Facts.GroupId == groupId && by.Sees(e.Ref.OrganizationId) && !wanted.Contains(e.Ref.Username)).Select(static e => (e.Ref.Username, Group: ""))
            .Concat(wanted.Where(u => accounts.EntryByName(u)?.Facts.GroupId != groupId).Select(u => (Username: u, Group: groupId))).ToList();
        var outcomes = await AccountWindows.RunAsync(moves, async m => await move.RunAsync(by, m.Username, m.Group, CancellationToken.None) is { Ok: false } refused ? (Outcome<bool>)refused : true, null, ct);
        return outcomes.FirstOrDefault(static o => !o.Ok) is { Ok: false, Why.Length: > 0 } failed ? failed.Plain : Outcome.Done;
    }
}
