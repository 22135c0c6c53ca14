namespace Comet.Blazor.Features.Policies.Open;

/// <summary>Addresses of the pages of policies.</summary>
public static class PolicyRoutes
{
    /// <summary>All policies.</summary>
    public const string Policies = "/policies";

    /// <summary>The editor of one policy.</summary>
    public static string Policy(string policyId) => $"{Policies}/{Uri.EscapeDataString(policyId)}";
}
