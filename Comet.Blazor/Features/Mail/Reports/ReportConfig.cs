using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>EMAILREPORTTYPE of the contract.</summary>
public enum ReportType
{
    /// <summary>After each job that matches.</summary>
    Immediate = 0,

    /// <summary>The jobs of a time, one after the other.</summary>
    Summary = 1,

    /// <summary>The jobs of a time by their status.</summary>
    ByStatus = 2,

    /// <summary>Ten days of each Protected Item.</summary>
    RecentActivity = 3,
}

/// <summary>One report as it is set up (contract: EmailReportConfig). Reading never fails: what means nothing is told in <see cref="Problem"/>.</summary>
/// <param name="Type">What it shows.</param>
/// <param name="Times">When it is sent; the valid ones.</param>
/// <param name="Span">Seconds that it looks back; 0 for the time since it was last sent.</param>
/// <param name="Filter">Which jobs.</param>
/// <param name="Problem">Why it can't be made, for a person; empty when it can.</param>
public sealed record ReportConfig(ReportType Type, IReadOnlyList<AgentSchedule> Times, long Span, SearchClause Filter, string Problem)
{
    /// <summary>The most reports of one address.</summary>
    public const int MostReports = 20;

    /// <summary>The most send times of one report.</summary>
    public const int MostTimes = 20;

    private const long Day = 86400;

    /// <summary>The report of whoever has set up none: each backup that did not succeed (spec/01 §7).</summary>
    public static ReportConfig BuiltIn { get; } = Read(BuiltInJson());

    /// <summary>The built-in report in the contract's shape.</summary>
    public static JsonObject BuiltInJson() => new()
    {
        ["ReportType"] = (int)ReportType.Immediate,
        ["Filter"] = SearchClause.Group(
            SearchClause.And,
            SearchClause.Rule("BackupJobDetail.Classification", "int_eq", "4001"),
            SearchClause.Rule("BackupJobDetail.Status", "int_gte", "7000")).ToJson(),
    };

    /// <summary>The same for the same report, whatever else is set up.</summary>
    public string Key { get; private init; } = "";

    /// <summary>Reads one.</summary>
    public static ReportConfig Read(JsonNode? json)
    {
        var fields = json as JsonObject ?? [];
        var type = Number(fields, "ReportType");
        var problem = json is not JsonObject ? "The report is no JSON object."
            : type is < 0 or > 3 ? $"The report has the unknown ReportType {type}; it must be 0 to 3."
            : "";
        var filter = SearchClause.Parse(fields["Filter"]);
        List<AgentSchedule> times = [.. (fields["SummaryFrequency"] as JsonArray ?? []).OfType<JsonObject>().Take(MostTimes).Select(ScheduleJson.Read)];
        var complaint = times.Select(ScheduleCheck.Complaint).FirstOrDefault(static c => c is not null);
        var scheduled = type is >= 1 and <= 3;
        return new ReportConfig((ReportType)Math.Clamp(type, 0, 3), [.. times.Where(static t => ScheduleCheck.Complaint(t) is null)], SpanOf(fields["TimeSpan"] as JsonObject), filter.Value ?? SearchClause.All, "")
        {
            Key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(json?.ToJsonString() ?? "")))[..32],
            Problem = problem.Length > 0 ? problem : filter.Why,
            TimesProblem = !scheduled ? ""
                : complaint is not null ? $"A time of sending is wrong: {complaint}"
                : times.Count == 0 ? "The report has no time of sending, so it is never sent."
                : "",
        };
    }

    /// <summary>Reads a list of reports; what is no list is empty.</summary>
    public static IReadOnlyList<ReportConfig> ReadList(JsonNode? json) => [.. (json as JsonArray ?? []).Take(MostReports).Select(Read)];

    /// <inheritdoc cref="ReadList(JsonNode)" />
    public static IReadOnlyList<ReportConfig> ReadList(string json) => json.Length == 0 ? [] : ReadList(JsonNode.Parse(json));

    /// <summary>What is wrong with its times of sending; empty when nothing is. It can be made all the same.</summary>
    public string TimesProblem { get; private init; } = "";

    /// <summary>Whether the report can be made and is ever sent. Refused as <see cref="Refusal.Invalid"/> with what is wrong.</summary>
    public Outcome Check(IJobSearch jobs) => CheckContent(jobs) is { Ok: false } wrong ? wrong : TimesProblem.Length > 0 ? Outcome.Invalid(TimesProblem) : Outcome.Done;

    /// <summary>Whether the report can be made, at any time. Refused as <see cref="Refusal.Invalid"/>.</summary>
    public Outcome CheckContent(IJobSearch jobs) => Problem.Length > 0 ? Outcome.Invalid(Problem) : jobs.Check(Filter);

    /// <summary>"After each job", "Summary" …</summary>
    public string TypeWords => Words(Type);

    /// <summary>"After each job", "Summary" …</summary>
    public static string Words(ReportType type) => type switch
    {
        ReportType.Immediate => "After each job",
        ReportType.Summary => "Summary",
        ReportType.ByStatus => "Jobs by status",
        _ => "Recent Activity",
    };

    /// <summary>When it is sent, in a sentence.</summary>
    public string When(TimeZoneInfo zone) => Type == ReportType.Immediate ? "As soon as a matching job has ended"
        : Times.Count == 0 ? "Never" : string.Join("; ", Times.Select(t => ScheduleWords.Say(t, zone)));

    private static long SpanOf(JsonObject? span)
    {
        if (span is null)
        {
            return 0;
        }

        var seconds = Number(span, "Seconds");
        return seconds > 0 ? Math.Min(seconds, 366 * Day) : Number(span, "FrequencyType") switch
        {
            ScheduleFrequency.Hourly => 3600,
            ScheduleFrequency.Daily => Day,
            ScheduleFrequency.Weekly => 7 * Day,
            ScheduleFrequency.Monthly => 31 * Day,
            ScheduleFrequency.Yearly => 366 * Day,
            _ => 0,
        };
    }

    private static long Number(JsonObject at, string name) => at[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<long>(out var n) ? n
        : at[name] is JsonValue small && small.TryGetValue<int>(out var i) ? i : 0;
}
