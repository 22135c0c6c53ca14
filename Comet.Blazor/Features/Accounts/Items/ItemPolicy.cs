using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>
/// What the policy inside a profile takes away concerning Protected Items (spec/01 §4.2, §4.3). Customers' calls are refused because of it,
/// administrators' calls are not; their pages ask the same questions, switch the action off and say who forbids it.
/// </summary>
public static class ItemPolicy
{
    /// <summary>Whether an item of this type may be made; any type when null.</summary>
    /// <param name="profile">The profile with its policy.</param>
    /// <param name="engine">The type.</param>
    /// <param name="policyName">The policy's name, when known.</param>
    public static Outcome MayAdd(JsonObject profile, string? engine, string? policyName = null)
    {
        var policy = UserPolicy.Of(profile);
        return policy.PreventNewProtectedItem ? Prevented("creating new Protected Items", policyName)
            : engine is not null && policy.ItemEngines?.Contains(engine) == false ? Prevented($"creating Protected Items of type {ItemTypes.Name(engine)}", policyName)
            : Outcome.Done;
    }

    /// <summary>Whether items and their backup rules may be changed.</summary>
    public static Outcome MayEdit(JsonObject profile, string? policyName = null) =>
        UserPolicy.Of(profile).PreventEditProtectedItem ? Prevented("editing Protected Items", policyName) : Outcome.Done;

    /// <summary>Whether items may be deleted.</summary>
    public static Outcome MayDelete(JsonObject profile, string? policyName = null) =>
        UserPolicy.Of(profile).PreventDeleteProtectedItem ? Prevented("deleting Protected Items", policyName) : Outcome.Done;

    /// <summary>Whether an item may have a retention of its own for a vault.</summary>
    public static Outcome MayOverrideRetention(JsonObject profile, string? policyName = null) =>
        UserPolicy.Of(profile).PreventProtectedItemRetention ? Prevented("overriding retention on Protected Items", policyName) : Outcome.Done;

    /// <summary>Checks one save; the item as it stands and as it shall stand. Only customers are held to it.</summary>
    public static Outcome Check(Actor by, JsonObject profile, JsonObject? before, JsonObject after) =>
        by.Kind is not (ActorKind.Customer or ActorKind.Device) ? Outcome.Done
        : (before is null ? MayAdd(profile, after.Text("Engine")) : MayEdit(profile)) is { Ok: false } prevented ? prevented
        : JsonNode.DeepEquals(before?["OverrideDestinationRetention"], after["OverrideDestinationRetention"]) || after.Map("OverrideDestinationRetention").Count == 0 && before is null
            ? Outcome.Done : MayOverrideRetention(profile);

    private static Outcome Prevented(string what, string? policyName) =>
        Outcome.Denied(policyName is { Length: > 0 } ? $"Prevented by policy {policyName}: {what}." : $"The policy of this user prevents {what}.");
}
