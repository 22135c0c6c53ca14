using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Policies.Commands;

/// <summary>What becomes of the users of a policy that is deleted.</summary>
/// <param name="Replacement">The policy that they get; null to detach them: they keep the restrictions as a custom policy.</param>
public sealed record PolicyFarewell(string? Replacement);

/// <summary>Deletes a policy, and takes care of its users first (spec/01 §4.7).</summary>
/// <param name="store">The policies.</param>
/// <param name="followers">Who follows it.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class DeletePolicy(PolicyStore store, IPolicyFollowers followers, AuditLog audit)
{
    /// <summary>
    /// Deletes it. Refused as <see cref="Refusal.Conflict"/> while users follow it and nothing is said about them, with their number; as
    /// <see cref="Refusal.Invalid"/> when they can't have the other policy.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="id">The policy.</param>
    /// <param name="farewell">What becomes of its users; null to refuse when there are any.</param>
    /// <param name="progress">Told how many users are through.</param>
    public async Task<Outcome> RunAsync(Actor by, string id, PolicyFarewell? farewell = null, IProgress<int>? progress = null)
    {
        var happened = new AuditEvent(by, AuditActions.PolicyDeleted, AuditTarget.Policy(id, store.Entry(by, id)?.Ref.Name));
        var found = store.ForChange(by, id);
        if (!found.Ok)
        {
            return await audit.RecordAsync(happened, found.Plain);
        }

        if (farewell is not null && followers.Count(id) is var users and > 0)
        {
            if (Replaces(by, found.Value, farewell.Replacement) is { Ok: false } wrong)
            {
                return await audit.RecordAsync(happened, wrong);
            }

            var moved = await followers.MoveAsync(id, farewell.Replacement, progress, CancellationToken.None);
            var name = farewell.Replacement is { } other ? $"got the policy {store.Entry(other)?.Ref.Name}" : "keep its restrictions as a custom policy";
            happened = happened with { Note = $"{moved.Done} of {users} users {name}." };
            if (moved.Failed > 0)
            {
                await audit.RecordAsync(happened with { Outcome = moved.Why });
                return Outcome.Refuse(moved.Why.Kind, $"The policy is still there: {moved.Failed} of its users could not be changed. {moved.Why.Why}");
            }
        }

        var removed = await store.RemoveAsync(id, entry => InUse(followers.Count(id), entry.Ref.Name));
        return removed.Ok
            ? await audit.RecordAsync(happened with { Change = new AuditChange(removed.Value.Before!.Document.Root, null) }, Outcome.Done)
            : await audit.RecordAsync(happened, removed.Plain);
    }

    private static Outcome InUse(int users, string name) => users == 0 ? Outcome.Done
        : Outcome.Conflict($"The policy {name} is assigned to {users} {(users == 1 ? "user" : "users")}. Give them another policy first, or detach them.");

    private Outcome Replaces(Actor by, PolicyEntry gone, string? replacement) =>
        replacement is null ? (by.Limits.AllowsPolicy("") ? Outcome.Done : Outcome.Denied("You may not free users of a policy. Choose another policy for them."))
        : replacement == gone.Id || store.Entry(by, replacement) is not { } next || next.Ref.OrganizationId != gone.Ref.OrganizationId
            ? Outcome.Invalid("The users can't get this policy: choose another one of the same organization.")
        : Outcome.Done;
}
