using System.Globalization;
using System.Text.Json.Nodes;
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

    private const string Name = "Description";
    private const string Type = "Type";
    private const string S3 = "S3";
    private const string Lock = "UseObjectLock";
    private const string Rebrand = "RebrandStorage";
    private const string Obscured = Security.Secrets.Obscured.Text;

    private static readonly (string Field, string Label, bool Secret)[] S3Fields =
    [
        ("S3Endpoint", "Server address", false), ("MasterBucket", "Bucket", false), ("Prefix", "Folder in the bucket (optional)", false), ("Region", "Region (optional)", false),
        ("AccessKey", "Access key", true), ("SecretKey", "Secret key", true),
    ];

    private List<JsonObject> _templates = [];
    private JsonArray _seen = [];
    private (JsonObject? Of, Outcome Outcome) _tested;
    private string? _problem;
    private bool _dirty;
    private bool _busy;

    [Inject]
    private ReadStorageTemplates Read { get; set; } = default!;

    [Inject]
    private SaveStorageTemplates Save { get; set; } = default!;

    [Inject]
    private TestStorageTemplate Try { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private ISnackbar Toasts { get; set; } = default!;

    private Actor By { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        By = await Viewer.ActorAsync();
        Load();
    }

    private static string Text(ChangeEventArgs e) => e.Value as string ?? "";

    private static string Quota(JsonObject template) =>
        template.Flag("StorageLimitEnabled") ? (template.Number("StorageLimitBytes") / (decimal)(1L << 30)).ToString("0.###", CultureInfo.InvariantCulture) : "";

    private void Load()
    {
        var found = Read.Run(By);
        (_problem, _dirty, _tested) = (found.Ok ? null : found.Why, false, default);
        _seen = found.Value ?? [];
        _templates = [.. _seen.OfType<JsonObject>().Select(static t => (JsonObject)t.DeepClone())];
    }

    private void Add()
    {
        _templates.Add(new JsonObject { [Name] = "", [Type] = TemplateTypes.Comet });
        _dirty = true;
    }

    private void Remove(JsonObject template) => _dirty = _templates.Remove(template) || _dirty;

    private void Set(JsonObject template, string field, string value) => SetNode(template, field, value);

    private void SetS3(JsonObject template, string field, string value, bool secret) =>
        SetNode(template.MapForWrite(S3), field, secret && value.Length == 0 && template.Text("ID").Length > 0 ? Obscured : value);

    private void SetQuota(JsonObject template, string text)
    {
        var limited = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var gibibytes) && gibibytes > 0;
        template["StorageLimitEnabled"] = limited;
        SetNode(template, "StorageLimitBytes", limited ? (long)(Math.Min(gibibytes, 1L << 30) * (1L << 30)) : 0L);
    }

    private void SetNode(JsonObject at, string field, JsonNode value)
    {
        at[field] = value;
        _dirty = true;
    }

    private void Test(JsonObject template) => _tested = (template, Try.Run(By, template, Viewer.BaseAddress));

    private async Task SaveAsync()
    {
        if (_busy || !_dirty)
        {
            return;
        }

        _busy = true;
        By = await Viewer.ActorAsync();
        var saved = await Saving.TryAsync(() => Save.RunAsync(By, new JsonArray([.. _templates.Select(static t => t.DeepClone())]), Viewer.BaseAddress, _seen));
        _busy = false;
        _problem = saved.Ok ? null : saved.Why;
        if (saved.Ok)
        {
            Load();
            Toasts.Add("The Storage Templates were saved.", Severity.Success);
        }
    }
}
