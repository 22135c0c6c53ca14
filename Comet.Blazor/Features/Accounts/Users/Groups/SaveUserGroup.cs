using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Accounts.Users.Groups;

/// <summary>Adds a group of users, or renames one (spec/01 §13).</summary>
/// <param name="groups">The groups.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class SaveUserGroup(UserGroupStore groups, OrganizationList organizations, AuditLog audit, TimeProvider clock)
{
    /// <summary>Longest name of a group.</summary>
    public const int MaxName = 255;

    /// <summary>The refusal for a group that does not exist, and for one that is none of the caller's business.</summary>
    public static Outcome Unknown => Outcome.Missing("There is no such user group.");

    /// <summary>
    /// Saves it and answers the group. Refused as <see cref="Refusal.Invalid"/> for a name that is none, <see cref="Refusal.Conflict"/> for one in use,
    /// <see cref="Refusal.Missing"/> for an unknown group or organization, <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="id">The group; null for a new one.</param>
    /// <param name="name">Its name.</param>
    /// <param name="organizationId">Whose a new group is; null for the caller's own. A group never changes its organization.</param>
    public async Task<Outcome<UserGroup>> RunAsync(Actor by, string? id, string name, string? organizationId)
    {
        var happened = new AuditEvent(by, id is null ? AuditActions.UserGroupAdded : AuditActions.UserGroupChanged, AuditTarget.UserGroup(id ?? "", name));
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        name = name.Trim();
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
        {
            return Outcome.Invalid($"The name of a user group must have 1 to {MaxName} characters on a single line.");
        }

        var group = Next(by, id, name, organizationId);
        if (!group.Ok)
        {
            return group;
        }

        var before = id is null ? null : groups.Find(by, id);
        var saved = await groups.SaveAsync(group.Value);
        return saved.Ok
            ? await audit.RecordAsync(happened with { Target = AuditTarget.UserGroup(group.Value.Id, name), Change = AuditChange.Field("Name", before?.Name, name) }, group)
            : saved;
    }

    private Outcome<UserGroup> Next(Actor by, string? id, string name, string? organizationId)
    {
        if (id is not null)
        {
            return groups.Find(by, id) is { } known ? known with { Name = name } : Unknown;
        }

        var organization = organizations.Choose(by, organizationId);
        return organization.Ok ? new UserGroup(Guid.NewGuid().ToString(), name, organization.Value, clock.UnixNow()) : organization.Plain;
    }
}
