using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Profiles;
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
    private ReadProfile Read { get; set; } = default!;

    [Inject]
    private SaveProfile Save { get; set; } = default!;

    [Inject]
    private DisableUserTotp Totp { get; set; } = default!;

    [Inject]
    private AccountLists Lists { get; set; } = default!;

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
        Follow(Lists.AccountsChanged, ChangedAsync);
    }

    private async Task LoadAsync()
    {
        var by = await Viewer.ActorAsync();
        _cannot = by.Needs(Right.AccountsManage) is { Ok: false } denied ? denied.Why : null;
        var found = await Read.RunAsync(by, Username, CancellationToken.None);
        (_form, _wrong, _clash) = (found.Ok ? new ProfileForm(found.Value) : null, found.Ok ? null : found.Why, null);
        _account = Lists.User(by, Username).Value?.Account;
        _loads++; // fields that hold what is being typed begin anew
    }

    /// <summary>Somebody changed an account. This one is read again, unless there are changes here: then both are shown.</summary>
    private async Task ChangedAsync()
    {
        if (_form is not { } form || _busy || Lists.User(await Viewer.ActorAsync(), Username).Value?.Account is not { } now)
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

    private void Edited()
    {
        _wrong = null;
        StateHasChanged(); // told by a part of the tab, which draws only itself
    }

    private async Task CompareAsync()
    {
        var now = await Read.RunAsync(await Viewer.ActorAsync(), Username, CancellationToken.None);
        (_clash, _wrong) = (now.Ok ? _form!.Against(now.Value) : null, now.Ok ? null : now.Why);
    }

    private async Task ReapplyAsync()
    {
        var now = await Read.RunAsync(await Viewer.ActorAsync(), Username, CancellationToken.None);
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
        var saved = await Saving.TryAsync(async () => (await Save.RunAsync(await Viewer.ActorAsync(), Username, form.Mine, form.Hash, CancellationToken.None)).Plain);
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

    private async Task ResetAsync()
    {
        var parameters = new DialogParameters<ResetUserPasswordDialog> { { d => d.Account, Account }, { d => d.Username, Username } };
        await Dialogs.ShowAsync<ResetUserPasswordDialog>(null, parameters, new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false });
    }

    private async Task DisableTotpAsync()
    {
        var question = new ConfirmQuestion(
            $"Disable TOTP for {Username}?",
            "The password alone opens again, and the user is signed out everywhere. Only the user can set TOTP up again. Make sure that it is the user who asks for this.",
            "Disable TOTP",
            "Keep TOTP");
        if (!await question.AskAsync(Dialogs))
        {
            return;
        }

        var done = await Saving.TryAsync(async () => await Totp.RunAsync(await Viewer.ActorAsync(), Username, CancellationToken.None));
        Toasts.Add(done.Ok ? $"TOTP is disabled for {Username}." : done.Why, done.Ok ? Severity.Success : Severity.Error, o => o.RequireInteraction = !done.Ok);
    }

    private async Task LeaveAsync(LocationChangingContext context)
    {
        if (Dirty && !await new ConfirmQuestion("Leave without saving?", $"{Summary} The changes are lost when you leave.", "Leave", "Stay").AskAsync(Dialogs))
        {
            context.PreventNavigation();
        }
    }
}
