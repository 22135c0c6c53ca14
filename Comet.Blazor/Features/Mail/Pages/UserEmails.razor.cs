using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Documents;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Dialogs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace Comet.Blazor.Features.Mail.Pages;

/// <summary>Email reporting of a user (spec/01 §7): addresses, and the reports of each with where they come from.</summary>
public sealed partial class UserEmails
{
    private EmailsForm? _form;
    private MergeResult? _clash;
    private bool _may;
    private bool _busy;
    private bool _saved;
    private bool _previewed;
    private string? _new;
    private string? _problem;
    private string? _wrong;
    private string? _wrongAddress;
    private string? _off;

    /// <summary>The account.</summary>
    [Parameter]
    [EditorRequired]
    public required AccountId Account { get; set; }

    /// <summary>Its name.</summary>
    [Parameter]
    [EditorRequired]
    public required string Username { get; set; }

    /// <summary>Given: the first report is shown as it would be sent now.</summary>
    [SupplyParameterFromQuery(Name = "preview")]
    public string? Preview { get; set; }

    [Inject]
    private IAccountEmails Emails { get; set; } = default!;

    [Inject]
    private IJobSearch Jobs { get; set; } = default!;

    [Inject]
    private MailSettings Settings { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    private bool Dirty => _form?.IsDirty ?? false;

    private TimeZoneInfo Zone => ReportScope.ZoneOf(_form?.Began.Settings.TimeZone ?? "");

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        await LoadAsync();
        Follow(Emails.Changed, ChangedAsync);
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Preview is null || _previewed || _form is null || !_may)
        {
            _previewed &= Preview is not null; // the person went on: asked again, it is shown again
            return;
        }

        _previewed = true; // before anything is awaited: each rendering comes here
        if (_form.Addresses.Find(a => Effective(a).Count > 0) is { } first)
        {
            await EditAsync(first, 0, previews: true);
        }
    }

    private async Task LoadAsync()
    {
        var actor = await Viewer.ActorAsync();
        var read = await Emails.ReadAsync(actor, Username, Closing);
        (_problem, _wrong, _saved, _clash) = (read.Ok ? null : read.Why, null, false, null);
        _may = actor.May(Right.AccountsManage);
        try
        {
            _off = Settings.Stored.WhyOff;
        }
        catch (InvalidDataException ex)
        {
            _off = ex.Message;
        }

        _form = read.Ok ? new EmailsForm(read.Value) : null;
    }

    /// <summary>Somebody changed an account. This one is read again, unless there are changes here: then both are shown.</summary>
    private async Task ChangedAsync()
    {
        if (_form is not { } form || _busy || await Emails.ReadAsync(await Viewer.ActorAsync(), Username, Closing) is not { Ok: true, Value: { } now } || now.Hash == form.Began.Hash)
        {
            return;
        }

        if (Dirty && form.IsOutdatedBy(now))
        {
            _clash = form.Against(now);
        }
        else
        {
            form.Rebase(now); // something else of the profile, or nothing to lose here
        }

        StateHasChanged();
    }

    private async Task CompareAsync()
    {
        var now = await Emails.ReadAsync(await Viewer.ActorAsync(), Username, Closing);
        (_clash, _wrong) = (now.Ok ? _form!.Against(now.Value) : null, now.Ok ? null : now.Why);
    }

    private async Task ReapplyAsync()
    {
        var now = await Emails.ReadAsync(await Viewer.ActorAsync(), Username, Closing);
        if (now.Ok)
        {
            _form!.Rebase(now.Value);
        }

        (_clash, _wrong) = (null, now.Ok ? null : now.Why);
    }

    private void Change(Action change)
    {
        change();
        (_saved, _wrong) = (false, null);
    }

    private void AddAddress()
    {
        var address = _new?.Trim() ?? "";
        var check = MailText.CheckAddress(address);
        _wrongAddress = !check.Ok ? check.Why : _form!.Addresses.Any(a => string.Equals(a.Address, address, StringComparison.OrdinalIgnoreCase)) ? "The user has this address already." : null;
        if (_wrongAddress is null)
        {
            Change(() => _form!.Addresses.Add(new AddressForm(address)));
            _new = "";
        }
    }

    private List<JsonObject> Effective(AddressForm address) => address.Own ?? [.. Default().OfType<JsonObject>()];

    private JsonArray Default() => _form!.Began.Settings.PolicyReports.Length > 0 ? JsonNode.Parse(_form!.Began.Settings.PolicyReports) as JsonArray ?? [] : [ReportConfig.BuiltInJson()];

    private string Source(AddressForm address) => address.Own switch
    {
        { Count: 0 } => "This address has its own list, which is empty: it gets no reports.",
        not null => "These reports are set up for this address.",
        null when _form!.Began.Settings.PolicyReports.Length > 0 => Default().Count == 0 ? "The user's policy sends no reports." : "These reports come from the user's policy. Adding one here gives the address a list of its own instead.",
        _ => "The built-in default: a message after each backup that did not succeed. Adding a report here gives the address a list of its own instead.",
    };

    private async Task EditAsync(AddressForm address, int index, bool previews = false)
    {
        var report = index < 0 ? ReportForm.New(ReportType.Summary) : Effective(address)[index];
        if (index < 0)
        {
            report["SummaryFrequency"] = new JsonArray(new TimeForm().ToJson());
        }

        var parameters = new DialogParameters<ReportDialog>
        {
            { d => d.Username, Username }, { d => d.Address, address.Address }, { d => d.Zone, Zone }, { d => d.Report, (JsonObject)report.DeepClone() },
            { d => d.AtOnce, previews },
        };
        var dialog = await Dialogs.ShowAsync<ReportDialog>("Report", parameters, new DialogOptions { FullWidth = true, MaxWidth = MaxWidth.Medium });
        if (await dialog.Result is { Canceled: false, Data: JsonObject edited } && (index < 0 || !JsonNode.DeepEquals(edited, report)))
        {
            Change(() => Put(address.Address, index, edited));
            StateHasChanged();
        }
    }

    // While the dialog was open somebody else may have changed the list below it.
    private void Put(string name, int index, JsonObject edited)
    {
        if (_form?.Addresses.FirstOrDefault(a => a.Address == name) is not { } address)
        {
            _form?.Addresses.Add(new AddressForm(name) { Own = [edited] });
        }
        else if (index < 0)
        {
            (address.Own ??= []).Add(edited);
        }
        else
        {
            address.Own ??= Effective(address);
            if (index < address.Own.Count)
            {
                address.Own[index] = edited;
            }
            else
            {
                address.Own.Add(edited);
            }
        }
    }

    private async Task SaveAsync()
    {
        if (_busy || _form is not { } form || _clash is not null)
        {
            return;
        }

        (_busy, _wrong, _saved) = (true, null, false);
        Outcome<AccountEmailsView> after = default;
        var saved = await Saving.TryAsync(async () => (after = await Emails.SaveAsync(await Viewer.ActorAsync(), Username, form.Change, form.Began.Hash, CancellationToken.None)).Plain);
        _busy = false;
        if (saved.Ok)
        {
            (_form, _saved) = (new EmailsForm(after.Value!), true);
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
        if (Dirty && !await new ConfirmQuestion("Leave without saving?", "The changes of the email reporting are lost when you leave.", "Leave", "Stay").AskAsync(Dialogs))
        {
            context.PreventNavigation();
        }
    }
}
