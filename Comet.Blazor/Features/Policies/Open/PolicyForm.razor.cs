using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire.Retention;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Comet.Blazor.Features.Policies.Open;

/// <summary>
/// Edits what a policy says (contract: UserPolicy), section by section as in the mission. Changes the document that it is given; fields that it
/// does not know stay. Where it is saved is its owner's business.
/// </summary>
public sealed partial class PolicyForm
{
    private const string RandomDelay = "Random delay of schedules, in seconds";
    private const string DefaultRetention = "Default retention policy";
    private static readonly Section VaultSection = new("Storage Vaults", [.. Labels(PolicyCatalogue.Vaults), "Restrict available Storage Vault types", "Storage Vault of a new device"]);
    private static readonly Section ItemSection = new("Protected Items", [.. Labels(PolicyCatalogue.Items), "Restrict available Protected Item types"]);
    private static readonly Section ModeSection = new("Default settings", [.. PolicyCatalogue.Modes.Select(static m => m.Label), RandomDelay]);
    private static readonly Section OtherSection = new("Other", [.. Labels(PolicyCatalogue.Other)]);
    private static readonly Section ExclusionSection = new("Mandatory file and folder exclusions", []);
    private static readonly Section RetentionSection = new("Retention", [.. Labels(PolicyCatalogue.Retention), DefaultRetention]);
    private string _find = "";

    /// <summary>The document.</summary>
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

    [Inject]
    private IEnumerable<PolicyPart> Parts { get; set; } = default!;

    private IReadOnlySet<long> Numbers => Policy.Map("StorageVaultProviders").Numbers("AllowedProvidersWhenRestricted");

    private string[] Engines => Policy.Map("ProtectedItemEngineTypes").Texts("AllowedEngineTypeWhenRestricted");

    private IEnumerable<Section> Sections =>
        [VaultSection, ItemSection, ModeSection, OtherSection, ExclusionSection, RetentionSection, .. Parts.Select(static p => new Section("", [p.Words]))];

    private static IEnumerable<string> Labels(IEnumerable<PolicySwitch> switches) => switches.Select(static s => s.Label);

    // All words of what is looked for stand in the label or in its section's title.
    private bool Shows(string title, IEnumerable<string> labels)
    {
        var words = _find.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 || labels.Append("").Any(l => words.All(w => l.Contains(w, StringComparison.OrdinalIgnoreCase) || title.Contains(w, StringComparison.OrdinalIgnoreCase)));
    }

    private bool Shows(Section section) => Shows(section.Title, section.Labels);

    private static string Text(ChangeEventArgs e) => ((string?)e.Value ?? "").Trim();

    private static bool On(ChangeEventArgs e) => e.Value is true;

    private string Id(string name) => $"{Prefix}-{name}";

    private Task Set(string field, JsonNode value)
    {
        Policy[field] = value;
        return Changed.InvokeAsync();
    }

    private Task AllowType(long type, bool allowed)
    {
        var types = Numbers.Where(t => t != type).Concat(allowed ? [type] : []).Order();
        Policy.MapForWrite("StorageVaultProviders")["AllowedProvidersWhenRestricted"] = new JsonArray([.. types.Select(static t => (JsonNode)t)]);
        return Changed.InvokeAsync();
    }

    private Task AllowEngine(string engine, bool allowed)
    {
        var engines = Engines.Where(e => e != engine).Concat(allowed ? [engine] : []);
        Policy.MapForWrite("ProtectedItemEngineTypes")["AllowedEngineTypeWhenRestricted"] = new JsonArray([.. engines.Select(static e => (JsonNode)e)]);
        return Changed.InvokeAsync();
    }

    private Task RetentionChanged(RetentionPolicy retention) => Set("DefaultStorageVaultRetention", retention.Write());

    private RenderFragment Part(PolicyPlace place, string title) => builder =>
    {
        foreach (var part in Parts.Where(p => p.Place == place && Shows(title, [p.Words])))
        {
            builder.OpenComponent(0, part.Component);
            builder.AddComponentParameter(1, nameof(PolicySection.Policy), Policy);
            builder.AddComponentParameter(2, nameof(PolicySection.Changed), Changed);
            builder.AddComponentParameter(3, nameof(PolicySection.ReadOnly), ReadOnly);
            builder.AddComponentParameter(4, nameof(PolicySection.Prefix), Prefix);
            builder.AddComponentParameter(5, nameof(PolicySection.OrganizationId), OrganizationId);
            builder.SetKey(part);
            builder.CloseComponent();
        }
    };

    private RenderFragment Switches(Section section, IReadOnlyList<PolicySwitch> switches) => builder =>
    {
        foreach (var each in switches.Where(s => Shows(section.Title, [s.Label])))
        {
            Check(builder, Id(each.Field), each.Label, each.Hint, Policy.Flag(each.Field), on => Set(each.Field, on));
        }
    };

    private RenderFragment Limit(string map, string field, string label) => builder =>
        Check(builder, Id(field), label, "", Policy.Map(map).Flag(field), on =>
        {
            Policy.MapForWrite(map)[field] = on;
            return Changed.InvokeAsync();
        });

    private RenderFragment Number(string field, string label, string hint, long most) => builder =>
    {
        var id = Id(field);
        builder.OpenElement(0, "label");
        builder.AddAttribute(1, "for", id);
        builder.AddContent(2, label);
        builder.CloseElement();
        builder.OpenElement(3, "input");
        builder.AddAttribute(4, "id", id);
        builder.AddAttribute(5, "class", "input");
        builder.AddAttribute(6, "type", "number");
        builder.AddAttribute(7, "min", "0");
        builder.AddAttribute(16, "max", most.ToString(CultureInfo.InvariantCulture));
        builder.AddAttribute(8, "disabled", ReadOnly);
        builder.AddAttribute(9, "aria-describedby", id + "-hint");
        builder.AddAttribute(10, "value", Policy.Number(field).ToString(CultureInfo.InvariantCulture));
        builder.AddAttribute(11, "onchange", EventCallback.Factory.Create<ChangeEventArgs>(this, e =>
            long.TryParse(Text(e), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Set(field, number) : Task.CompletedTask));
        builder.CloseElement();
        builder.OpenElement(12, "p");
        builder.AddAttribute(13, "id", id + "-hint");
        builder.AddAttribute(14, "class", "hint");
        builder.AddContent(15, hint);
        builder.CloseElement();
    };

    private void Check(RenderTreeBuilder builder, string id, string label, string hint, bool value, Func<bool, Task> set)
    {
        builder.OpenElement(0, "div");
        builder.SetKey(id);
        builder.AddAttribute(1, "class", "check");
        builder.OpenElement(2, "input");
        builder.AddAttribute(3, "id", id);
        builder.AddAttribute(4, "type", "checkbox");
        builder.AddAttribute(5, "disabled", ReadOnly);
        builder.AddAttribute(6, "checked", value);
        builder.AddAttribute(7, "onchange", EventCallback.Factory.Create<ChangeEventArgs>(this, e => set(On(e))));
        builder.CloseElement();
        builder.OpenElement(8, "label");
        builder.AddAttribute(9, "for", id);
        builder.AddContent(10, label);
        if (hint.Length > 0)
        {
            builder.AddMarkupContent(11, "<br />");
            builder.OpenElement(12, "span");
            builder.AddAttribute(13, "class", "t2");
            builder.AddContent(14, hint);
            builder.CloseElement();
        }

        builder.CloseElement();
        builder.CloseElement();
    }

    private sealed record Section(string Title, IReadOnlyList<string> Labels);
}
