using System.Globalization;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire.Retention;
using Comet.Blazor.Wire.Schedules;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>
/// Edits a retention policy as a list of sentences, and shows for given snapshots which would stay and why (spec/01 §5.5). Knows the policy
/// alone; where it is saved is its owner's business.
/// </summary>
public sealed partial class RetentionEditor
{
    private const int MostShown = 200;
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;
    private static readonly IReadOnlyDictionary<string, RetentionPolicy> None = new Dictionary<string, RetentionPolicy>();
    private IReadOnlyList<RetentionVerdict>? _verdicts;

    /// <summary>The policy.</summary>
    [Parameter]
    [EditorRequired]
    public required RetentionPolicy Value { get; set; }

    /// <summary>Told the changed policy. It may have a complaint (<see cref="RetentionCheck"/>): then it is not to be saved.</summary>
    [Parameter]
    public EventCallback<RetentionPolicy> ValueChanged { get; set; }

    /// <summary>Begins the ids of its fields; unique on the page.</summary>
    [Parameter]
    public string Id { get; set; } = "retention";

    /// <summary>Its heading.</summary>
    [Parameter]
    public string Legend { get; set; } = "Retention";

    /// <summary>Why it can't be changed, in a sentence; null when it can.</summary>
    [Parameter]
    public string? DisabledBecause { get; set; }

    /// <summary>The snapshots to try the policy on; null for no preview.</summary>
    [Parameter]
    public IReadOnlyCollection<RetentionSnapshot>? Snapshots { get; set; }

    /// <summary>Policies of Protected Items that beat this one, by item id; for a Storage Vault.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, RetentionPolicy>? Overrides { get; set; }

    /// <summary>Names of the Protected Items by id; null when there is only one.</summary>
    [Parameter]
    public IReadOnlyDictionary<string, string>? ItemNames { get; set; }

    /// <summary>The zone in which times are shown and days begin; a device uses its own.</summary>
    [Parameter]
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string Summary
    {
        get
        {
            var kept = _verdicts!.Count(static v => v.Kept);
            return _verdicts!.Count == 0 ? "There is no backup yet to try the rules on."
                : string.Create(English, $"{kept} of {_verdicts.Count} {(_verdicts.Count == 1 ? "backup" : "backups")} would stay after a retention pass now, {_verdicts.Count - kept} would be deleted. Days begin at midnight in {Zone.Id}.")
                    + (_verdicts.Count > MostShown ? string.Create(English, $" The newest {MostShown} are shown.") : "");
        }
    }

    /// <inheritdoc />
    protected override void OnParametersSet() => _verdicts = Snapshots is null ? null
        : [.. VaultRetention.Judge(Snapshots, Value, Overrides ?? None, Clock.UnixNow(), Zone).OrderByDescending(static v => v.Snapshot.Time)];

    private static string Kind(int type) => type switch
    {
        RetentionType.MostRecent => "the last backups",
        RetentionType.Since => "every backup of the last",
        RetentionType.NewerThan => "every backup since",
        RetentionType.LastOnePerDay => "the newest of each day that has one, for",
        RetentionType.LastOnePerWeek => "the newest of each week that has one, for",
        RetentionType.LastOnePerMonth => "the newest of each month that has one, for",
        RetentionType.LastOnePerYear => "the newest of each year that has one, for",
        RetentionType.FirstOfDays => "the first of each day, for",
        RetentionType.FirstOfWeeks => "one per week, for",
        RetentionType.FirstOfMonths => "one per month, for",
        _ => "one per year, for",
    };

    private static Field[] Fields(RetentionRange r) => r.Type switch
    {
        RetentionType.MostRecent => [new("backups", r.Jobs, n => r with { Jobs = n })],
        RetentionType.LastOnePerDay => [new("days", r.Jobs, n => r with { Jobs = n })],
        RetentionType.LastOnePerWeek => [new("weeks", r.Jobs, n => r with { Jobs = n })],
        RetentionType.LastOnePerMonth => [new("months", r.Jobs, n => r with { Jobs = n })],
        RetentionType.LastOnePerYear => [new("years", r.Jobs, n => r with { Jobs = n })],
        RetentionType.FirstOfDays => [new("days", r.Days, n => r with { Days = n })],
        RetentionType.FirstOfWeeks => [new("weeks", r.Weeks, n => r with { Weeks = n })],
        RetentionType.FirstOfMonths => [new("months", r.Months, n => r with { Months = n })],
        RetentionType.FirstOfYears => [new("years", r.Years, n => r with { Years = n })],
        RetentionType.Since =>
        [
            new("years", r.Years, n => r with { Years = n }, 0), new("months", r.Months, n => r with { Months = n }, 0),
            new("weeks", r.Weeks, n => r with { Weeks = n }, 0), new("days", r.Days, n => r with { Days = n }, 0),
        ],
        _ => [],
    };

