using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Mail.Pages;

/// <summary>Email reporting of a user (spec/01 §7): addresses, and the reports of each with where they come from.</summary>
public sealed partial class UserEmails
{
    private readonly List<AddressForm> _addresses = [];
    private AccountEmailsView? _view;
    private bool _sends;
    private bool _may;
    private bool _dirty;
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

    private TimeZoneInfo Zone => ReportScope.ZoneOf(_view?.Settings.TimeZone ?? "");

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => LoadAsync();

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Preview is null || _previewed || _view is null || !_may)
        {
            _previewed &= Preview is not null; // the person went on: asked again, it is shown again
            return;
        }

        _previewed = true; // before anything is awaited: each rendering comes here
        if (_addresses.Find(a => Effective(a).Count > 0) is { } first)
        {
            await EditAsync(first, 0, previews: true);
        }
    }

    private async Task LoadAsync()
    {
        var actor = await Viewer.ActorAsync();
        var read = await Emails.ReadAsync(actor, Username, Closing);
        (_problem, _wrong, _saved, _dirty) = (read.Ok ? null : read.Why, null, false, false);
        _may = actor.May(Right.AccountsManage);
        try
        {
            _off = Settings.Stored.WhyOff;
        }
        catch (InvalidDataException ex)
        {
            _off = ex.Message;
        }

        if (read.Ok)
        {
            Show(read.Value);
        }
    }

    private void Show(AccountEmailsView view)
    {
        (_view, _sends) = (view, view.Settings.SendsReports);
        _addresses.Clear();
        _addresses.AddRange(view.Settings.Emails.Distinct(StringComparer.OrdinalIgnoreCase).Select(a => new AddressForm(a) { Own = EffectiveReports.Own(view.Settings, a) is { } own ? [.. own.OfType<JsonObject>()] : null }));
    }

    private void Change(Action change)
    {
        change();
        (_dirty, _saved, _wrong) = (true, false, null);
    }

    private void AddAddress()
    {
        var address = _new?.Trim() ?? "";
        var check = MailText.CheckAddress(address);
        _wrongAddress = !check.Ok ? check.Why : _addresses.Any(a => string.Equals(a.Address, address, StringComparison.OrdinalIgnoreCase)) ? "The user has this address already." : null;
        if (_wrongAddress is null)
        {
            Change(() => _addresses.Add(new AddressForm(address)));
            _new = "";
        }
    }

    private List<JsonObject> Effective(AddressForm address) => address.Own ?? [.. Default().OfType<JsonObject>()];

    private JsonArray Default() => _view!.Settings.PolicyReports.Length > 0 ? JsonNode.Parse(_view.Settings.PolicyReports) as JsonArray ?? [] : [ReportConfig.BuiltInJson()];

    private string Source(AddressForm address) => address.Own switch
    {
        { Count: 0 } => "This address has its own list, which is empty: it gets no reports.",
        not null => "These reports are set up for this address.",
        null when _view!.Settings.PolicyReports.Length > 0 => Default().Count == 0 ? "The user's policy sends no reports." : "These reports come from the user's policy. Adding one here gives the address a list of its own instead.",
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
            Change(() =>
            {
                if (index < 0)
                {
                    (address.Own ??= []).Add(edited);
                }
                else
                {
                    address.Own ??= Effective(address);
                    address.Own[index] = edited;
                }
            });
            StateHasChanged();
        }
    }

    private async Task SaveAsync()
    {
        if (_busy || _view is null)
        {
            return;
        }

        (_busy, _wrong, _saved) = (true, null, false);
        var reports = _addresses.Where(static a => a.Own is not null).ToDictionary(static a => a.Address, static a => new JsonArray([.. a.Own!.Select(static r => r.DeepClone())]));
        var change = new AccountEmailsChange([.. _addresses.Select(static a => a.Address)], _sends, reports);
        var seen = _view.Hash;
        AccountEmailsView? after = null;
        var saved = await Saving.TryAsync(async () =>
        {
            var outcome = await Emails.SaveAsync(await Viewer.ActorAsync(), Username, change, seen, CancellationToken.None);
            after = outcome.Value;
            return outcome.Plain;
        });
        (_busy, _wrong) = (false, saved.Ok ? null : saved.Why);
        if (saved.Ok && after is not null)
        {
            Show(after);
            (_dirty, _saved) = (false, true);
        }
    }

    private sealed class AddressForm(string address)
    {
        public string Address => address;

        /// <summary>The reports of the address itself; null for those of policy or default.</summary>
        public List<JsonObject>? Own { get; set; }
    }
}
