using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>Which policy a profile may follow: one that exists, of the user's own organization.</summary>
public static class PolicyChoice
{
    /// <summary>Refused as <see cref="Refusal.Invalid"/> when the policy that the profile comes to follow is none for it.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="current">The profile that stands; null for a new one.</param>
    /// <param name="next">The profile that shall stand.</param>
    public static Outcome Check(IPolicyDirectory policies, JsonObject? current, JsonObject next)
    {
        var (id, organization) = (next.Text("PolicyID"), next.Text("OrganizationID"));
        if (id.Length == 0 || (current is not null && id == current.Text("PolicyID") && organization == current.Text("OrganizationID")))
        {
            return Outcome.Done;
        }

        return policies.Find(id) is not { } policy ? Outcome.Invalid("The profile names a policy that does not exist. Choose another PolicyID, or leave it empty for a custom policy.")
            : policy.OrganizationId != organization ? Outcome.Invalid("The policy belongs to another organization than the user. Choose one of the user's organization, or leave PolicyID empty.")
            : Outcome.Done;
    }
}
