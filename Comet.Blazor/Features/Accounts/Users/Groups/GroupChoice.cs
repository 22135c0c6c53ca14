using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Users.Groups;

/// <summary>Which group a profile may be in: one that exists, of the user's own organization.</summary>
public static class GroupChoice
{
    /// <summary>Refused as <see cref="Refusal.Invalid"/> when the group that the profile comes into is none for it.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="current">The profile that stands; null for a new one.</param>
    /// <param name="next">The profile that shall stand.</param>
    public static Outcome Check(UserGroupStore groups, JsonObject? current, JsonObject next)
    {
        var (id, organization) = (next.Text("GroupID"), next.Text("OrganizationID"));
        if (id.Length == 0 || (current is not null && id == current.Text("GroupID") && organization == current.Text("OrganizationID")))
        {
            return Outcome.Done;
        }

        // In the same words whether it is another tenant's or nobody's.
        return groups.Find(Actor.Server, id) is { } group && group.OrganizationId == organization ? Outcome.Done
            : Outcome.Invalid("The profile names a group that does not exist in the user's organization. Choose another GroupID, or leave it empty for no group.");
    }
}
