using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Ui;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Security.Administrators.Pages;

/// <summary>One administrator: organization, ways of signing in, permissions (spec/04 §3.1).</summary>
public sealed partial class AdministratorPage
{
    private Actor? _me;
    private Administrator? _draft;
    private string _loaded = "";
    private string? _facts;
    private string? _missing;
    private string? _wrong;
    private bool _conflict;
    private bool _busy;

    /// <summary>Whose page.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    [Inject]
    private AdministratorList List { get; set; } = default!;

    [Inject]
    private ChangeAdministrator Change { get; set; } = default!;

    [Inject]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private ISnackbar Toasts { get; set; } = default!;

    private bool Dirty => _draft is not null && ChangeAdministrator.MarkOf(_draft) != _loaded;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        _me = await Viewer.ActorAsync();
        Load();
    }

    private void Load()
    {
        var found = List.One(_me!, Name);
        (_wrong, _conflict) = (null, false);
        if (found.Ok)
        {
            (_draft, _loaded, _missing) = (found.Value, ChangeAdministrator.MarkOf(found.Value), null);
            _facts = $"{SignInWords.Of(found.Value)}. {(found.Value.Name == _me!.Name ? "This is you." : "")}";
        }
        else
        {
            (_draft, _missing) = (null, found.Kind == Refusal.Missing ? found.Why : null); // what is denied is not shown at all
        }
    }

    private void Edit(Func<Administrator, Administrator> edit)
    {
        _draft = edit(_draft!);
        _wrong = null;
        StateHasChanged(); // told by a part of the page, which draws only itself
    }

    private void SetOrganization(string? id) => Edit(d => d with { OrganizationId = id?.Trim() ?? "" });

    private void SetAddresses(string? rule) => Edit(d => d with { AllowedAddresses = string.IsNullOrWhiteSpace(rule) ? null : rule.Trim() });

    private async Task SaveAsync()
    {
        if (_busy || _draft is not { } draft || !Dirty)
        {
            return;
        }

        _busy = true;
        var change = new AdministratorChange
        {
            Permissions = draft.Permissions,
            OrganizationId = draft.OrganizationId,
            AllowedAddresses = draft.AllowedAddresses ?? "",
            RequirePasswordChange = draft.RequirePasswordChange,
            AllowPassword = draft.AllowPassword,
            AllowTotp = draft.AllowTotp,
            AllowWebAuthn = draft.AllowWebAuthn,
            Expected = _loaded,
        };
        var saved = await Saving.TryAsync(async () => await Change.RunAsync(await Viewer.ActorAsync(), Name, change, await Viewer.KeyAsync()));
        _busy = false;
        if (saved.Ok)
        {
            Load();
            Toasts.Add($"The changes of {Name} are saved and hold at once.", Severity.Success);
        }
        else
        {
            (_wrong, _conflict) = (saved.Why, saved.Kind == Refusal.Conflict && List.One(_me!, Name) is { Ok: true } now && ChangeAdministrator.MarkOf(now.Value) != _loaded);
        }
    }
}
