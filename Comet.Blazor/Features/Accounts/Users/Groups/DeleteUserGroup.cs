using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Users.Groups;

/// <summary>Deletes a group of users (spec/01 §13). Its users stay and are in no group afterwards.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="groups">The groups.</param>
/// <param name="move">Takes the users out of it.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DeleteUserGroup(AccountStore accounts, UserGroupStore groups, MoveToGroup move, AuditLog audit)
{
    /// <summary>Deletes it. Refused as <see cref="Refusal.Missing"/> for an unknown group, <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>.</summary>
    public async Task<Outcome> RunAsync(Actor by, string id, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var group = groups.Find(by, id);
        var happened = new AuditEvent(by, AuditActions.UserGroupDeleted, AuditTarget.UserGroup(id, group?.Name));
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (group is null)
        {
            return SaveUserGroup.Unknown;
        }

        // The group goes last: after a crash it is there, with fewer users, and can be deleted again.
        var users = accounts.Entries.Where(e => e.Facts.GroupId == id).Select(static e => e.Ref.Username).ToList();
        var left = await AccountWindows.RunAsync(users, async username => await move.RunAsync(by, username, "", CancellationToken.None) is { Ok: false } refused ? (Outcome<bool>)refused : true, null, CancellationToken.None);
        if (left.FirstOrDefault(static o => o is { Ok: false, Kind: not Refusal.Missing }) is { Ok: false } failed)
        {
            return failed.Plain;
        }

        await groups.DeleteAsync(id);
        return await audit.RecordAsync(happened, Outcome.Done);
    }
}
