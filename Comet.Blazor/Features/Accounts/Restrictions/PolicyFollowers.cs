using Comet.Blazor.Features.Accounts.Open;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>The accounts that follow a policy, from the index of the accounts.</summary>
/// <param name="accounts">The accounts.</param>
public sealed class PolicyFollowers(AccountStore accounts) : IPolicyFollowers
{
    /// <inheritdoc />
    public int Count(string policyId) => accounts.Entries.Count(e => e.PolicyId == policyId);

    /// <inheritdoc />
    public IReadOnlyList<AccountRef> Of(string policyId) => [.. accounts.Entries.Where(e => e.PolicyId == policyId).Select(static e => e.Ref)];
}
