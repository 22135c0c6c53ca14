using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>A report as it would be sent now.</summary>
/// <param name="From">The sender, as recipients see it; empty while mail is off.</param>
/// <param name="To">The recipients.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Html">The body as HTML.</param>
/// <param name="Text">The body as plain text.</param>
public sealed record ReportPreview(string From, IReadOnlyList<string> To, string Subject, string Html, string Text);

/// <summary>Shows reports as they would be sent now (spec/01 §7), and sends one to administrators to try it (spec/04 §8).</summary>
/// <param name="accounts">The users.</param>
/// <param name="jobs">Judges filters.</param>
/// <param name="maker">Makes the page.</param>
/// <param name="memory">When it was sent last.</param>
/// <param name="queue">Where a test goes.</param>
/// <param name="settings">Who sends.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="audit">The record.</param>
/// <param name="clock">The clock.</param>
public sealed class PreviewReport(
    IAccountEmails accounts, IJobSearch jobs, ReportMaker maker, ReportMemory memory, MailQueue queue, MailSettings settings, OrganizationList organizations, AuditLog audit, TimeProvider clock)
{
    private const long Day = 86400;

    /// <summary>
    /// The report of a user. Refused as <see cref="Refusal.Denied"/>, <see cref="Refusal.Missing"/>, or <see cref="Refusal.Invalid"/> for a report that is
    /// set up wrongly.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The user.</param>
    /// <param name="report">The report.</param>
    /// <param name="address">To whom; null or empty for all addresses of the user.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Outcome<ReportPreview>> RunAsync(Actor by, string username, ReportConfig report, string? address, CancellationToken ct)
    {
        if (by.Needs(Right.JobsView) is { Ok: false } denied)
        {
            return denied;
        }

        var user = await accounts.ReadAsync(by, username, ct);
        if (!user.Ok)
        {
            return user.Plain;
        }

        if (!string.IsNullOrEmpty(address) && MailText.CheckAddress(address) is { Ok: false } wrong)
        {
            return wrong;
        }

        if (report.CheckContent(jobs) is { Ok: false } problem)
        {
            return problem;
        }

        IReadOnlyList<string> to = string.IsNullOrEmpty(address) ? [.. user.Value.Settings.Emails] : [address];
        var last = to.Select(a => memory.At(ReportMemory.KeyOf(user.Value.Account.Id.Value, a, report.Key))).FirstOrDefault(static t => t is not null);
        var scope = ReportScope.Of(user.Value.Account with { IsSuspended = false }, user.Value.Settings);
        return Show(await PageAsync(scope, report, last, ct), to);
    }

    /// <summary>
    /// Puts a report over all users of an organization into the queue. Refused as <see cref="Refusal.Denied"/>, <see cref="Refusal.Invalid"/>,
    /// <see cref="Refusal.Missing"/> for an unknown organization, or as the queue refuses.
    /// </summary>
    public async Task<Outcome<int>> SendTestAsync(Actor by, AdminReport report, string? organization, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.MailTested, AuditTarget.Settings(MailOptions.Field)) { Note = MailText.Line($"Report to {string.Join(", ", report.Recipients)}") };
        if (SaveMailSettings.MayChange(by) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        var chosen = organizations.Choose(by, organization);
        if (!chosen.Ok)
        {
            return chosen.Plain;
        }

        if (report.CheckContent(jobs) is { Ok: false } wrong)
        {
            return wrong;
        }

        var scope = ReportScope.Of(chosen.Value, report);
        var page = await PageAsync(scope, report.Report, null, ct);
        var put = await queue.PutAsync(ReportMail.Of(scope, report.Report, page, report.Recipients), ct);
        return await audit.RecordAsync(happened, put);
    }

    // What was never sent looks back a day, so that there is something to see; one job is looked for within ten.
    private Task<ReportPage> PageAsync(ReportScope scope, ReportConfig report, long? last, CancellationToken ct)
    {
        var now = clock.UnixNow();
        return maker.OfTimeAsync(scope, report, report.Type == ReportType.Immediate ? now - (ReportMaker.Days * Day) : report.Span > 0 ? now - report.Span : last ?? now - Day, now, ct);
    }

    private ReportPreview Show(ReportPage page, IReadOnlyList<string> to)
    {
        var options = settings.Stored;
        var from = options.FromEmail.Length == 0 ? "" : options.FromName.Length > 0 ? $"{MailText.Line(options.FromName)} <{options.FromEmail}>" : options.FromEmail;
        return new ReportPreview(from, to, MailText.Line(page.Subject), page.ToHtml(), page.ToText());
    }
}
