using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Storage.Templates;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Settings;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Storage.Pages;

/// <summary>The Storage Templates of the viewer's organization (spec/03 §2).</summary>
public sealed partial class TemplatesPage
{
    /// <summary>Address of the page.</summary>
    public const string Href = SettingsSection.Root + "/storage-templates";

    private const string Default = "Default";
    private List<JsonObject> _templates = [];
    private JsonArray _seen = [];
    private IReadOnlyDictionary<string, int> _users = new Dictionary<string, int>();
    private string _replacement = "";
    private string? _cannotReplace;
    private string? _problem;
    private bool _stale;
    private bool _dirty;
    private bool _busy;

    [Inject]
    private ReadStorageTemplates Read { get; set; } = default!;

    [Inject]
    private SaveStorageTemplates Save { get; set; } = default!;

    [Inject]
    private TestStorageTemplate Try { get; set; } = default!;

    [Inject]
    private IAutoVaults Accounts { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private ISnackbar Toasts { get; set; } = default!;

    private Actor By { get; set; } = default!;

    /// <summary>How many accounts name a template that is being removed.</summary>
    private int Orphans => _seen.OfType<JsonObject>().Select(IdOf).Where(id => _templates.TrueForAll(t => IdOf(t) != id)).Sum(id => _users.GetValueOrDefault(id));

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        By = await Viewer.ActorAsync();
        Load();
    }

    private static string IdOf(JsonObject template) => template.Text("ID");

    private static string NameOf(JsonObject template) => template.Text("Description") is { Length: > 0 } name ? name : "New template";

    private bool IsKnown(JsonObject template) => _seen.OfType<JsonObject>().Any(t => IdOf(t) == IdOf(template));

    private void Load()
    {
        var found = Read.Run(By);
        (_problem, _dirty, _stale, _replacement) = (found.Ok ? null : found.Why, false, false, "");
        _seen = found.Value ?? [];
        _templates = [.. _seen.OfType<JsonObject>().Select(static t => (JsonObject)t.DeepClone())];
        _users = found.Ok ? Accounts.Counts(By) : _users;
        _cannotReplace = By.Needs(Right.AccountsManage) is { Ok: false } denied ? denied.Why : null;
    }

    private void Change() => _dirty = true;

    private void Add()
    {
        _templates.Add(new JsonObject { ["ID"] = Guid.NewGuid().ToString(), ["Description"] = "", ["Type"] = TemplateTypes.Comet });
        _dirty = true;
    }

    private void Remove(JsonObject template)
    {
        _dirty = _templates.Remove(template) || _dirty;
        _replacement = _replacement == IdOf(template) ? "" : _replacement;
    }

    private void MakeDefault(JsonObject template, bool on)
    {
        foreach (var other in _templates.Where(static t => t.Flag(Default)))
        {
            other[Default] = false;
        }

        template[Default] = on;
        _dirty = true;
    }

    private async Task<Outcome> TestAsync(JsonObject template) => await Try.RunAsync(await Viewer.ActorAsync(), template, Viewer.BaseAddress, CancellationToken.None);

    private async Task SaveAsync()
    {
        if (_busy || !_dirty)
        {
            return;
        }

        _busy = true;
        By = await Viewer.ActorAsync();
        var replacement = Orphans > 0 && _replacement.Length > 0 ? _replacement : null;
        var saved = await Saving.TryAsync(() => Save.RunAsync(By, new JsonArray([.. _templates.Select(static t => t.DeepClone())]), Viewer.BaseAddress, _seen, replacement));
        _busy = false;
        if (saved.Ok)
        {
            Load();
            Toasts.Add("The Storage Templates were saved.", Severity.Success);
        }

        (_problem, _stale) = (saved.Ok ? null : saved.Why, saved.Kind == Refusal.Conflict);
    }
}
