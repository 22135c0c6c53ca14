using System.Globalization;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Wire;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Pages;

/// <summary>The editor of a Storage Vault (spec/01 §6).</summary>
public sealed partial class VaultPage
{
    private AccountId _account = default!;
    private VaultView? _view;
    private VaultDraft _draft = default!;
    private IReadOnlyList<(string Id, string Name)> _devices = [];
    private string _title = "Storage Vault";
    private string? _gone;
    private string? _wrong;
    private bool _stale;
    private bool _dirty;
    private bool _busy;

    /// <summary>The account's name.</summary>
    [Parameter]
    public required string Username { get; set; }

    /// <summary>The vault; "new" for a new one.</summary>
    [Parameter]
    public required string VaultId { get; set; }

    [Inject]
    private ReadVault Read { get; set; } = default!;

    [Inject]
    private SaveVault Save { get; set; } = default!;

    [Inject]
    private AccountLists Lists { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ISnackbar Toasts { get; set; } = default!;

    private bool IsNew => VaultId == "new";

    private Crumb[] Crumbs => [new("Users", AccountRoutes.Users), new(Username, AccountRoutes.User(Username)), new("Storage Vaults", AccountRoutes.User(Username, "vaults"))];

    private string? NotUsable => _draft.Unusable ?? (IsNew ? _view!.Policy.NoType(_draft.Type) : null);

    private bool Describable => !IsNew || (VaultTypes.Reason(_draft.Type) ?? _view!.Policy.NoType(_draft.Type)) is null;

    private string? Problem =>
        (IsNew ? _view!.Policy.NoAddByHand ?? NotUsable : _view!.Policy.NoEdit ?? (_view.Draft.Unusable is null ? NotUsable : null))
        ?? (_draft.Check() is { Ok: false } wrong ? wrong.Why : null);

    private bool Moved => !IsNew && _view!.Initialised > 0 && VaultFields.Of(_draft.Type).Any(f => f is { IsSecret: false, Required: true } && _view.Draft.Field(f.Path) != _draft.Field(f.Path));

    /// <inheritdoc />
    protected override Task OnParametersSetAsync() => LoadAsync();

    private static string Text(ChangeEventArgs e) => e.Value as string ?? "";

    private void Change(VaultDraft draft)
    {
        _draft = draft;
        _dirty = true;
    }

    private void ChooseType(ChangeEventArgs e)
    {
        if (int.TryParse(Text(e), CultureInfo.InvariantCulture, out var type))
        {
            Change(VaultDraft.New(type, _draft.Retention) with { Description = _draft.Description, Limit = _draft.Limit, Devices = _draft.Devices, Rebrand = _draft.Rebrand });
        }
    }

    private void Associate(string device, bool on) => Change(_draft with { Devices = on ? _draft.Devices.Add(device) : _draft.Devices.Remove(device) });

    private async Task LoadAsync()
    {
        (_wrong, _stale, _dirty) = (null, false, false);
        var actor = await Viewer.ActorAsync();
        var found = await Read.RunAsync(actor, Username, IsNew ? null : VaultId, CancellationToken.None);
        if (!found.Ok || Lists.User(actor, Username) is not { Ok: true } user)
        {
            _gone = found.Ok ? $"There is no user named {Username}." : found.Why;
            return;
        }

        (_view, _draft, _account) = (found.Value, found.Value.Draft, user.Value.Account.Id);
        var devices = user.Value.Account.Devices;
        _devices = [.. devices.Select(static d => (d.Id, d.Name)), .. _draft.Devices.Where(id => devices.All(d => d.Id != id)).Select(static id => (id, $"{id} (revoked)"))];
        _title = IsNew ? "New Storage Vault" : _draft.Description.Length > 0 ? _draft.Description : VaultId;
    }

    private async Task SaveAsync()
    {
        if (_busy || Problem is not null)
        {
            return;
        }

        (_busy, _wrong) = (true, null);
        try
        {
            // A new vault changes nothing that somebody else could have changed meanwhile.
            var saved = await Save.RunAsync(await Viewer.ActorAsync(), Username, IsNew ? null : VaultId, _draft, IsNew ? null : _view!.Hash, CancellationToken.None);
            if (saved.Ok)
            {
                _dirty = false;
                Toasts.Add($"{_draft.Description.Trim()} was saved.", Severity.Success);
                Navigation.NavigateTo(AccountRoutes.User(Username, "vaults"));
            }

            _wrong = saved.Ok ? null : saved.Why;
            _stale = saved.Kind == Refusal.Conflict;
        }
        catch (IOException ex)
        {
            _wrong = ex.Message; // the store says what to do, such as freeing space on the disk
        }
        finally
        {
            _busy = false;
        }
    }
}
