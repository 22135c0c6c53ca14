using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Policies.Commands;

/// <summary>Deletes a policy that nobody follows any more (spec/01 §4.7).</summary>
/// <param name="store">The policies.</param>
/// <param name="followers">Who follows it.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DeletePolicy(PolicyStore store, IPolicyFollowers followers, AuditLog audit)
{
    /// <summary>Deletes it. Refused as <see cref="Refusal.Conflict"/> while users follow it, with their number.</summary>
    public async Task<Outcome> RunAsync(Actor by, string id)
    {
        var happened = new AuditEvent(by, AuditActions.PolicyDeleted, AuditTarget.Policy(id, store.Entry(by, id)?.Ref.Name));
        var found = store.ForChange(by, id);
        if (!found.Ok)
        {
            return await audit.RecordAsync(happened, found.Plain);
        }

        var removed = await store.RemoveAsync(id, entry => InUse(followers.Count(id), entry.Ref.Name));
        return removed.Ok
            ? await audit.RecordAsync(happened with { Change = new AuditChange(removed.Value.Before!.Document.Root, null) }, Outcome.Done)
            : await audit.RecordAsync(happened, removed.Plain);
    }

    private static Outcome InUse(int users, string name) => users == 0 ? Outcome.Done
        : Outcome.Conflict($"The policy {name} is assigned to {users} {(users == 1 ? "user" : "users")}. Give them another policy first, or detach them.");
}
