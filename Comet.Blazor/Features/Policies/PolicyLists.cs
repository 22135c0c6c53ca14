using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Policies;

/// <summary>What pages and API list of the policies, as far as it is the caller's business (spec/04 §3.1, §17).</summary>
/// <param name="store">The policies.</param>
/// <param name="followers">Who follows them.</param>
/// <param name="accounts">Rings when users change.</param>
/// <param name="organizations">The tenants.</param>
public sealed class PolicyLists(PolicyStore store, IPolicyFollowers followers, IAccountDirectory accounts, OrganizationList organizations)
{
    /// <summary>Rings when policies changed.</summary>
    public LiveSignal Changed => store.Changed;

    /// <summary>Rings when users changed.</summary>
    public LiveSignal UsersChanged => accounts.Changed;

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

    /// <summary>The organizations that the caller may make policies for, besides the top level; empty for whoever belongs to one.</summary>
    public IReadOnlyList<(string Id, string Name)> Organizations(Actor by) => by.IsTopLevel && by.May(Right.AccountsManage) ? organizations.All : [];

    /// <summary>The policies with their users, for the table; empty without <see cref="Right.AccountsView"/>.</summary>
    public IReadOnlyList<PolicyRow> Rows(Actor by)
    {
        var users = followers.Counts();
        return
        [
            .. (All(by).Value ?? []).Select(e => new PolicyRow(
                e.Id, e.Ref.Name, organizations.NameOf(e.Ref.OrganizationId), users.GetValueOrDefault(e.Id), e.Ref.IsDefault, PolicySummary.Of(e.Ref.Policy.Root).Count, e.Document.Created, e.Document.Modified)),
        ];
    }

    /// <summary>One policy. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    public Outcome<PolicyEntry> One(Actor by, string id) =>
        by.Needs(Right.AccountsView) is { Ok: false } denied ? denied : store.Entry(by, id) is { } entry ? entry : PolicyStore.Unknown;

    /// <summary>How many users follow a policy that the caller may see.</summary>
    public int Users(Actor by, string id) => One(by, id).Ok ? followers.Count(id) : 0;
}
