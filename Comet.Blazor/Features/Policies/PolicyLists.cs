using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Policies;

/// <summary>What pages and API list of the policies, as far as it is the caller's business (spec/04 §3.1, §17).</summary>
/// <param name="store">The policies.</param>
/// <param name="organizations">The tenants.</param>
public sealed class PolicyLists(PolicyStore store, OrganizationList organizations)
{
    /// <summary>Rings when policies changed.</summary>
    public LiveSignal Changed => store.Changed;

    /// <summary>
    /// The policies by name: all organizations for the top level unless one is named. Refused as <see cref="Refusal.Denied"/>, and as
    /// <see cref="Refusal.Missing"/> for an organization that is none of the caller's.
    /// </summary>
    public Outcome<IReadOnlyList<PolicyEntry>> All(Actor by, string? organizationId = null)
    {
        if (by.Needs(Right.AccountsView) is { Ok: false } denied)
        {
            return denied;
        }

        if (organizationId is not null && organizations.Choose(by, organizationId) is { Ok: false } unknown)
        {
            return unknown.Plain;
        }

        return Outcome.Of<IReadOnlyList<PolicyEntry>>(
        [
            .. store.Entries.Where(e => by.Sees(e.Ref.OrganizationId) && by.Limits.AllowsPolicy(e.Id) && (organizationId is null || e.Ref.OrganizationId == organizationId))
                .OrderBy(static e => e.Ref.Name, StringComparer.OrdinalIgnoreCase).ThenBy(static e => e.Id, StringComparer.Ordinal),
        ]);
    }

    /// <summary>One policy. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    public Outcome<PolicyEntry> One(Actor by, string id) =>
        by.Needs(Right.AccountsView) is { Ok: false } denied ? denied : store.Entry(by, id) is { } entry ? entry : PolicyStore.Unknown;
}
