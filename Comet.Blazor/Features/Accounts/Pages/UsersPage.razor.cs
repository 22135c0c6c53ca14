using System.Globalization;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Parts;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Users.Bulk;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Parts;
using Comet.Blazor.Ui.Tables;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Pages;

/// <summary>All customer accounts (spec/01 §1).</summary>
public sealed partial class UsersPage
{
    private static readonly UserFilter Everybody = new(null, null, null);

    private static readonly TimeSpan JobsAtMostEvery = TimeSpan.FromSeconds(5); // jobs report all the time; the strips tell days

    private readonly LiveSignal _live = new();
    private IReadOnlyList<TableColumn<UserRow>> _columns = [];
    private IReadOnlyList<RowAction<UserRow>> _actions = [];
    private IReadOnlyList<BulkAction> _bulk = [];
    private IReadOnlyList<(string? Key, string Text, int Count)> _views = [];
    private IReadOnlyList<PolicyRef> _policies = [];
    private IReadOnlyList<UserGroup> _groups = [];
    private IReadOnlyList<HeadAction> _headActions = [];
    private ITableSource<UserRow>? _source;
    private UserFilter _filter = Everybody;
    private Actor? _actor;
    private bool _advanced;
    private string _facts = "";

    /// <summary>One of <see cref="UserListViews"/>.</summary>
    [SupplyParameterFromQuery(Name = "view")]
    public string? View { get; set; }

    /// <summary>Id of a policy, or <see cref="UserListViews.None"/>.</summary>
    [SupplyParameterFromQuery(Name = "policy")]
    public string? Policy { get; set; }

    /// <summary>Id of a group, or <see cref="UserListViews.None"/>.</summary>
    [SupplyParameterFromQuery(Name = "group")]
    public string? Group { get; set; }

    [Inject]
    private UserList List { get; set; } = default!;

    [Inject]
    private UsersByHand ByHand { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private IAdvancedOptions Advanced { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool MayAdd => _actor?.May(Right.AccountsManage) == true;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        foreach (var signal in List.Signals.Append(Advanced.Changed))
        {
            Follow(signal, ChangedAsync);
        }

        Follow(List.JobsChanged, JobsAtMostEvery, JobsChangedAsync);
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_source is null)
        {
            await LookAsync();
            _columns = UserColumns.All(_actor!.IsTopLevel, _actor.May(Right.JobsView));
        }

        var filter = new UserFilter(View, Policy, Group);
        if (_source is null || filter != _filter)
        {
            _filter = filter;
            _source = new ListSource<UserRow>(_ => Task.FromResult(List.Rows(_actor!, filter)), _columns);
            Count();
        }
    }

    private async Task ChangedAsync()
    {
        await LookAsync(); // permissions and the advanced options change while a tab is open
        Count();
        _live.Raise();
        StateHasChanged();
    }

    private Task JobsChangedAsync()
    {
        List.Forget();
        return ChangedAsync();
    }

    private async Task LookAsync()
    {
        (_actor, var advanced) = (await Viewer.ActorAsync(), await Advanced.AreOnAsync());
        if (_actions.Count == 0 || advanced != _advanced)
        {
            _advanced = advanced;
            _actions =
            [
                new("Open user", row => Open(AccountRoutes.User(row.Username))) { Icon = Icons.Material.Rounded.Person },
                new("Job history", row => Open(AccountRoutes.User(row.Username, "jobs"))) { Icon = Icons.Material.Rounded.WorkHistory },
                .. MayAdd ? ByHand.RowActions : [],
                .. ByHand.PageActions.Where(a => _advanced || !a.Advanced).OrderBy(static a => a.Dangerous).ThenBy(static a => a.Order).Select(Entry),
            ];
        }

        _headActions =
        [
            .. ByHand.ListActions.Where(a => _actor.May(a.Needs)).OrderBy(static a => a.Order).Select(static a => new HeadAction(a.Text, a.Icon) { Href = a.Href }),
            new("User groups", Icons.Material.Rounded.Groups) { Run = ByHand.GroupsAsync },
            .. MayAdd && advanced
                ?
                [
                    new("Bulk replace addresses", Icons.Material.Rounded.FindReplace) { Href = UsersRoutes.Replace },
                    new("Create by CSV", Icons.Material.Rounded.UploadFile) { Href = UsersRoutes.Import },
                ]
                : Array.Empty<HeadAction>(),
        ];
        if (MayAdd != _bulk.Count > 0)
        {
            _bulk = MayAdd ? ByHand.BulkActions : [];
        }
    }

    private RowAction<UserRow> Entry(UserAction action) => new(action.Text, row => ActAsync(action, row))
    {
        Icon = action.Icon,
        Dangerous = action.Dangerous,
        Visible = row => action.Visible(_actor!, row.Account.Ref),
        DisabledBecause = row => action.DisabledBecause(_actor!, row.Account.Ref),
    };

    private void Count()
    {
        var all = List.Rows(_actor!);
        (_policies, _groups) = (List.Policies(_actor!), List.Groups(_actor!));
        _views =
        [
            (null, "All", all.Count),
            .. new[] { (UserListViews.Attention, "Needs attention"), (UserListViews.Suspended, "Suspended"), (UserListViews.NoDevices, "No devices") }
                .Select(v => ((string?)v.Item1, v.Item2, all.Count(r => UserFilter.InView(r, v.Item1)))),
        ];
        var devices = all.Sum(static u => u.Account.Devices.Length);
        _facts = string.Create(CultureInfo.InvariantCulture, $"{all.Count:N0} customer {(all.Count == 1 ? "account" : "accounts")}, {devices:N0} {(devices == 1 ? "device" : "devices")}, {ByteSize.Format(all.Sum(static u => u.Account.Stored))} stored");
    }

    private async Task ActAsync(UserAction action, UserRow row)
    {
        // What ends at the list stays here; the profile page of a new user and the like is gone to.
        if (await ByHand.ActAsync(action, row.Account.Ref) is { } address && address != AccountRoutes.Users)
        {
            await Open(address);
        }
    }

    private async Task AddAsync()
    {
        if (await ByHand.AddAsync(_advanced) is { } username)
        {
            await Open(AccountRoutes.User(username));
        }
    }

    private string With(string name, string? value) =>
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { [name] = string.IsNullOrEmpty(value) ? null : value, ["page"] = null });

    private void Go(string name, string? value) => Navigation.NavigateTo(With(name, value), replace: true);

    private Task Open(string address)
    {
        Navigation.NavigateTo(address);
        return Task.CompletedTask;
    }
}
