using System.Globalization;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Parts;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Pages;

/// <summary>All customer accounts (spec/01 §1).</summary>
public sealed partial class UsersPage
{
    private readonly LiveSignal _live = new();
    private IReadOnlyList<TableColumn<UserRow>> _columns = [];
    private IReadOnlyList<RowAction<UserRow>> _actions = [];
    private ITableSource<UserRow>? _source;
    private IReadOnlyList<UsersPageAction> _pageActions = [];
    private Actor? _actor;
    private string _facts = "";

    [Inject]
    private AccountLists Lists { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IEnumerable<UsersPageAction> PageActions { get; set; } = default!;

    private bool MayAdd => _actor?.May(Right.AccountsManage) == true;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _actor = await Viewer.ActorAsync();
        _pageActions = [.. PageActions.Where(a => _actor.May(a.Needs)).OrderBy(static a => a.Order)];
        _columns = UserColumns.All;
        _actions =
        [
            new("Open user", row => Open(AccountRoutes.User(row.Username))) { Icon = Icons.Material.Rounded.Person },
            new("Devices", row => Open(AccountRoutes.User(row.Username, "devices"))) { Icon = Icons.Material.Rounded.Devices },
            new("Protected Items", row => Open(AccountRoutes.User(row.Username, "items"))) { Icon = Icons.Material.Rounded.FolderCopy },
            new("Job history", row => Open(AccountRoutes.User(row.Username, "jobs"))) { Icon = Icons.Material.Rounded.WorkHistory },
        ];
        _source = new ListSource<UserRow>(_ => Task.FromResult(Lists.Users(_actor)), _columns);
        Count();
        Follow(Lists.AccountsChanged, ChangedAsync);
        Follow(Lists.LinksChanged, ChangedAsync);
    }

    private async Task ChangedAsync()
    {
        _actor = await Viewer.ActorAsync(); // permissions change while a tab is open
        Count();
        _live.Raise();
        StateHasChanged();
    }

    private void Count()
    {
        var all = Lists.Users(_actor!);
        var devices = all.Sum(static u => u.Account.Devices.Length);
        _facts = string.Create(CultureInfo.InvariantCulture, $"{all.Count:N0} customer {(all.Count == 1 ? "account" : "accounts")}, {devices:N0} {(devices == 1 ? "device" : "devices")}, {ByteSize.Format(all.Sum(static u => u.Account.Stored))} stored");
    }

    private async Task AddAsync()
    {
        var dialog = await Dialogs.ShowAsync<AddUserDialog>("Add user", new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false });
        if (await dialog.Result is { Canceled: false, Data: string username })
        {
            await Open(AccountRoutes.User(username));
        }
    }

    private Task Open(string address)
    {
        Navigation.NavigateTo(address);
        return Task.CompletedTask;
    }
}
