using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Features.Policies.Open;

/// <summary>Where in the policy editor a part of another feature stands.</summary>
public enum PolicyPlace
{
    /// <summary>Within "Storage Vaults".</summary>
    Vaults,

    /// <summary>After "Protected Items".</summary>
    Items,

    /// <summary>Before "Retention".</summary>
    Reports,
}

/// <summary>A part of the policy editor that another feature brings, because it knows what is edited there.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Words">By which words it is found: its title and its labels.</param>
/// <param name="Component">A <see cref="PolicySection"/>.</param>
public sealed record PolicyPart(PolicyPlace Place, string Words, Type Component);

/// <summary>What every part of the policy editor is given. It changes the document in place; fields that it does not know stay.</summary>
public abstract class PolicySection : ComponentBase
{
    /// <summary>The policy (contract: UserPolicy).</summary>
    [Parameter]
    [EditorRequired]
    public required JsonObject Policy { get; set; }

    /// <summary>Told after each change.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    /// <summary>Shown, not edited.</summary>
    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>Begins the ids of its fields; unique on the page.</summary>
    [Parameter]
    public string Prefix { get; set; } = "policy";

    /// <summary>Whose policy it is; empty for the top level.</summary>
    [Parameter]
    public string OrganizationId { get; set; } = "";

    /// <summary>The id of a field of this part.</summary>
    protected string Id(string name) => $"{Prefix}-{name}";

    /// <summary>Changes the document, and tells.</summary>
    protected Task ChangeAsync(Action<JsonObject> change)
    {
        change(Policy);
        return Changed.InvokeAsync();
    }
}
