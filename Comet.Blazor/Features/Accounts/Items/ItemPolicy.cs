using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>
/// What the policy inside a profile takes away from its customer concerning Protected Items (spec/01 §4.2, §4.3). Administrators' calls are not
/// refused because of it; their pages ask the same questions and say who forbids it.
/// </summary>
public static class ItemPolicy
{
    /// <summary>Whether an item of this type may be made; any type when null.</summary>
    public static Outcome MayAdd(JsonObject profile, string? engine)
    {
        var policy = profile.Map("Policy");
        var types = policy.Map("ProtectedItemEngineTypes");
        return policy.Flag("PreventNewProtectedItem") ? Prevented("creating new Protected Items")
            : engine is not null && types.Flag("ShouldRestrictEngineTypeList") && !types.Texts("AllowedEngineTypeWhenRestricted").Contains(engine, StringComparer.Ordinal)
                ? Prevented($"creating Protected Items of type {ItemTypes.Name(engine)}")
            : Outcome.Done;
    }

    /// <summary>Whether items and their backup rules may be changed.</summary>
    public static Outcome MayEdit(JsonObject profile) => profile.Map("Policy").Flag("PreventEditProtectedItem") ? Prevented("editing Protected Items") : Outcome.Done;

    /// <summary>Whether items may be deleted.</summary>
    public static Outcome MayDelete(JsonObject profile) => profile.Map("Policy").Flag("PreventDeleteProtectedItem") ? Prevented("deleting Protected Items") : Outcome.Done;

    /// <summary>Whether an item may have a retention of its own for a vault.</summary>
    public static Outcome MayOverrideRetention(JsonObject profile) =>
        profile.Map("Policy").Flag("PreventProtectedItemRetention") ? Prevented("overriding retention on Protected Items") : Outcome.Done;

    /// <summary>Checks one save; the item as it stands and as it shall stand. Only customers are held to it.</summary>
    public static Outcome Check(Actor by, JsonObject profile, JsonObject? before, JsonObject after) =>
        by.Kind is not (ActorKind.Customer or ActorKind.Device) ? Outcome.Done
        : (before is null ? MayAdd(profile, after.Text("Engine")) : MayEdit(profile)) is { Ok: false } prevented ? prevented
        : JsonNode.DeepEquals(before?["OverrideDestinationRetention"], after["OverrideDestinationRetention"]) || after.Map("OverrideDestinationRetention").Count == 0 && before is null
            ? Outcome.Done : MayOverrideRetention(profile);

    private static Outcome Prevented(string what) => Outcome.Denied($"The policy of this user prevents {what}.");
}
