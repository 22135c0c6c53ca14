using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies;

/// <summary>What saving a policy would do.</summary>
/// <param name="Reach">Users and devices that it reaches, and what would be overridden.</param>
/// <param name="Changes">The policy, setting by setting, in words; secrets without their values.</param>
/// <param name="Removed">Protected Items of new devices that the policy would not have any more, by their keys.</param>
public sealed record PolicyPreview(FollowPreview Reach, IReadOnlyList<PolicyChange> Changes, IReadOnlyList<string> Removed);

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
            return new PolicyPreview(new FollowPreview(0, 0, 0, 0, 0), PolicyChange.Between(PolicyDocument.New("", policy.Text("OrganizationID")), policy), []);
        }

        if (store.Entry(by, id) is not { } present)
        {
            return PolicyStore.Unknown;
        }

        var removed = present.Document.Policy.NewItems.Except(new UserPolicy(policy.Map("Policy")).NewItems, StringComparer.Ordinal);
        return new PolicyPreview(await followers.PreviewAsync(id, policy.Map("Policy"), ct), PolicyChange.Between(PolicyWire.Policy(present), policy), [.. removed]);
    }
}
