namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>The accounts that follow a policy, answered from memory.</summary>
public interface IPolicyFollowers
{
    /// <summary>How many accounts follow the policy.</summary>
    int Count(string policyId);

    /// <summary>The accounts that follow the policy, in no order.</summary>
    IReadOnlyList<AccountRef> Of(string policyId);
}
