using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Policies.Commands;

/// <summary>Adds a policy (spec/01 §4.1).</summary>
/// <param name="store">The policies.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class CreatePolicy(PolicyStore store, OrganizationList organizations, AuditLog audit, TimeProvider clock)
{
    /// <summary>Longest id that a caller may choose.</summary>
    public const int MaxId = 255;

    /// <summary>
    /// Adds it. Refused as <see cref="Refusal.Invalid"/> with the field that is wrong, <see cref="Refusal.Conflict"/> for an id in use,
    /// <see cref="Refusal.Missing"/> for an organization that does not exist.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="policy">The document (contract: GroupPolicy); stays the caller's. Without an organization it is the caller's own.</param>
    /// <param name="id">Its key; null for a new one.</param>
    public async Task<Outcome<PolicyRef>> RunAsync(Actor by, JsonObject policy, string? id = null)
    {
        id ??= Guid.NewGuid().ToString();
        var happened = new AuditEvent(by, AuditActions.PolicyCreated, AuditTarget.Policy(id, policy.Text("Description")));
        if (PolicyRights.Add(by, id) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (id.Length is 0 or > MaxId || id.Any(char.IsControl))
        {
            return Outcome.Invalid($"The PolicyID must have 1 to {MaxId} characters.");
        }

        if (PolicyShape.Check(policy) is { Ok: false } wrong)
        {
            return wrong;
        }

        var organization = organizations.Choose(by, policy.Text("OrganizationID"));
        if (!organization.Ok)
        {
            return organization.Plain;
        }

        var next = (JsonObject)policy.DeepClone();
        PolicyDocument.Complete(next);
        next["OrganizationID"] = organization.Value;
        var now = clock.UnixNow();
        (next["CreatedDate"], next["ModifiedDate"]) = (now, now);
        var written = await store.SaveAsync(id, present => present is null ? next : Outcome.Conflict("A policy with this PolicyID already exists."), []);
        return written.Ok
            ? await audit.RecordAsync(happened with { Change = new AuditChange(null, next) }, Outcome.Of(written.Value.After!.Ref))
            : await audit.RecordAsync<PolicyRef>(happened, written.Plain);
    }
}
