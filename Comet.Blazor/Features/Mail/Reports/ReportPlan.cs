using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>One report to those who get the very same.</summary>
/// <param name="Scope">Whom it is about.</param>
/// <param name="Report">The report.</param>
/// <param name="Recipients">Its addresses, each with the key under which it is remembered.</param>
public sealed record ReportPlan(ReportScope Scope, ReportConfig Report, IReadOnlyList<(string Address, string Key)> Recipients)
{
    /// <summary>The reports of an account; none while it is suspended or sends none.</summary>
    public static IReadOnlyList<ReportPlan> Of(AccountRef account, AccountEmails settings)
    {
        if (account.IsSuspended || !settings.SendsReports)
        {
            return [];
        }

        var scope = ReportScope.Of(account, settings);
        return
        [
            .. EmailRules.Usable(settings)
                .SelectMany(address => EffectiveReports.Of(settings, address).Reports.DistinctBy(static r => r.Key).Select(report => (address, report)))
                .GroupBy(static r => r.report.Key)
                .Select(g => new ReportPlan(scope, g.First().report, [.. g.Select(r => (r.address, ReportMemory.KeyOf(account.Id.Value, r.address, r.report.Key)))])),
        ];
    }

    /// <summary>The reports of an organization's administrators.</summary>
    public static IReadOnlyList<ReportPlan> Of(string organizationId, IEnumerable<AdminReport> reports) =>
    [
        .. reports.Select(r => new ReportPlan(
            ReportScope.Of(organizationId, r), r.Report,
            [.. r.Recipients.Where(static e => MailText.CheckAddress(e).Ok).Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(a => (a, ReportMemory.KeyOf("organization " + organizationId, a, r.Report.Key + r.TimeZone)))])),
    ];

    /// <summary>When it is to be sent after the time until which it has told; null for never.</summary>
    public long? Due(string key, long told) => PlannedRuns.NextStart(Report.Times, Scope.Zone, key, told)?.Start;
}
