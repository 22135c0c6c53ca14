using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies.Open;

/// <summary>How it is said that a policy prevents something: the same words in pages, in the API and for devices.</summary>
/// <param name="policyName">The policy's name; empty for a custom one.</param>
public readonly struct PolicyRefusal(string policyName)
{
    /// <summary>In the name of the policy that a profile follows.</summary>
    public static PolicyRefusal Of(JsonObject profile, IPolicyDirectory policies) => new(policies.Find(profile.Text("PolicyID"))?.Name ?? "");

    /// <summary>To an administrator, who can change it: "Prevented by the policy Gold: deleting Storage Vaults."</summary>
    /// <param name="what">What is prevented, such as "deleting Storage Vaults".</param>
    public string Says(string what) => $"Prevented by {(policyName is { Length: > 0 } name ? $"the policy {name}" : "this account's policy")}: {what}.";

    /// <summary>To the customer. Refused as <see cref="Refusal.Denied"/>.</summary>
    /// <param name="what">What is prevented, such as "deleting Storage Vaults".</param>
    public Outcome Because(string what) => Outcome.Denied($"{Says(what)} Ask your backup administrator.");
}