    private static Choice? Choices(RetentionRange r) => r.Type switch
    {
        RetentionType.FirstOfWeeks => new(
            "the week begins on", r.WeekOffset, [.. Enum.GetValues<DayOfWeek>().Select(static d => ((long)d, $"first from {d} on"))], n => r with { WeekOffset = n }),
        RetentionType.FirstOfMonths => new(
            "the month begins on day", r.MonthOffset, [.. Enumerable.Range(1, 31).Select(static d => ((long)d, string.Create(English, $"first from day {d} on")))], n => r with { MonthOffset = n }),
        RetentionType.FirstOfYears => new(
            "the year begins with", Math.Max(r.YearOffset, 1), [.. Enumerable.Range(1, 12).Select(static m => ((long)m, $"first from {English.DateTimeFormat.GetMonthName(m)} on"))], n => r with { YearOffset = n }),
        _ => null,
    };

    private static long Number(ChangeEventArgs e) => long.TryParse(e.Value as string, NumberStyles.AllowLeadingSign, English, out var number) ? number : 0;

    // Of the type chosen, with what people mostly want; a number that was typed already stays.
    private RetentionRange Fresh(long type, RetentionRange old) => new(type)
    {
        Jobs = old.Jobs > 0 ? old.Jobs : 7,
        Days = type is RetentionType.Since ? 30 : 7,
        Weeks = type is RetentionType.FirstOfWeeks ? 12 : 0,
        Months = type is RetentionType.FirstOfMonths ? 12 : 0,
        Years = type is RetentionType.FirstOfYears ? 7 : 0,
        MonthOffset = 1,
        YearOffset = 1,
        Timestamp = type is RetentionType.NewerThan ? Clock.UnixNow() - (30 * 86400) : 0,
        Unknown = old.Unknown,
    };

    private string Since(RetentionRange range) =>
        UnixTime.FromUnix(range.Timestamp) is { } since ? TimeZoneInfo.ConvertTime(since, Zone).ToString("yyyy-MM-ddTHH:mm", English) : "";

    private long Instant(ChangeEventArgs e) =>
        DateTime.TryParse(e.Value as string, English, DateTimeStyles.None, out var local) && local.Year is > 1970 and < 9000 ? new LocalClock(Zone).FirstAt(local) : 0;

    private string Time(long unix) => UnixTime.FromUnix(unix) is { } at ? TimeZoneInfo.ConvertTime(at, Zone).ToString("yyyy-MM-dd HH:mm", English) : "unknown";

    private Task ModeAsync(int mode) => ChangeAsync(Value with
    {
        Mode = mode,
        Ranges = mode == RetentionMode.DeleteExcept && Value.Ranges.Count == 0 ? [new RetentionRange(RetentionType.MostRecent) { Jobs = 30 }] : Value.Ranges,
    });

    private Task AddAsync() => ChangeAsync(Value with
    {
        Ranges = [.. Value.Ranges, Value.Ranges.Any(static r => r.Type == RetentionType.FirstOfWeeks)
            ? Fresh(RetentionType.FirstOfMonths, new RetentionRange(0)) : Fresh(RetentionType.FirstOfWeeks, new RetentionRange(0))],
    });

    private Task SetAsync(int at, RetentionRange range) => ChangeAsync(Value with { Ranges = [.. Value.Ranges.Select((r, i) => i == at ? range : r)] });

    private Task RemoveAsync(int at) => ChangeAsync(Value with { Ranges = [.. Value.Ranges.Where((_, i) => i != at)] });

    private Task ChangeAsync(RetentionPolicy policy) => ValueChanged.InvokeAsync(policy);

    private sealed record Field(string Name, long Value, Func<long, RetentionRange> Set, int Least = 1);

    private sealed record Choice(string Name, long Value, (long Value, string Text)[] All, Func<long, RetentionRange> Set);
}
