using System.Globalization;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Devices.Parts;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Devices.Pages;

/// <summary>Every live connection, as it comes and goes, and what can be done with it.</summary>
public sealed partial class DevicesPage
{
    private readonly IReadOnlyList<RowAction<ConnectedDevice>> _actions;
    private Actor? _actor;
    private ConnectedCounts _counts;
    private ListSource<ConnectedDevice>? _source;
    private ConnectedView _sourceView;
    private ConnectionDrop? _drop;
    private IDialogReference? _dialog;
    private string? _dialogOf;
    private string? _denied;

    /// <summary>The page's row actions open dialogs; "Run backup now" has an address of its own.</summary>
    public DevicesPage() => _actions =
    [
        new("Run backup now…", OpenRunBackup)
        {
            Icon = Icons.Material.Rounded.PlayArrow,
            DisabledBecause = r => CannotAct ?? (r.HasItems ? null : "This device has no Protected Item."),
        },
        new("Run a backup rule now…", r => AskAsync(r, DeviceWork.Rule)) { Icon = Icons.Material.Rounded.EventRepeat, DisabledBecause = _ => CannotAct },
        new("Apply retention rules now…", r => AskAsync(r, DeviceWork.Retention)) { Icon = Icons.Material.Rounded.AutoDelete, DisabledBecause = _ => CannotAct },
        new("Refresh the profile…", r => AskAsync(r, DeviceWork.Refresh)) { Icon = Icons.Material.Rounded.Sync, DisabledBecause = _ => CannotAct },
        new("Drop connection", r => _drop!.AskAsync(_actor!, r)) { Icon = Icons.Material.Rounded.LinkOff, DisabledBecause = _ => CannotAct },
        new("Unlock a Storage Vault…", r => AskAsync(r, DeviceWork.Unlock)) { Icon = Icons.Material.Rounded.LockOpen, Dangerous = true, DisabledBecause = _ => CannotAct },
    ];

    /// <summary>The connection whose "Run backup now" is open; null for none.</summary>
    [Parameter]
    public string? Connection { get; set; }

    /// <summary>"outdated" or "twice"; anything else shows all.</summary>
    [SupplyParameterFromQuery(Name = "view")]
    private string? View { get; set; }

    [Inject]
    private ConnectedDevices Devices { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private IDeviceMenu Menu { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private (ConnectedView View, string Text, int Count)[] Views =>
        [(ConnectedView.All, "All", _counts.Connections), (ConnectedView.Outdated, "Outdated", _counts.Outdated), (ConnectedView.Twice, "Connected twice", _counts.Twice)];

    private string? CannotAct => _actor?.Needs(Right.DevicesAct) is { Ok: false } denied ? denied.Why : null;

    private RenderFragment Nothing => _sourceView switch
    {
        ConnectedView.Outdated => Said("No connected device has software older than this server's."),
        ConnectedView.Twice => Said("No device is connected twice."),
        _ => Said("No device is connected. A device appears here as soon as its client software has signed in with a user's name and password."),
    };

    /// <inheritdoc />
    protected override void OnInitialized() => Follow(Devices.Changed, RefreshAsync);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var actor = _actor = await Viewer.ActorAsync();
        if (Devices.Count(actor) is { Ok: false } refused)
        {
            _denied = refused.Why;
            return;
        }

        var view = View switch { "outdated" => ConnectedView.Outdated, "twice" => ConnectedView.Twice, _ => ConnectedView.All };
        if (_source is null || view != _sourceView)
        {
            _sourceView = view;
            _source = new ListSource<ConnectedDevice>(async _ => Devices.List(await Viewer.ActorAsync(), view).Value ?? [], Columns);
        }

        await RefreshAsync();
        if (Connection != _dialogOf)
        {
            CloseDialog();
            await ShowRunBackupAsync(actor);
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing) => CloseDialog();

    private static string Number(int n) => n.ToString("N0", CultureInfo.CurrentCulture);

    private static string Count(int n, string what) => $"{Number(n)} {what}{(n == 1 ? "" : "s")}";

    private static RenderFragment Said(string sentence) => builder =>
    {
        builder.OpenElement(0, "p");
        builder.AddContent(1, sentence);
        builder.CloseElement();
    };

    private string AddressOf(ConnectedView view) => view == ConnectedView.All ? DeviceRoutes.Connected : $"{DeviceRoutes.Connected}?view={(view == ConnectedView.Twice ? "twice" : "outdated")}";

    private Task AskAsync(ConnectedDevice row, DeviceWork work) => Menu.ShowAsync(Dialogs, _actor!, row.Connection.Id, work);

    // Filter, sort and page of the table stay in the address while the dialog is open.
    private Task OpenRunBackup(ConnectedDevice row)
    {
        Navigation.NavigateTo(DeviceRoutes.RunBackup(row.Connection.Id) + new Uri(Navigation.Uri).Query);
        return Task.CompletedTask;
    }

    /// <summary>Opens the dialog that the address names; returns when it is closed.</summary>
    private async Task ShowRunBackupAsync(Actor actor)
    {
        _dialogOf = Connection;
        if (Connection is null)
        {
            return;
        }

        var dialog = _dialog = await RunBackupDialog.ShowAsync(Dialogs, actor, Connection);
        await dialog.Result;
        if (_dialog == dialog)
        {
            // Closed by the person, not by an address that is another one already. The parameter still names it for a moment: it is not opened again.
            _dialog = null;
            Navigation.NavigateTo(DeviceRoutes.Connected + new Uri(Navigation.Uri).Query);
        }
    }

    private void CloseDialog()
    {
        var dialog = _dialog;
        (_dialog, _dialogOf) = (null, null);
        dialog?.Close();
    }

    private Task RefreshAsync()
    {
        if (_actor is { } actor && Devices.Count(actor) is { Ok: true, Value: var counts } && counts != _counts)
        {
            _counts = counts;
            StateHasChanged();
        }

        return Task.CompletedTask;
    }
}
