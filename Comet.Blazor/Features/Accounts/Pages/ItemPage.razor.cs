using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Items.Engines;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Wire;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Pages;

/// <summary>The editor of a Protected Item of type Files and Folders (spec/01 §5.1).</summary>
public sealed partial class ItemPage
{
    private IReadOnlyList<DeviceRow> _devices = [];
    private ItemDraft? _editor;
    private JsonObject _source = [];
    private string? _hash;
    private string _title = "Protected Item";
    private string? _gone;
    private string? _wrong;
    private bool _stale;
    private bool _dirty;
    private bool _busy;

    /// <summary>The account's name.</summary>
    [Parameter]
    public required string Username { get; set; }

    /// <summary>The item; "new" for a new one.</summary>
    [Parameter]
    public required string ItemId { get; set; }

    /// <summary>The device of a new item, when already chosen.</summary>
    [SupplyParameterFromQuery(Name = "device")]
    public string? Device { get; set; }

    [Inject]
    private AccountLists Lists { get; set; } = default!;

    [Inject]
    private ReadProfile Read { get; set; } = default!;

    [Inject]
    private SaveProtectedItem Save { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ISnackbar Toasts { get; set; } = default!;

    private bool IsNew => ItemId == "new";

    private Crumb[] Crumbs => [new("Users", AccountRoutes.Users), new(Username, AccountRoutes.User(Username)), new("Protected Items", AccountRoutes.User(Username, "items"))];

    private string Os => _devices.FirstOrDefault(d => d.Device.Id == _editor?.DeviceId)?.Device.Os.Os ?? "";

    private bool Windows => Os == "windows";

    private string? Problem =>
        _devices.Count == 0 ? "This user has no device yet. Connect one first."
        : _editor!.DeviceId.Length == 0 ? "Choose the device."
        : ItemCheck.Item(Source(), Os) is { Ok: false } wrong ? wrong.Why
        : null;

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    private static string Text(ChangeEventArgs e) => (string?)e.Value ?? "";

    private static string Count(int n, string what) => string.Create(CultureInfo.InvariantCulture, $"{(n == 0 ? "no" : n)} {what}{(n == 1 ? "" : "s")}");

    private JsonObject Source()
    {
        var source = (JsonObject)_source.DeepClone();
        _editor!.WriteTo(source);
        return source;
    }

    private void Change(ItemDraft draft)
    {
        _editor = draft;
        _dirty = true;
    }

    private async Task LoadAsync()
    {
        (_wrong, _stale, _dirty) = (null, false, false);
        var actor = await Viewer.ActorAsync();
        var profile = await Read.RunAsync(actor, Username, CancellationToken.None);
        if (!profile.Ok)
        {
            _gone = profile.Why;
            return;
        }

        _devices = Lists.Devices(actor, profile.Value.Document.Id);
        _hash = profile.Value.Hash;
        if (IsNew)
        {
            _title = "New Protected Item";
            var chosen = _devices.FirstOrDefault(d => d.Device.Id == Device) ?? (_devices.Count == 1 ? _devices[0] : null);
            _editor = new ItemDraft("", chosen?.Device.Id ?? "", "", "");
        }
        else if (profile.Value.Document.Item(ItemId) is not { } item)
        {
            _gone = "The Protected Item does not exist any more.";
        }
        else if (item.Text("Engine") != ItemEngines.File)
        {
            _gone = $"Protected Items of type {item.Text("Engine")} can't be edited here.";
        }
        else
        {
            _source = item;
            _editor = ItemDraft.From(item);
            _title = _editor.Name;
        }
    }

    private async Task SaveAsync()
    {
        if (_busy || Problem is not null)
        {
            return;
        }

        (_busy, _wrong) = (true, null);
        try
        {
            // A new item changes nothing that somebody else could have changed meanwhile.
            var change = new ItemChange(IsNew ? Guid.NewGuid().ToString() : ItemId, Source());
            var saved = await Save.RunAsync(await Viewer.ActorAsync(), Username, change, IsNew ? null : _hash, CancellationToken.None);
            if (saved.Ok)
            {
                _dirty = false;
                Toasts.Add($"{_editor!.Name.Trim()} was saved.", Severity.Success);
                Navigation.NavigateTo(AccountRoutes.User(Username, "items"));
            }

            _wrong = saved.Ok ? null : saved.Why;
            _stale = saved.Kind == Refusal.Conflict;
        }
        catch (IOException ex)
        {
            _wrong = ex.Message; // the store says what to do, such as freeing space on the disk
        }
        finally
        {
            _busy = false;
        }
    }
}

/// <summary>The editor's fields as typed.</summary>
/// <param name="Name">Name.</param>
/// <param name="DeviceId">Device.</param>
/// <param name="Paths">Paths, one per line.</param>
/// <param name="Exclusions">Exclusions, one per line.</param>
public sealed record ItemDraft(string Name, string DeviceId, string Paths, string Exclusions)
{
    /// <summary>The paths.</summary>
    public string[] PathList => Lines(Paths);

    /// <summary>The exclusions.</summary>
    public string[] ExclusionList => Lines(Exclusions);

    /// <summary>The fields of an item.</summary>
    public static ItemDraft From(JsonObject item)
    {
        var files = new FileSelection(item.Map("EngineProps"));
        return new ItemDraft(item.Text("Description"), item.Text("OwnerDevice"), string.Join('\n', files.Paths), string.Join('\n', files.Exclusions));
    }

    /// <summary>Writes the fields into a SourceConfig.</summary>
    public void WriteTo(JsonObject item)
    {
        item["Engine"] = ItemEngines.File;
        item["Description"] = Name.Trim();
        item["OwnerDevice"] = DeviceId;
        _ = new FileSelection(item.MapForWrite("EngineProps")) { Paths = PathList, Exclusions = ExclusionList };
    }

    // Only the line's end goes: a path may begin or end with a space.
    private static string[] Lines(string text) => [.. text.Split('\n').Select(static l => l.TrimEnd('\r')).Where(static l => l.Trim().Length > 0)];
}
