using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>
/// What the policy inside a profile takes away concerning Protected Items (spec/01 §4.3). The only place that judges it: customers' calls are refused
/// because of it, whichever way they come; administrators' calls are not, but their pages ask the same questions, switch the action off and say why
/// (spec/01 §4.2).
/// </summary>
/// <param name="policy">The policy.</param>
/// <param name="no">How it is said.</param>
public sealed class ItemRules(UserPolicy policy, PolicyRefusal no)
{
    /// <summary>Why no item can be made, or none of this type; null when it can.</summary>
    /// <param name="engine">The type; null for any.</param>
    public string? NoAdd(string? engine = null) => Says(Adding(engine));

    /// <summary>Why items and their backup rules can't be changed; null when they can.</summary>
    public string? NoEdit => Says(Editing);

    /// <summary>Why items can't be deleted; null when they can.</summary>
    public string? NoDelete => Says(Deleting);

    /// <summary>Why an item can't have retention of its own; null when it can.</summary>
    public string? NoRetention => Says(Retaining);

    private string? Editing => policy.PreventEditProtectedItem ? "editing Protected Items and their backup rules" : null;

    private string? Deleting => policy.PreventDeleteProtectedItem ? "deleting Protected Items" : null;

    private string? Retaining => policy.PreventProtectedItemRetention ? "overriding the retention of Protected Items" : null;

    /// <summary>The rules of a profile.</summary>
    public static ItemRules Of(JsonObject profile, IPolicyDirectory policies) => new(UserPolicy.Of(profile), PolicyRefusal.Of(profile, policies));

    /// <summary>Whether a customer may make this of a profile. Refused as <see cref="Refusal.Denied"/> with the restriction.</summary>
    /// <param name="before">The profile that stands, with every field of the contract.</param>
    /// <param name="after">The profile that shall stand, with every field of the contract.</param>
    public Outcome Check(JsonObject before, JsonObject after) => Prevented(before, after) is { } what ? no.Because(what) : Outcome.Done;

    private string? Prevented(JsonObject before, JsonObject after)
    {
        var (old, now) = (before.Map("Sources"), after.Map("Sources"));
        if (Deleting is { } deleting && old.Any(i => !now.ContainsKey(i.Key)))
        {
            return deleting;
        }

        foreach (var (id, item) in after.Entries("Sources"))
        {
            var known = old[id] as JsonObject;
            var what = known is null ? Adding(item.Text("Engine"))
                : Editing is { } editing && ProfileChange.IsChanged(known, item) ? editing
                : known.Text("Engine") != item.Text("Engine") ? OfType(item.Text("Engine"))
                : null;
            what ??= ProfileChange.Same(Retention(known), Retention(item)) ? null : Retaining;
            if (what is not null)
            {
                return what;
            }
        }

        return Rules(before, after);
    }

    // Rules are part of their items; those of an item that comes or goes with the same change come and go with it.
    private string? Rules(JsonObject before, JsonObject after)
    {
        var (old, now) = (before.Map("BackupRules"), after.Map("BackupRules"));
        return Editing is null ? null
            : old.Select(static r => r.Key).Union(now.Select(static r => r.Key), StringComparer.Ordinal)
                .Where(id => old[id] is not JsonObject was || now[id] is not JsonObject became || ProfileChange.IsChanged(was, became))
                .Any(id => Stays(old[id]) || Stays(now[id])) ? Editing : null;

        bool Stays(JsonNode? rule) => rule is JsonObject r && before.Map("Sources").ContainsKey(r.Text("Source")) && after.Map("Sources").ContainsKey(r.Text("Source"));
    }

    private static JsonObject Retention(JsonObject? item) => item?["OverrideDestinationRetention"] as JsonObject ?? [];

    private string? Adding(string? engine) => policy.PreventNewProtectedItem ? "adding Protected Items" : engine is null ? null : OfType(engine);

    private string? OfType(string engine) => policy.ItemEngines?.Contains(engine) == false ? $"Protected Items of the type {ItemTypes.Name(engine)}" : null;

    private string? Says(string? what) => what is null ? null : no.Says(what);
}
