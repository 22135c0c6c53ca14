using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Parts;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Documents;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Dialogs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace Comet.Blazor.Features.Policies.Pages;

/// <summary>The editor of a policy (mission "Policies"; spec/01 §4).</summary>
public sealed partial class PolicyPage
{
    private JsonObject? _draft;
    private JsonObject? _began;
    private MergeResult? _clash;
    private string? _hash;
    private string _title = "Policy";
    private string? _gone;
    private string? _wrong;
    private bool _dirty;
    private bool _manage;
    private bool _advanced;
    private int _users;
    private IReadOnlyList<(string Id, string Name)> _organizations = [];

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
        (_wrong, _clash, _dirty, _gone) = (null, null, false, null);
        var actor = await Viewer.ActorAsync();
        _organizations = Lists.Organizations(actor);
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

        (_draft, _began, _hash, _title, _users) = (PolicyWire.Policy(found.Value), PolicyWire.Policy(found.Value), found.Value.Hash, found.Value.Ref.Name, Lists.Users(actor, PolicyId));
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

        if (outcome.Kind == Refusal.Conflict && await ClashAsync())
        {
            return;
        }

        _wrong = outcome.Ok ? null : outcome.Why;
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

    // Shows what somebody else made of the policy meanwhile; false when it is still as this person has read it.
    private async Task<bool> ClashAsync()
    {
        var now = Lists.One(await Viewer.ActorAsync(), PolicyId);
        if (!now.Ok || now.Value.Hash == _hash)
        {
            return false;
        }

        var theirs = PolicyWire.Policy(now.Value);
        foreach (var document in new[] { _began!, _draft! })
        {
            document["ModifiedDate"] = theirs["ModifiedDate"]?.DeepClone(); // the server's own
        }

        (_clash, _began, _hash, _wrong) = (DocumentMerge.Of(_began!, theirs, _draft!), theirs, now.Value.Hash, null);
        return true;
    }

    private void Reapply() => (_draft, _clash) = (_clash!.Merged, null);

    private string Words(string path) => PolicyWords.Of(path, _began!, _draft!);

    private async Task LeaveAsync(LocationChangingContext context)
    {
        if (_dirty && !await new ConfirmQuestion("Leave without saving?", "The changes of this policy are lost when you leave.", "Leave", "Stay").AskAsync(Dialogs))
        {
            context.PreventNavigation();
        }
    }
}
