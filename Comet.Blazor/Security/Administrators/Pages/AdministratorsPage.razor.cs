using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Ui.Tables;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Security.Administrators.Pages;

/// <summary>The administrators of this server (spec/04 §3).</summary>
public sealed partial class AdministratorsPage
{
    private readonly LiveSignal _live = new();
    private IReadOnlyList<RowAction<AdministratorRow>> _actions = [];
    private ITableSource<AdministratorRow>? _source;

    [Inject]
    private AdministratorList List { get; set; } = default!;

    [Inject]
    private AdministratorsByHand Hand { get; set; } = default!;

    [Inject]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var me = await Viewer.ActorAsync();
        if (!List.All(me).Ok)
        {
            return; // the page is not shown
        }

        bool IsMe(AdministratorRow row) => row.Administrator.Name == me.Name;
        _source = new ListSource<AdministratorRow>(RowsAsync, AdministratorColumns.All);
        _actions =
        [
            new("Edit permissions…", row => Open(row.Administrator.Name)) { Icon = Icons.Material.Rounded.Tune },
            new("Reset password…", row => Hand.ResetAsync(row.Administrator.Name))
            {
                Icon = Icons.Material.Rounded.LockReset,
                DisabledBecause = row => IsMe(row) ? "Your own is changed in My Account" : null,
            },
            new("End sessions", row => Hand.EndSessionsAsync(row))
            {
                Icon = Icons.Material.Rounded.Logout,
                DisabledBecause = static row => row.Sessions == 0 ? "There are none" : null,
            },
            new("Delete…", row => Hand.DeleteAsync(row))
            {
                Icon = Icons.Material.Rounded.Delete,
                Dangerous = true,
                DisabledBecause = row => IsMe(row) ? "Nobody deletes himself" : null,
            },
        ];
        Follow(List.Changed, Refresh);
        Follow(List.SessionsChanged, Refresh);
    }

    private async Task<IReadOnlyList<AdministratorRow>> RowsAsync(CancellationToken ct)
    {
        // Nobody, or no right any more: the tab is about to leave, or its rows go.
        return await Viewer.FindActorAsync() is { } me && List.All(me) is { Ok: true } rows ? rows.Value : [];
    }

    private Task Refresh()
    {
        _live.Raise();
        return Task.CompletedTask;
    }

    private async Task AddAsync()
    {
        var dialog = await Dialogs.ShowAsync<AddAdministratorDialog>("Add administrator", new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false });
        if (await dialog.Result is { Canceled: false, Data: string name })
        {
            await Open(name);
        }
    }

    private Task Open(string name)
    {
        Navigation.NavigateTo(AdministratorRoutes.One(name));
        return Task.CompletedTask;
    }
}
