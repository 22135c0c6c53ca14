using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies.Commands;

/// <summary>Who may do what with policies (spec/04 §3.1, §17).</summary>
public static class PolicyRights
{
    /// <summary>Done when the caller may change policies at all.</summary>
    public static Outcome Manage(Actor by) => by.Needs(Right.AccountsManage);

    /// <summary>Done when the caller may add this policy: somebody who is held to a list of policies can't make others.</summary>
    public static Outcome Add(Actor by, string id) => Manage(by) is { Ok: false } denied ? denied
        : by.Limits.AllowsPolicy(id) ? Outcome.Done
        : Outcome.Denied("You may not add policies: you are restricted to a list of them.");

    /// <summary>The policy, when the caller may change it; refused as denied or missing.</summary>
    public static Outcome<PolicyEntry> ForChange(this PolicyStore store, Actor by, string id) =>
        Manage(by) is { Ok: false } denied ? denied : store.Entry(by, id) is { } entry ? entry : PolicyStore.Unknown;
}
