using System.Globalization;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Comet.Blazor.Ui.Time;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Security.Audit;

/// <summary>The audit log: the standard table, one entry's details under an address of its own, and "Verify".</summary>
public sealed partial class AuditPage
{
    /// <summary>Where it is.</summary>
    public const string Address = "/server/audit";

    private IReadOnlyList<TableColumn<AuditRow>> _columns = [];
    private AuditTable? _table;
    private AuditVerify? _verify;
    private IDialogReference? _dialog;
    private long? _dialogOf;
    private string? _denied;

    /// <summary>The entry whose details are open; null for none.</summary>
    [Parameter]
    public long? Number { get; set; }

    [Inject]
    private AuditReading Reading { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private BrowserClock Times { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var actor = await Viewer.ActorAsync();
        if (_table is null)
        {
            var table = Reading.Table(actor, Times);
            if (!table.Ok)
            {
                _denied = table.Why;
                return;
            }

            (_columns, _table) = (Columns(), table.Value);
        }

        if (Number != _dialogOf)
        {
            CloseDialog();
            await ShowAsync();
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing) => CloseDialog();

    // Filter, sort and page of the table stay in the address while the dialog is open.
    private string AddressOf(AuditRow row) => string.Create(CultureInfo.InvariantCulture, $"{Address}/{row.Number}{new Uri(Navigation.Uri).Query}");

    private Task VerifyAsync() => _verify!.RunAsync();

    /// <summary>Opens the details that the address names; returns when they are closed.</summary>
    private async Task ShowAsync()
    {
        _dialogOf = Number;
        if (Number is not { } number)
        {
            return;
        }

        var dialog = _dialog = await AuditDialog.ShowAsync(Dialogs, number);
        await dialog.Result;
        if (_dialog == dialog)
        {
            // Closed by the person, not by an address that is another one already.
            _dialog = null;
            Navigation.NavigateTo(Address + new Uri(Navigation.Uri).Query);
        }
    }

    private void CloseDialog()
    {
        var dialog = _dialog;
        (_dialog, _dialogOf) = (null, null);
        dialog?.Close();
    }
}
