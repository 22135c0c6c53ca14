using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Parts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users.Deletion;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Users.Bulk;

/// <summary>What a person does with users of the list, one or many. One per browser tab.</summary>
/// <param name="list">Policies and groups to choose from.</param>
/// <param name="suspend">Suspends.</param>
/// <param name="assign">Assigns a policy.</param>
/// <param name="move">Moves to a group.</param>
/// <param name="reports">Switches reports.</param>
/// <param name="delete">Deletes.</param>
/// <param name="actions">What the user's page offers.</param>
/// <param name="listActions">What features offer above the list.</param>
/// <param name="followers">Tell what a policy would do to users.</param>
/// <param name="viewer">The person.</param>
/// <param name="dialogs">Asks.</param>
public sealed class UsersByHand(
    UserList list, SuspendUser suspend, AssignPolicy assign, MoveToGroup move, SetEmailReports reports, DeleteUser delete, IEnumerable<UserAction> actions, IEnumerable<UsersPageAction> listActions, IPolicyFollowers followers, IViewer viewer, IDialogService dialogs)
{
    private static readonly DialogOptions Wide = new() { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false, CloseOnEscapeKey = false };

    /// <summary>What the page of a user offers.</summary>
    public IEnumerable<UserAction> PageActions => actions;

    /// <summary>What features offer above the list.</summary>
    public IEnumerable<UsersPageAction> ListActions => listActions;

    /// <summary>What can be done with ticked users.</summary>
    public IReadOnlyList<BulkAction> BulkActions =>
    [
        new("Assign policy", PolicyAsync) { Icon = Icons.Material.Rounded.Policy },
        new("Move to group", GroupAsync) { Icon = Icons.Material.Rounded.Groups },
        new("Email reports", ReportsAsync) { Icon = Icons.Material.Rounded.Mail },
        new("Suspend", keys => SuspendAsync(keys, true)) { Icon = Icons.Material.Rounded.Block },
        new("Unsuspend", keys => SuspendAsync(keys, false)) { Icon = Icons.Material.Rounded.CheckCircle },
        new("Delete", DeleteAsync) { Icon = Icons.Material.Rounded.Delete, Dangerous = true },
    ];

    /// <summary>What can be done with one user of the list, besides what its own page offers.</summary>
    public IReadOnlyList<RowAction<UserRow>> RowActions =>
    [
        new("Assign policy…", row => PolicyAsync([row.Account.Id.Value])) { Icon = Icons.Material.Rounded.Policy },
        new("Move to group…", row => GroupAsync([row.Account.Id.Value])) { Icon = Icons.Material.Rounded.Groups },
    ];

    /// <summary>Opens the dialog of an action of the user's page; answers the address to go to, or null.</summary>
    public async Task<string?> ActAsync(UserAction action, AccountRef user)
    {
        if (action.Dialog is not { } component)
        {
            return action.Address?.Invoke(user.Username);
        }

        var parameters = new DialogParameters { { UserTab.Account, user.Id }, { UserTab.Username, user.Username } };
        var dialog = await dialogs.ShowAsync(component, null, parameters, new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false, CloseOnEscapeKey = true });
        return await dialog.Result is { Canceled: false, Data: string address } ? address : null;
    }

    /// <summary>Asks for a new user; answers its name, or null.</summary>
    /// <param name="advanced">Offers to create several from a CSV file.</param>
    public async Task<string?> AddAsync(bool advanced)
    {
        var parameters = new DialogParameters<AddUserDialog> { { d => d.Advanced, advanced } };
        var dialog = await dialogs.ShowAsync<AddUserDialog>("Add user", parameters, new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false });
        return await dialog.Result is { Canceled: false, Data: string username } ? username : null;
    }

    /// <summary>Shows the groups.</summary>
    public async Task GroupsAsync()
    {
        var dialog = await dialogs.ShowAsync<UserGroupsDialog>("User groups", Wide);
        await dialog.Result;
    }

    private static string Users(int n) => Words.Count(n, "user");

    private static IReadOnlyCollection<AccountId> Ids(IReadOnlyCollection<string> keys) => [.. keys.Select(static k => new AccountId(k))];

    private async Task<string?> PolicyAsync(IReadOnlyCollection<string> keys)
    {
        var by = await viewer.ActorAsync();
        IEnumerable<(string, string)> none = by.Limits.AllowsPolicy("") ? [("", "No policy: users keep what the last one said, and may be changed one by one")] : [];
        return await AskAsync(new BulkTask(
            $"Assign a policy to {Users(keys.Count)}", "The users follow the policy from now on, also when it is changed. Connected devices are told at once.", "Assign policy", "follow the policy", Ids(keys), assign.RunAsync)
        {
            Choose = ("Policy", [.. list.Policies(by).Select(static p => (p.Id, p.Name)), .. none]),
            Preview = async (who, id, ct) => list.Policies(who).FirstOrDefault(p => p.Id == id) is { } policy
                ? string.Join(" ", (await followers.PreviewAsync(Ids(keys), id, policy.Policy.Root, ct)).Overrides) : "",
        });
    }

    private async Task<string?> GroupAsync(IReadOnlyCollection<string> keys)
    {
        var by = await viewer.ActorAsync();
        return await AskAsync(new BulkTask(
            $"Move {Users(keys.Count)} to a group", "A user is in one group at most. Groups sort users for administrators; customers and devices do not see them.", "Move users", "moved", Ids(keys), move.RunAsync)
        {
            Choose = ("Group", [.. list.Groups(by).Select(static g => (g.Id, g.Name)), ("", "No group")]),
        });
    }

    private Task<string?> ReportsAsync(IReadOnlyCollection<string> keys) => AskAsync(new BulkTask(
        $"Email reports of {Users(keys.Count)}", "The addresses and the kinds of reports stay as they are.", "Save", "changed", Ids(keys), (by, name, choice, ct) => reports.RunAsync(by, name, choice == "on", ct))
    {
        Choose = ("Send email reports", [("on", "On"), ("off", "Off")]),
    });

    private Task<string?> SuspendAsync(IReadOnlyCollection<string> keys, bool on) => AskAsync(on
        ? new BulkTask(
            $"Suspend {Users(keys.Count)}?", "Nobody signs in as these users, their devices are disconnected, no backup runs and no reports are sent. Backups, profiles and job history stay.",
            "Suspend users", "suspended", Ids(keys), (by, name, _, ct) => suspend.RunAsync(by, name, true, ct)) { Dangerous = true }
        : new BulkTask(
            $"Lift the suspension of {Users(keys.Count)}?", "They can sign in again, and their devices come back by themselves within minutes.",
            "Lift suspension", "no longer suspended", Ids(keys), (by, name, _, ct) => suspend.RunAsync(by, name, false, ct)));

    private async Task<string?> DeleteAsync(IReadOnlyCollection<string> keys)
    {
        var chosen = keys.ToHashSet(StringComparer.Ordinal);
        var rows = list.Rows(await viewer.ActorAsync()).Where(r => chosen.Contains(r.Account.Id.Value)).ToList();
        var text = $"With them go {Words.Count(rows.Sum(static r => r.Account.Devices.Length), "device")}, {Words.Count(rows.Sum(static r => r.Account.Items.Length), "Protected Item")}, their whole job history and "
            + $"{Words.Count(rows.Sum(static r => r.Account.Vaults.Length), "Storage Vault")} with {ByteSize.Format(rows.Sum(static r => r.Account.Stored))} of backups. The buckets stay, but nobody can read them any more: their keys are in the profiles. This can't be undone.";
        return await AskAsync(new BulkTask($"Delete {Users(keys.Count)}?", text, "Delete users", "deleted", Ids(keys), async (by, name, _, ct) => (await delete.RunAsync(by, name, null, ct)).Plain)
        {
            Dangerous = true,
            TypeToConfirm = $"delete {Users(keys.Count)}",
        });
    }

    private async Task<string?> AskAsync(BulkTask task)
    {
        var dialog = await dialogs.ShowAsync<BulkDialog>(task.Title, new DialogParameters<BulkDialog> { { d => d.Job, task } }, Wide);
        return await dialog.Result is { Canceled: false, Data: string summary } ? summary : null;
    }
}
