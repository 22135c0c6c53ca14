using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Features.Mail.Queue;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>The message of a report.</summary>
public static class ReportMail
{
    /// <summary>The message to these addresses. A page that is too long for mail becomes one that says so.</summary>
    public static OutgoingMail Of(ReportScope scope, ReportConfig report, ReportPage page, IEnumerable<string> addresses)
    {
        List<string> to = [.. addresses];
        var mail = Write(scope, page, to);
        return mail.Text.Length + mail.Html!.Length <= MailQueue.LargestText ? mail
            : Write(scope, ReportMaker.Broken(scope, report, "It is too long for a message. Let its filter take fewer jobs."), to);
    }

    private static OutgoingMail Write(ReportScope scope, ReportPage page, List<string> to) =>
        new(to, page.Subject, page.ToText()) { Html = page.ToHtml(), OrganizationId = scope.OrganizationId };
}
