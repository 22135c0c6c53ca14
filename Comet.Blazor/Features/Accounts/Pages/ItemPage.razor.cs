using Comet.Blazor.Features.Accounts.Items.Editor;
using Comet.Blazor.Features.Accounts.Items.Forms;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Documents;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Dialogs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Pages;

/// <summary>The editor of a Protected Item of any type with its backup rules (spec/01 §5).</summary>
public sealed partial class ItemPage
{
    private ItemEditing? _editing;
    private EditorPlace? _place;
    private MergeResult? _clash;
    private string _title = "Protected Item";
    private string? _gone;
    private string? _wrong;
    private int _loads;
    private bool _busy;
    private bool _left;
    private (string User, string Item) _shown;

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
    private ItemDesk Desk { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Toasts { get; set; } = default!;

    private bool IsNew => ItemId == "new";

    private Crumb[] Crumbs => [new("Users", AccountRoutes.Users), new(Username, AccountRoutes.User(Username)), new("Protected Items", AccountRoutes.User(Username, "items"))];

    private bool Dirty => !_left && _editing?.IsChanged == true;

    private IReadOnlyList<string> Problems => _editing!.Devices.Count == 0 ? ["This user has no device yet. Connect one first."] : _editing.Form.Problems(_place!.Os);

    private bool CanSave => _clash is null && _editing!.Prevented is null && Problems.Count == 0 && (IsNew || Dirty);

    private string Summary => _clash is not null ? "Decide first what becomes of the other person's changes." : _editing!.Prevented ?? (Problems.Count > 0 ? Problems[0] : Dirty ? "Not saved yet." : "Nothing to save.");

    private string? CannotRun =>
        Problems.Count > 0 ? Problems[0]
        : (IsNew || Dirty) && _editing!.Prevented is { } prevented ? prevented
        : _editing!.Device is not { Online: true } ? $"{_place!.DeviceName} is offline."
        : Vault is null ? "No Storage Vault serves this device."
        : _clash is not null ? Summary
        : null;

    /// <summary>The vault of the first rule, else the first that serves the device.</summary>
    private string? Vault => _editing!.Form.Rules.Select(static r => r.VaultId).Concat(_place!.Vaults.Select(static v => v.Id)).FirstOrDefault(static v => v.Length > 0);

    /// <inheritdoc />
    protected override void OnInitialized() => Follow(Desk.LinksChanged, RefreshDevicesAsync);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_shown != (Username, ItemId))
        {
            _shown = (Username, ItemId); // after a paste the address of one item follows that of another
            await LoadAsync();
        }
    }

    private async Task LoadAsync()
    {
        var actor = await Desk.ActorAsync();
        var opened = IsNew ? await Desk.NewAsync(actor, Username, Device) : await Desk.OpenAsync(actor, Username, ItemId);
        (_editing, _gone, _wrong, _clash) = (opened.Value, opened.Ok ? null : opened.Why, null, null);
        _title = IsNew ? "New Protected Item" : _editing?.Form.Name ?? "Protected Item";
        _loads++; // fields that hold what is being typed begin anew
        Edited();
    }

    private async Task RefreshDevicesAsync()
    {
        if (_editing is { } editing)
        {
            Desk.Refresh(await Desk.ActorAsync(), editing);
            Edited();
        }
    }

    private void Edited()
    {
        _place = _editing is { } editing ? Desk.Place(editing) : null;
        StateHasChanged(); // told by a part of the page, which draws only itself
    }

    private void Change(Action<ItemForm> change)
    {
        change(_editing!.Form);
        Edited();
    }

    private void AddRule()
    {
        var rule = RuleForm.New(_place!.Vaults.Count > 0 ? _place.Vaults[0].Id : "", _place.Policy);
        rule.Add(ScheduleForm.New());
        Change(f => f.Add(rule));
    }

    private async Task SaveAsync(bool run)
    {
        if (_busy || _editing is not { } editing || (run ? CannotRun is not null : !CanSave))
        {
            return;
        }

        (_busy, _wrong) = (true, null);
        try
        {
            var by = await Desk.ActorAsync();
            var saved = Dirty || IsNew ? await SaveAsync(by, editing) : Outcome.Done;
            if (!saved.Ok)
            {
                _wrong = _clash is null ? saved.Why : null;
                return;
            }

            _left = true;
            Toasts.Add($"{editing.Form.Name.Trim()} was saved.", Severity.Success);
            var job = run ? await Desk.RunAsync(by, Username, editing, Vault!) : "";
            if (!job.Ok)
            {
                Toasts.Add($"It was saved, but it does not run: {job.Why}", Severity.Error, static o => o.RequireInteraction = true);
            }

            Navigation.NavigateTo(run && job.Ok ? JobRoutes.Job(job.Value!) : AccountRoutes.User(Username, "items"));
        }
        finally
        {
            _busy = false;
        }
    }

    // A change elsewhere in the profile does not concern this item: then the save is made again on the new state.
    private async Task<Outcome> SaveAsync(Actor by, ItemEditing editing)
    {
        for (var tries = 0; ; tries++)
        {
            var saved = await Desk.SaveAsync(by, Username, editing);
            if (saved.Kind != Refusal.Conflict || IsNew)
            {
                return saved;
            }

            var now = await Desk.ReadAsync(by, Username, ItemId);
            if (!now.Ok)
            {
                return now.Plain;
            }

            var merge = editing.Against(now.Value);
            if (tries == 3 || merge.Lines.Any(static l => l.Side is not MergeSide.Mine && !l.Path.Contains(".Statistics.", StringComparison.Ordinal)))
            {
                _clash = merge;
                return saved;
            }

            editing.Rebase(now.Value);
        }
    }

    private async Task ReapplyAsync()
    {
        var now = await Desk.ReadAsync(await Desk.ActorAsync(), Username, ItemId);
        if (now.Ok)
        {
            _editing!.Rebase(now.Value);
        }

        (_clash, _wrong) = (null, now.Ok ? null : now.Why);
        _loads++;
        Edited();
    }

    private async Task LeaveAsync(LocationChangingContext context)
    {
        if (Dirty && !await new ConfirmQuestion("Leave without saving?", "The changes of this Protected Item are lost when you leave.", "Leave", "Stay").AskAsync(Dialogs))
        {
            context.PreventNavigation();
        }
    }
}
