using System.Globalization;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Time;
using Comet.Blazor.Wire;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Features.Jobs.Pages;

/// <summary>Job History: all jobs, narrowed by what its address says.</summary>
public sealed partial class JobsPage : LiveComponent
{
    private static readonly int[] Kinds = [JobKind.Backup, JobKind.Restore, JobKind.Retention];

    private JobFilter _filter = JobFilter.All;
    private string? _unknown;
    private IReadOnlyList<(string? Key, string Text, int Count)> _views = [];

    /// <summary>A user's name.</summary>
    [SupplyParameterFromQuery(Name = "user")]
    public string? User { get; set; }

    /// <summary>A device's id.</summary>
    [SupplyParameterFromQuery(Name = "device")]
    public string? Device { get; set; }

    /// <summary>A Protected Item's id.</summary>
    [SupplyParameterFromQuery(Name = "item")]
    public string? Item { get; set; }

    /// <summary>A Storage Vault's id.</summary>
    [SupplyParameterFromQuery(Name = "vault")]
    public string? Vault { get; set; }

    /// <summary>A <see cref="JobStatusGroup"/>, in whatever letters.</summary>
    [SupplyParameterFromQuery(Name = "status")]
    public string? Status { get; set; }

    /// <summary>A classification code.</summary>
    [SupplyParameterFromQuery(Name = "type")]
    public string? Type { get; set; }

    /// <summary>First day, in the viewer's zone.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    /// <summary>Last day, in the viewer's zone.</summary>
    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    [Inject]
    private JobHistory History { get; set; } = default!;

    [Inject]
    private IAccountDirectory Accounts { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private BrowserClock Times { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? View => _filter.Status?.ToString().ToLowerInvariant();

    private IEnumerable<(string Key, string Text)> Chips
    {
        get
        {
            var owner = _filter.Account;
            if (User is not null)
            {
                yield return ("user", $"User is {User}");
            }

            if (Device is not null)
            {
                yield return ("device", $"Device is {(owner is { } a ? Accounts.DeviceName(a, Device) : Device)}");
            }

            if (Item is not null)
            {
                yield return ("item", $"Protected Item is {(owner is { } a ? Accounts.Items(a).FirstOrDefault(i => i.Id == Item)?.Name ?? Item : Item)}");
            }

            if (Vault is not null)
            {
                yield return ("vault", $"Storage Vault is {(owner is { } a ? Accounts.Vaults(a).FirstOrDefault(v => v.Id == Vault)?.Name ?? Vault : Vault)}");
            }
        }
    }

    /// <inheritdoc />
    protected override void OnInitialized() => Follow(History.Changed, TimeSpan.FromSeconds(2), CountAsync);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var owner = User is null ? null : Accounts.FindByName(await Viewer.ActorAsync(), User);
        _unknown = User is not null && owner is null ? User : null;
        _filter = new JobFilter
        {
            Account = owner?.Id,
            Device = Device,
            Item = Item,
            Vault = Vault,
            Status = Enum.TryParse<JobStatusGroup>(Status, ignoreCase: true, out var group) && Enum.IsDefined(group) ? group : null,
            Kind = int.TryParse(Type, NumberStyles.None, CultureInfo.InvariantCulture, out var kind) ? kind : null,
            From = Midnight(From, 0),
            To = Midnight(To, 1),
        };
        await CountAsync();
    }

    private long? Midnight(string? day, int daysLater) =>
        DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 1971 and <= 2105
            ? LocalDays.Start(Times.Zone, date.AddDays(daysLater))
            : null;

    private async Task CountAsync()
    {
        var actor = await Viewer.ActorAsync();
        int Count(JobStatusGroup? status) => History.Count(actor, _filter with { Status = status }).Value;
        _views =
        [
            (null, "All", Count(null)),
            ("unsuccessful", "Unsuccessful", Count(JobStatusGroup.Unsuccessful)),
            ("running", "Running", Count(JobStatusGroup.Running)),
            .. _filter.Status is { } other and not (JobStatusGroup.Unsuccessful or JobStatusGroup.Running) ? [(View, other.ToString(), Count(other))] : Array.Empty<(string?, string, int)>(),
        ];
        StateHasChanged();
    }

    private string With(string name, string? value) =>
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { [name] = string.IsNullOrEmpty(value) ? null : value, ["page"] = null });

    private void Go(string name, string? value) => Navigation.NavigateTo(With(name, value), replace: true);
}
