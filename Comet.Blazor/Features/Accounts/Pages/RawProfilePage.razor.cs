using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Documents;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Dialogs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Pages;

/// <summary>
/// The profile as text (spec/01 §11): anybody who may see the user may read and copy it; with Advanced Options it can be edited, is checked and compared
/// before it is saved, and is saved only onto the state that it was read from.
/// </summary>
public sealed partial class RawProfilePage
{
    private JsonEditor? _editor;
    private ProfileView? _view;
    private string _text = "";
    private JsonObject? _checked;
    private IReadOnlyList<AuditDifference>? _differences;
    private MergeResult? _clash;
    private TextProblem? _wrong;
    private string? _cannot;
    private string? _missing;
    private string? _shown;
    private bool _busy;

    /// <summary>The account's name.</summary>
    [Parameter]
    public required string Username { get; set; }

    [Inject]
    private ProfileDesk Desk { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private IAdvancedOptions Advanced { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Toasts { get; set; } = default!;

    private IReadOnlyList<Crumb> Way => [new("Users", AccountRoutes.Users), new(Username, AccountRoutes.User(Username))];

    private bool MayEdit => _cannot is null;

    /// <inheritdoc />
    protected override void OnInitialized() => Follow(Advanced.Changed, TimeSpan.FromMilliseconds(50), async () =>
    {
        _cannot = await WhyNotAsync();
        StateHasChanged();
    });

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_shown != Username)
        {
            _shown = Username;
            await LoadAsync();
        }
    }

    private async Task<string?> WhyNotAsync() =>
        (await Viewer.ActorAsync()).Needs(Right.AccountsManage) is { Ok: false } denied ? denied.Why
        : await Advanced.AreOnAsync() ? null
        : "To edit this text, turn on Advanced Options in the user menu.";

    private async Task LoadAsync()
    {
        _cannot = await WhyNotAsync();
        var found = await Desk.ReadAsync(await Viewer.ActorAsync(), Username);
        (_view, _missing) = (found.Value, found.Ok ? null : found.Why);
        Back();
        _clash = null;
        Show(found.Value?.Document.Root);
    }

    // Another text with the same content is a new text: the field begins anew with it.
    private void Show(JsonObject? profile) => _text = profile is null ? "" : JsonText.Write(profile) + (_text.EndsWith('\n') ? "" : "\n");

    private void Back() => (_differences, _checked, _wrong) = (null, null, null);

    private Task NextAsync() => _busy || !MayEdit || _clash is not null ? Task.CompletedTask : _checked is { } profile ? SaveAsync(profile) : CheckAsync();

    private async Task CheckAsync()
    {
        (_busy, _wrong) = (true, null);
        try
        {
            var text = await _editor!.TextAsync();
            var profile = await Task.Run(() => JsonText.Read(text, "A profile", ProfileShape.Check, out _wrong));
            if (profile is null)
            {
                return;
            }

            var preview = await Desk.PreviewAsync(await Viewer.ActorAsync(), Username, profile, _view!.Hash);
            if (preview.Ok)
            {
                (_differences, _checked) = (preview.Value, profile);
            }
            else
            {
                await RefusedAsync(preview.Plain, profile);
            }
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task SaveAsync(JsonObject profile)
    {
        (_busy, _wrong) = (true, null);
        var saved = await Desk.SaveAsync(await Viewer.ActorAsync(), Username, profile, _view!.Hash);
        _busy = false;
        if (saved.Ok)
        {
            await LoadAsync();
            Toasts.Add($"The profile of {Username} is saved.", Severity.Success);
        }
        else
        {
            Back();
            await RefusedAsync(saved, profile);
        }
    }

    private async Task RefusedAsync(Outcome refused, JsonObject mine)
    {
        var now = refused.Kind == Refusal.Conflict ? await Desk.ReadAsync(await Viewer.ActorAsync(), Username) : refused;
        if (now.Ok && now.Value.Hash != _view!.Hash)
        {
            (_clash, _view) = (DocumentMerge.Of(_view.Document.Root, now.Value.Document.Root, mine), now.Value);
        }
        else
        {
            _wrong = new TextProblem(now.Ok ? refused.Why : now.Why);
        }
    }

    private void ReapplyAsync()
    {
        Show(_clash!.Merged);
        _clash = null;
    }

    // What is typed stays in the browser until it is checked, so it is asked for.
    private async Task LeaveAsync(LocationChangingContext context)
    {
        if (MayEdit && _editor is not null && (_differences is { Count: > 0 } || Lines(await _editor.TextAsync()) != Lines(_text))
            && !await new ConfirmQuestion("Leave without saving?", $"What you have changed in the profile of {Username} is lost when you leave.", "Leave", "Stay").AskAsync(Dialogs))
        {
            context.PreventNavigation();
        }
    }

    private static string Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');

    private async Task CopyAsync()
    {
        var done = await _editor!.CopyAsync();
        Toasts.Add(done ? "The profile is in the clipboard." : "The browser keeps its clipboard from this page. The text is marked: copy it with Ctrl+C.", done ? Severity.Success : Severity.Info);
    }
}
