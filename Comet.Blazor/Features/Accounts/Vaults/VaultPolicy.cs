using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>
/// What the policy of an account says about its Storage Vaults (spec/01 §4.3), read from the copy within the profile. Customers are held to it by the
/// server; an administrator's page shows the action as unavailable, and an administrator's API call goes through (spec/01 §4.2).
/// </summary>
/// <param name="policy">The policy.</param>
/// <param name="no">How it is said.</param>
public sealed class VaultPolicy(UserPolicy policy, PolicyRefusal no)
{
    /// <summary>Why no vault may be requested; null when it may.</summary>
    public string? NoRequest => Prevented(policy.PreventRequestStorageVault, "requesting Storage Vaults");

    /// <summary>Why no vault may be described by hand; null when it may.</summary>
    public string? NoAddByHand => Prevented(policy.PreventAddCustomStorageVault, "adding custom Storage Vaults");

    /// <summary>Why vaults may not be changed; null when they may.</summary>
    public string? NoEdit => Prevented(policy.PreventEditStorageVault, "editing Storage Vaults");

    /// <summary>Why vaults may not be deleted; null when they may.</summary>
    public string? NoDelete => Prevented(policy.PreventDeleteStorageVault, "deleting Storage Vaults");

    /// <summary>Why retention can't be chosen; null when it can.</summary>
    public string? NoRetention => Prevented(policy.EnforceStorageVaultRetention, "retention of its own, because every Storage Vault has the policy's");

    /// <summary>The retention that all vaults must have; null when each has its own.</summary>
    public RetentionPolicy? EnforcedRetention => policy.EnforceStorageVaultRetention ? DefaultRetention : null;

    /// <summary>What a new vault's retention begins with.</summary>
    public RetentionPolicy DefaultRetention => RetentionPolicy.Read(policy.DefaultRetention);

    /// <summary>The policy of a profile.</summary>
    public static VaultPolicy Of(JsonObject profile, IPolicyDirectory policies) => new(UserPolicy.Of(profile), PolicyRefusal.Of(profile, policies));

    /// <summary>Why a vault of this type may not be added; null when it may.</summary>
    public string? NoType(int type) => Prevented(policy.VaultTypes is { } types && !types.Contains(type), $"Storage Vaults of the type {VaultTypes.Name(type)}");

    private string? Prevented(bool prevented, string what) => prevented ? no.Says(what) : null;
}
