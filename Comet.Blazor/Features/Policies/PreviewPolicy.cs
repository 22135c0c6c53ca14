using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Policies;

/// <summary>What saving a policy would do.</summary>
/// <param name="Reach">Users and devices that it reaches, and what would be overridden.</param>
/// <param name="Differences">The policy, field by field; secrets without their values.</param>
public sealed record PolicyPreview(FollowPreview Reach, IReadOnlyList<AuditDifference> Differences);

/// <summary>Answers what saving a policy would do, without doing it.</summary>
/// <param name="store">The policies.</param>
/// <param name="followers">Who follows them.</param>
public sealed class PreviewPolicy(PolicyStore store, IPolicyFollowers followers)
{
    /// <summary>Compares it with what is stored. Refused as denied, missing, or invalid with the field that is wrong.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="id">The policy; null for a new one.</param>
    /// <param name="policy">What it would be (contract: GroupPolicy).</param>
    /// <param name="ct">Cancels.</param>
    public async Task<Outcome<PolicyPreview>> RunAsync(Actor by, string? id, JsonObject policy, CancellationToken ct)
    {
        if (PolicyRights.Manage(by) is { Ok: false } denied)
        {
            return denied;
        }

        if (PolicyShape.Check(policy) is { Ok: false } wrong)
        {
            return wrong;
        }

        if (id is null)
        {
            return new PolicyPreview(new FollowPreview(0, 0, 0, 0, 0), AuditDifferences.Of(PolicyDocument.New("", policy.Text("OrganizationID")), policy));
        }

        return store.Entry(by, id) is { } present
            ? new PolicyPreview(await followers.PreviewAsync(id, policy.Map("Policy"), ct), AuditDifferences.Of(PolicyWire.Policy(present), policy))
            : PolicyStore.Unknown;
    }
}
