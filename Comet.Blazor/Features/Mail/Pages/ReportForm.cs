using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Features.Mail.Pages;

/// <summary>One rule of a filter in a form.</summary>
public sealed class RuleForm
{
    /// <summary>The field.</summary>
    public string Field { get; set; } = "";

    /// <summary>The operator.</summary>
    public string Operator { get; set; } = "";

    /// <summary>The value.</summary>
    public string? Value { get; set; } = "";
}

/// <summary>One time of sending in a form. A schedule that the form can't show stays as it is.</summary>
public sealed class TimeForm
{
    /// <summary>Frequency: daily, weekly, monthly or hourly.</summary>
    public int Frequency { get; set; } = ScheduleFrequency.Daily;

    /// <summary>Time of the day; of hourly ones the minutes count.</summary>
    public TimeOnly Time { get; set; } = new(8, 0);

    /// <summary>Weekly: 0 is Sunday.</summary>
    public int Weekday { get; set; } = 1;

    /// <summary>Monthly: 1 to 31.</summary>
    public int Day { get; set; } = 1;

    /// <summary>The schedule as it was read; what the form does not show stays in it.</summary>
    public JsonObject Json { get; init; } = [];

    /// <summary>True when the form can show it.</summary>
    public bool IsSimple { get; private init; } = true;

    /// <summary>Reads a schedule.</summary>
    public static TimeForm Read(JsonObject json)
    {
        var schedule = ScheduleJson.Read(json);
        var seconds = Math.Clamp(schedule.SecondsPast, 0, (31 * 86400) - 1);
        return new TimeForm
        {
            Json = json, Frequency = schedule.Frequency, Time = TimeOnly.FromTimeSpan(TimeSpan.FromSeconds(seconds % 86400)), Weekday = (int)(seconds / 86400) % 7, Day = (int)(seconds / 86400) + 1,
            IsSimple = ScheduleCheck.Complaint(schedule) is null && schedule.SecondsPast % 60 == 0 && schedule.Window is null && schedule.Days == AgentSchedule.AllDays
                && schedule.Frequency is ScheduleFrequency.Daily or ScheduleFrequency.Weekly or ScheduleFrequency.Monthly or ScheduleFrequency.Hourly,
        };
    }

    /// <summary>The schedule as it stands in the form.</summary>
    public JsonObject ToJson()
    {
        var json = (JsonObject)Json.DeepClone();
        if (!IsSimple)
        {
            return json;
        }

        var seconds = (long)Time.ToTimeSpan().TotalSeconds;
        (json["FrequencyType"], json["SecondsPast"]) = (Frequency, Frequency switch
        {
            ScheduleFrequency.Weekly => (Weekday * 86400L) + seconds,
            ScheduleFrequency.Monthly => ((Math.Clamp(Day, 1, 31) - 1) * 86400L) + seconds,
            ScheduleFrequency.Hourly => seconds % 3600,
            _ => seconds,
        });
        return json;
    }
}

/// <summary>One report in a form.</summary>
public sealed class ReportForm
{
    /// <summary>Longest filter as JSON, in characters.</summary>
    public const int LongestFilter = 100_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly JsonObject _json;
    private readonly long _span;

    /// <summary>The form of a report.</summary>
    public ReportForm(JsonObject json)
    {
        _json = json;
        var report = ReportConfig.Read(json);
        (Type, Span, _span) = (report.Type, report.Span, report.Span);
        Times = [.. (json["SummaryFrequency"] as JsonArray ?? []).OfType<JsonObject>().Select(static s => TimeForm.Read((JsonObject)s.DeepClone()))];
        var filter = SearchClause.Parse(json["Filter"]);
        var rules = !filter.Ok || filter.Value.IsEmpty ? [] : filter.Value.ClauseType.Length == 0 ? [filter.Value] : filter.Value.Children;
        IsRaw = !filter.Ok || filter.Value.ClauseType is not ("" or SearchClause.And or SearchClause.Or) || rules.Any(static r => r.ClauseType.Length > 0 || r.IsEmpty)
            || (filter.Value.ClauseType == SearchClause.Or && rules.Length == 0);
        Raw = json["Filter"]?.ToJsonString(Indented) ?? "{}";
        Join = filter.Value?.ClauseType == SearchClause.Or ? SearchClause.Or : SearchClause.And;
        Rules = IsRaw ? [] : [.. rules.Select(static r => new RuleForm { Field = r.RuleField, Operator = r.RuleOperator, Value = r.RuleValue })];
    }

    /// <summary>What it shows.</summary>
    public ReportType Type { get; set; }

    /// <summary>Seconds that it looks back; 0 for the time since it was last sent.</summary>
    public long Span { get; set; }

    /// <summary>When it is sent.</summary>
    public List<TimeForm> Times { get; }

    /// <summary>How the rules are joined.</summary>
    public string Join { get; set; }

    /// <summary>The rules.</summary>
    public List<RuleForm> Rules { get; }

    /// <summary>True while the filter is written as JSON.</summary>
    public bool IsRaw { get; set; }

    /// <summary>The filter as JSON.</summary>
    public string? Raw { get; set; }

    /// <summary>The contract's JSON of a new report.</summary>
    public static JsonObject New(ReportType type) => new()
    {
        ["ReportType"] = (int)type, ["SummaryFrequency"] = new JsonArray(), ["TimeSpan"] = new JsonObject { ["FrequencyType"] = 0, ["Seconds"] = 0 }, ["Filter"] = SearchClause.All.ToJson(),
    };

    /// <summary>Shows the rules as JSON, for more than rows can say.</summary>
    public void ShowRaw() => (IsRaw, Raw) = (true, Filter().ToJsonString(Indented));

    /// <summary>The report as it stands in the form. Refused as <see cref="Refusal.Invalid"/> for what can't be read; whether it means something is another question.</summary>
    public Outcome<JsonObject> ToJson()
    {
        var json = (JsonObject)_json.DeepClone();
        json["ReportType"] = (int)Type;
        var times = new JsonArray();
        foreach (var time in Type == ReportType.Immediate ? [] : Times)
        {
            times.Add((JsonNode)time.ToJson());
        }

        json["SummaryFrequency"] = times;
        if (Span != _span || json["TimeSpan"] is not JsonObject)
        {
            json["TimeSpan"] = new JsonObject { ["FrequencyType"] = 0, ["Seconds"] = Span };
        }

        if (!IsRaw)
        {
            json["Filter"] = Filter();
            return json;
        }

        var written = SearchClause.Parse(Raw is { Length: > LongestFilter } ? "[]" : Raw);
        if (!written.Ok)
        {
            return written.Plain;
        }

        json["Filter"] = string.IsNullOrWhiteSpace(Raw) ? new JsonObject() : JsonNode.Parse(Raw);
        return json;
    }

    private JsonObject Filter()
    {
        SearchClause[] rules = [.. Rules.Select(static r => SearchClause.Rule(r.Field, r.Operator, r.Value ?? ""))];
        return (rules.Length switch { 0 => SearchClause.All, 1 => rules[0], _ => SearchClause.Group(Join, [.. rules]) }).ToJson();
    }
}
