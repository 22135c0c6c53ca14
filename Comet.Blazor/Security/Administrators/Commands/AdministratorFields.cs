using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Lockout;

namespace Comet.Blazor.Security.Administrators.Commands;

/// <summary>What the fields of an administrator may hold.</summary>
public static class AdministratorFields
{
    /// <summary>Longest id of an organization, in characters.</summary>
    public const int MaxOrganizationId = 128;

    /// <summary>Most policies that a list may name.</summary>
    public const int MaxPolicies = 1_000;

    private const int MaxPolicyId = 128;

    /// <summary>Checks what somebody has entered; the sentence says what is wrong.</summary>
    public static Outcome Check(string organizationId, string allowedAddresses, AdministratorPermissions permissions) =>
        organizationId.Length > MaxOrganizationId || organizationId.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c))
            ? Outcome.Invalid($"The organization is its id: at most {MaxOrganizationId} characters without spaces.")
        : permissions.AllowedUserPolicies is { } policies && (policies.Count > MaxPolicies || policies.Any(static p => p.Length is 0 or > MaxPolicyId || p.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c))))
            ? Outcome.Invalid($"The policies are ids without spaces, at most {MaxPolicies} of them.")
        : permissions is { ShouldRestrictProviderList: true, AllowedProvidersWhenRestricted: { } types } && types.Any(static t => PermissionWords.Providers.All(p => p.Type != t))
            ? Outcome.Invalid("One of the storage types does not exist.")
        : AddressRule.Check(allowedAddresses);
}
