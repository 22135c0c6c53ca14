using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Parts;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Policies.Pages;

/// <summary>The editor of a policy (mission "Policies"; spec/01 §4).</summary>
public sealed partial class PolicyPage
{
    private JsonObject? _draft;
    private string? _hash;
    private string _title = "Policy";
    private string? _gone;
    private string? _wrong;
    private bool _stale;
    private bool _dirty;
    private bool _manage;
    private bool _advanced;
    private int _users;

    /// <summary>The policy; "new" for a new one.</summary>
    [Parameter]
    public required string PolicyId { get; set; }

    [Inject]
    private PolicyLists Lists { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private IAdvancedOptions Advanced { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private static Crumb[] Crumbs => [new("Policies", PolicyRoutes.Policies)];

    private bool IsNew => PolicyId == "new";

    private JsonObject Policy => _draft!.MapForWrite("Policy");

    private string Users => string.Create(CultureInfo.InvariantCulture, $"{_users:N0} {(_users == 1 ? "user" : "users")}");

    /// <inheritdoc />
    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        (_wrong, _stale, _dirty, _gone) = (null, false, false, null);
        var actor = await Viewer.ActorAsync();
        (_manage, _advanced) = (actor.May(Right.AccountsManage), await Advanced.AreOnAsync() && actor.May(Right.AccountsManage));
        if (IsNew)
        {
            (_draft, _hash, _title) = (PolicyDocument.New("", actor.OrganizationId), null, "New policy");
            return;
        }

        var found = Lists.One(actor, PolicyId);
        if (!found.Ok)
        {
            (_draft, _gone) = (null, found.Why);
            return;
        }

        (_draft, _hash, _title, _users) = (PolicyWire.Policy(found.Value), found.Value.Hash, found.Value.Ref.Name, Lists.Users(actor, PolicyId));
    }

    private void Set(string field, JsonNode value)
    {
        _draft![field] = value;
        Touched();
    }

    private void Touched() => _dirty = true;

    private async Task RawAsync()
    {
        if (await RawPolicyDialog.ShowAsync(Dialogs, _draft!) is { } edited)
        {
            _draft = edited;
            Touched();
        }
    }

    private async Task SaveAsync()
    {
        if (PolicyShape.Check(_draft!) is { Ok: false } wrong)
        {
            _wrong = wrong.Why;
            return;
        }

        var saved = await SavePolicyDialog.ShowAsync(Dialogs, IsNew ? null : PolicyId, _draft!, _hash);
        if (saved is not { } outcome)
        {
            return;
        }

        (_wrong, _stale) = (outcome.Ok ? null : outcome.Why, outcome.Kind == Refusal.Conflict);
        if (!outcome.Ok)
        {
            return;
        }

        _dirty = false;
        if (IsNew)
        {
            Navigation.NavigateTo(PolicyRoutes.Policy(outcome.Value.Id));
            return;
        }

        await LoadAsync();
    }
}
