using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>
/// What the policy of an account says about its Storage Vaults (spec/01 §4.3), read from the copy within the profile. Customers are held to it by the
/// server; an administrator's page shows the action as unavailable, and an administrator's API call goes through (spec/01 §4.2).
/// </summary>
/// <param name="policy">The policy.</param>
/// <param name="name">Its name.</param>
public sealed class VaultPolicy(UserPolicy policy, string name)
{
    /// <summary>Why no vault may be requested; null when it may.</summary>
    public string? NoRequest => Prevented(policy.PreventRequestStorageVault);

    /// <summary>Why no vault may be described by hand; null when it may.</summary>
    public string? NoAddByHand => Prevented(policy.PreventAddCustomStorageVault);

    /// <summary>Why vaults may not be changed; null when they may.</summary>
    public string? NoEdit => Prevented(policy.PreventEditStorageVault);

    /// <summary>Why vaults may not be deleted; null when they may.</summary>
    public string? NoDelete => Prevented(policy.PreventDeleteStorageVault);

    /// <summary>Why retention can't be chosen; null when it can.</summary>
    public string? NoRetention => policy.EnforceStorageVaultRetention ? $"Set for all Storage Vaults by the policy {name}." : null;

    /// <summary>The retention that all vaults must have; null when each has its own.</summary>
    public RetentionPolicy? EnforcedRetention => policy.EnforceStorageVaultRetention ? DefaultRetention : null;

    /// <summary>What a new vault's retention begins with.</summary>
    public RetentionPolicy DefaultRetention => RetentionPolicy.Read(policy.DefaultRetention);

    /// <summary>The policy of a profile.</summary>
    public static VaultPolicy Of(JsonObject profile, IPolicyDirectory policies)
    {
        var id = profile.Text("PolicyID");
        return new VaultPolicy(UserPolicy.Of(profile), policies.Find(id)?.Name ?? id);
    }

    /// <summary>Why a vault of this type may not be added; null when it may.</summary>
    public string? NoType(int type) => Prevented(policy.VaultTypes is { } types && !types.Contains(type));

    private string? Prevented(bool prevented) => !prevented ? null : name.Length > 0 ? $"Prevented by the policy {name}." : "Prevented by this user's policy.";
}
