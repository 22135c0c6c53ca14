using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>A report to administrators over all users of an organization (contract: EmailReportingOption; spec/04 §8).</summary>
/// <param name="Report">The report.</param>
/// <param name="TimeZone">IANA name; empty for UTC.</param>
/// <param name="Language">LanguageCode; empty for English.</param>
/// <param name="Recipients">The addresses.</param>
public sealed record AdminReport(ReportConfig Report, string TimeZone, string Language, IReadOnlyList<string> Recipients)
{
    /// <summary>The field of the mail settings.</summary>
    public const string Field = "EmailReportingOptions";

    /// <summary>The most reports of the settings.</summary>
    public const int Most = 50;

    /// <summary>The reports of the server's settings.</summary>
    public static IReadOnlyList<AdminReport> Of(SettingsFile settings) => settings.Read(static root => ReadList(root[MailOptions.Field]?[Field]));

    /// <summary>Reads a list; what is no list is empty.</summary>
    public static IReadOnlyList<AdminReport> ReadList(JsonNode? json) => [.. (json as JsonArray ?? []).Take(Most).OfType<JsonObject>().Select(Read)];

    /// <summary>Reads one.</summary>
    public static AdminReport Read(JsonObject json) => new(
        ReportConfig.Read(json["EmailReportConfig"]), Text(json, "LocalTimezone"), Text(json, "LanguageCode"),
        [.. (json["Recipients"] as JsonArray ?? []).OfType<JsonValue>().Select(static v => v.TryGetValue<string>(out var text) ? text : "").Where(static a => a.Length > 0)]);

    /// <summary>Whether it can be made and is ever sent. Refused as <see cref="Refusal.Invalid"/>.</summary>
    public Outcome Check(IJobSearch jobs) => Report.Check(jobs) is { Ok: false } wrong ? wrong : CheckContent(jobs);

    /// <summary>Whether it can be made, at any time. Refused as <see cref="Refusal.Invalid"/>.</summary>
    public Outcome CheckContent(IJobSearch jobs) =>
        Report.CheckContent(jobs) is { Ok: false } wrong ? wrong
        : TimeZone.Length > 0 && ReportScope.ZoneOf(TimeZone) == TimeZoneInfo.Utc && TimeZone is not ("UTC" or "Etc/UTC") ? Outcome.Invalid($"There is no time zone “{MailText.Line(TimeZone)}”.")
        : Recipients.Count == 0 ? Outcome.Invalid("The report has no recipients.")
        : Recipients.Select(MailText.CheckAddress).FirstOrDefault(static c => !c.Ok) is { Ok: false, Why.Length: > 0 } address ? address
        : Outcome.Done;

    private static string Text(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
