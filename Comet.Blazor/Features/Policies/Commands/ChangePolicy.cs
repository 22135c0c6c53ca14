using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Policies.Commands;

/// <summary>Replaces a policy, and brings it to all who follow it.</summary>
/// <param name="store">The policies.</param>
/// <param name="propagation">Brings it to the profiles.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class ChangePolicy(PolicyStore store, PolicyPropagation propagation, AuditLog audit, TimeProvider clock)
{
    /// <summary>
    /// Replaces it; times and organization stay the server's. Refused as <see cref="Refusal.Conflict"/> when <paramref name="requireHash"/> is given
    /// and the policy has another hash by now, as <see cref="Refusal.Invalid"/> with the field that is wrong. A refusal that says that the policy is
    /// saved tells of users that don't have it yet.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="id">The policy.</param>
    /// <param name="policy">The document (contract: GroupPolicy); stays the caller's.</param>
    /// <param name="requireHash">The hash on which the change is based; null for any.</param>
    /// <param name="deleteSources">Items of the policy that are to be removed from the profiles that follow it (contract: PolicyOptions.DeleteSources).</param>
    /// <param name="progress">Told how many users are through.</param>
    public async Task<Outcome<PolicyRef>> RunAsync(Actor by, string id, JsonObject policy, string? requireHash, IReadOnlyList<string> deleteSources, IProgress<int>? progress = null)
    {
        var happened = new AuditEvent(by, AuditActions.PolicyChanged, AuditTarget.Policy(id, store.Entry(by, id)?.Ref.Name));
        var found = store.ForChange(by, id);
        if (!found.Ok)
        {
            return await audit.RecordAsync<PolicyRef>(happened, found.Plain);
        }

        if (PolicyShape.Check(policy) is { Ok: false } wrong)
        {
            return wrong;
        }

        if (policy.Text("OrganizationID") is { Length: > 0 } organization && organization != found.Value.Ref.OrganizationId)
        {
            return Outcome.Invalid("A policy can't be moved to another organization. Leave its OrganizationID as it is, and add a copy there.");
        }

        var written = await store.SaveAsync(
            id,
            present => present is null ? PolicyStore.Unknown
                : requireHash is not null && requireHash != present.Hash ? PolicyStore.Stale
                : Next(present.Document, policy),
            deleteSources);
        if (!written.Ok)
        {
            return await audit.RecordAsync<PolicyRef>(happened, written.Plain);
        }

        var (before, after) = (written.Value.Before!, written.Value.After!);
        if (before.Hash != after.Hash)
        {
            await audit.RecordAsync(happened with { Change = new AuditChange(before.Document.Root, after.Document.Root) });
        }

        var followed = await propagation.RunAsync(id, progress, CancellationToken.None);
        return followed.Ok ? after.Ref : followed;
    }

    private Outcome<JsonObject> Next(PolicyDocument present, JsonObject policy)
    {
        var next = (JsonObject)policy.DeepClone();
        PolicyDocument.Complete(next);
        next["OrganizationID"] = present.OrganizationId;
        next["CreatedDate"] = present.Created;
        next["ModifiedDate"] = present.Modified;
        if (!JsonNode.DeepEquals(next, present.Root))
        {
            next["ModifiedDate"] = clock.UnixNow();
        }

        return next;
    }
}
