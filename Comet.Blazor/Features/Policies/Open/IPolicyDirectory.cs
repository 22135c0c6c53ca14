using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies.Open;

/// <summary>A policy as other features see it. Its documents are shared: copy before changing.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Name">Its description, which is its name.</param>
/// <param name="OrganizationId">Whose it is; empty for the top level. It serves users of this organization.</param>
/// <param name="IsDefault">Given to every new user of the organization (GroupPolicy.DefaultUserPolicy).</param>
/// <param name="Policy">What it says.</param>
/// <param name="Hash">Changes with every change of the policy.</param>
public sealed record PolicyRef(string Id, string Name, string OrganizationId, bool IsDefault, UserPolicy Policy, string Hash);

/// <summary>The policies, answered from memory.</summary>
public interface IPolicyDirectory
{
    /// <summary>Rings when a policy was added, changed or removed.</summary>
    LiveSignal Changed { get; }

    /// <summary>The policy with this id, or null.</summary>
    PolicyRef? Find(string policyId);

    /// <summary>The policy; null when there is none, or none for this caller (spec/04 §3.1, §17).</summary>
    PolicyRef? Find(Actor by, string policyId);

    /// <summary>Those that the caller may see, by name. Empty without <see cref="Right.AccountsView"/>.</summary>
    IReadOnlyList<PolicyRef> All(Actor by);

    /// <summary>The policy that every new user of this organization gets, or null.</summary>
    PolicyRef? Default(string organizationId);
}

/// <summary>Working on profiles that follow a policy.</summary>
public static class PolicyCopies
{
    /// <summary>
    /// Puts the policy that the profile names into it, when it is one of the directory's: the copy in the profile is the one that is enforced.
    /// True when the copy was another one.
    /// </summary>
    public static bool Embed(IPolicyDirectory policies, JsonObject profile)
    {
        if (profile.Text("PolicyID") is not { Length: > 0 } id || policies.Find(id) is not { } policy || JsonNode.DeepEquals(profile["Policy"], policy.Policy.Root))
        {
            return false;
        }

        profile["Policy"] = policy.Policy.Root.DeepClone();
        return true;
    }
}
