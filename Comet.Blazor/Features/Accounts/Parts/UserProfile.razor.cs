using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Documents;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Dialogs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Parts;

/// <summary>The Profile tab of a user (spec/01 §2.1): every field, a bar that names what is not saved, and a way out when two people edit at once.</summary>
public sealed partial class UserProfile
{
    private ProfileForm? _form;
    private AccountEntry? _account;
    private MergeResult? _clash;
    private IReadOnlyList<UserGroup> _groups = [];
    private string? _cannot;
    private string? _wrong;
    private int _loads;
    private bool _busy;

    /// <summary>The account.</summary>
    [Parameter]
    [EditorRequired]
    public required AccountId Account { get; set; }

    /// <summary>Its name.</summary>
    [Parameter]
    [EditorRequired]
    public required string Username { get; set; }

    [Inject]
    private ProfileDesk Desk { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Toasts { get; set; } = default!;

    private bool Dirty => _form?.Changes.Count > 0;

    private string Summary => _form!.Changes.Select(static f => f.Label).ToArray() switch
    {
        [var one] => $"Not saved: {one}.",
        [.. var some, var last] => $"Not saved: {string.Join(", ", some)} and {last}.",
        [] => "",
    };

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await LoadAsync();
        Follow(Desk.Changed, ChangedAsync);
        Follow(Desk.GroupsChanged, GroupsChangedAsync);
    }

    private async Task LoadAsync()
    {
        var by = await Viewer.ActorAsync();
        _cannot = by.Needs(Right.AccountsManage) is { Ok: false } denied ? denied.Why : null;
        var found = await Desk.ReadAsync(by, Username);
        (_form, _wrong, _clash) = (found.Ok ? new ProfileForm(found.Value) : null, found.Ok ? null : found.Why, null);
        _account = Desk.Now(by, Username);
        _groups = Desk.Groups(by, _account?.Ref.OrganizationId ?? "");
        _loads++; // fields that hold what is being typed begin anew
    }

    /// <summary>Somebody changed an account. This one is read again, unless there are changes here: then both are shown.</summary>
    private async Task ChangedAsync()
    {
        if (_form is not { } form || _busy || Desk.Now(await Viewer.ActorAsync(), Username) is not { } now)
        {
            return;
        }

        _account = now; // figures of finished jobs
        if (now.Hash != form.Hash)
        {
            await (Dirty ? CompareAsync() : LoadAsync());
        }

        StateHasChanged();
    }

    private async Task GroupsChangedAsync()
    {
        _groups = Desk.Groups(await Viewer.ActorAsync(), _account?.Ref.OrganizationId ?? "");
        StateHasChanged();
    }

    // A group goes by its name, not by its id.
    private string Shown(string path, string json)
    {
        var text = ProfileFields.Shown(path, json);
        return path == "GroupID" && _groups.FirstOrDefault(g => g.Id == text) is { } group ? group.Name : text;
    }

    private void Edited()
    {
        _wrong = null;
        StateHasChanged(); // told by a part of the tab, which draws only itself
    }

    private async Task CompareAsync()
    {
        var now = await Desk.ReadAsync(await Viewer.ActorAsync(), Username);
        (_clash, _wrong) = (now.Ok ? _form!.Against(now.Value) : null, now.Ok ? null : now.Why);
    }

    private async Task ReapplyAsync()
    {
        var now = await Desk.ReadAsync(await Viewer.ActorAsync(), Username);
        if (now.Ok)
        {
            _form!.Rebase(now.Value);
            _loads++;
        }

        (_clash, _wrong) = (null, now.Ok ? null : now.Why);
    }

    private async Task SaveAsync()
    {
        if (_busy || _form is not { IsValid: true } form || !Dirty || _clash is not null)
        {
            return;
        }

        (_busy, _wrong) = (true, null);
        var saved = await Desk.SaveAsync(await Viewer.ActorAsync(), Username, form);
        _busy = false;
        if (saved.Ok)
        {
            await LoadAsync();
            Toasts.Add($"The changes of {Username} are saved.", Severity.Success);
        }
        else if (saved.Kind == Refusal.Conflict)
        {
            await CompareAsync();
        }
        else
        {
            _wrong = saved.Why;
        }
    }

    private async Task LeaveAsync(LocationChangingContext context)
    {
        if (Dirty && !await new ConfirmQuestion("Leave without saving?", $"{Summary} The changes are lost when you leave.", "Leave", "Stay").AskAsync(Dialogs))
        {
            context.PreventNavigation();
        }
    }
}
