using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Storage.Templates;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Features.Storage.Pages;

/// <summary>One Storage Template in the editor of all of them.</summary>
public sealed partial class TemplatePart
{
    private const string Name = "Description";
    private const string Address = "RemoteAddress";
    private const string User = "Username";
    private const string Password = "Password";
    private const string S3 = "S3";
    private const string Rebrand = "RebrandStorage";
    private const string Default = "Default";
    private const string Here = TemplateTypes.Comet;
    private const string Remote = "comet-elsewhere";
    private const string NoAddress = "https://";
    private const string Obscured = Security.Secrets.Obscured.Text;

    private static readonly (string Field, string Label, bool Secret)[] S3Fields =
    [
        ("S3Endpoint", "Server address", false), ("MasterBucket", "Bucket", false), ("Prefix", "Folder in the bucket (optional)", false), ("Region", "Region (optional)", false),
        ("AccessKey", "Access key", true), ("SecretKey", "Secret key", true),
    ];

    private Outcome? _tested;
    private bool _testing;
    private bool _elsewhere;

    /// <summary>Begins the ids of the fields.</summary>
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>The template; changed in place.</summary>
    [Parameter, EditorRequired]
    public required JsonObject Template { get; set; }

    /// <summary>True when it is stored, so that a secret may stay.</summary>
    [Parameter]
    public bool IsKnown { get; set; }

    /// <summary>How many accounts' new devices get a vault from it.</summary>
    [Parameter]
    public int Users { get; set; }

    /// <summary>Told that it was changed.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    /// <summary>Told that it shall go.</summary>
    [Parameter]
    public EventCallback Removed { get; set; }

    /// <summary>Told that it shall be the default one, or not any more.</summary>
    [Parameter]
    public EventCallback<bool> MadeDefault { get; set; }

    /// <summary>Tries it.</summary>
    [Parameter, EditorRequired]
    public required Func<JsonObject, Task<Outcome>> TestAsync { get; set; }

    private string Kind => Template.Text("Type") is not TemplateTypes.Comet and var type ? type : _elsewhere ? Remote : Here;

    private string Quota => Template.Flag("StorageLimitEnabled") ? (Template.Number("StorageLimitBytes") / (decimal)(1L << 30)).ToString("0.###", CultureInfo.InvariantCulture) : "";

    /// <inheritdoc />
    protected override void OnInitialized() => _elsewhere = Template.Text(Address).Length > 0;

    private static string Text(ChangeEventArgs e) => e.Value as string ?? "";

    private static string? Placeholder(string secret) => secret == Obscured ? "Keep unchanged" : null;

    private static string Shown(string secret) => secret == Obscured ? "" : secret;

    // A secret that is there stays when its field is emptied again: it was never shown.
    private string Secret(string typed) => typed.Length == 0 && IsKnown ? Obscured : typed;

    private Task Choose(string kind)
    {
        _elsewhere = kind == Remote;
        Template[Address] = _elsewhere ? NoAddress : ""; // an empty one would be this server's

        return Set("Type", kind == Remote ? TemplateTypes.Comet : kind);
    }

    private Task Set(string field, string value) => SetAt(Template, field, value);

    private Task SetAt(JsonObject at, string field, JsonNode value)
    {
        at[field] = value;
        _tested = null;
        return Changed.InvokeAsync();
    }

    private Task SetQuota(string text)
    {
        var limited = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var gibibytes) && gibibytes > 0;
        Template["StorageLimitEnabled"] = limited;
        return SetAt(Template, "StorageLimitBytes", limited ? (long)(Math.Min(gibibytes, 1L << 30) * (1L << 30)) : 0L);
    }

    private Task SwitchLockOff()
    {
        Template.MapForWrite(S3)["UseObjectLock"] = false;
        return SetAt(Template.MapForWrite(S3), "ObjectLockMode", TemplateTypes.LockOff);
    }

    private async Task TryAsync()
    {
        (_testing, _tested) = (true, null);
        try
        {
            _tested = await TestAsync(Template);
        }
        finally
        {
            _testing = false;
        }
    }
}
