using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Mail.Reports;

/// <inheritdoc cref="IEmailRules" />
/// <param name="jobs">Judges filters.</param>
public sealed class EmailRules(IJobSearch jobs) : IEmailRules
{
    /// <summary>The most addresses of one user that get mail. A customer writes the own addresses, and must not make this server write to thousands.</summary>
    public const int MostAddresses = 50;

    /// <summary>The addresses of an account to which mail is sent: those that are ones, each once, the first <see cref="MostAddresses"/>.</summary>
    public static IEnumerable<string> Usable(AccountEmails settings) =>
        settings.Emails.Where(static e => MailText.CheckAddress(e).Ok).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostAddresses);

    /// <inheritdoc />
    public Outcome Check(AccountEmails stands, AccountEmailsChange change)
    {
        if (change.Emails.Count > Math.Max(MostAddresses, stands.Emails.Length))
        {
            return Outcome.Invalid($"A user can have at most {MostAddresses} e-mail addresses. Use a distribution list of your mail server for more.");
        }

        return change.Emails.Except(stands.Emails, StringComparer.OrdinalIgnoreCase).Select(MailText.CheckAddress)
            .Concat(change.Reports.Select(r => Check(r.Key, EffectiveReports.Own(stands, r.Key) ?? [], r.Value)))
            .FirstOrDefault(static o => o.Kind != Refusal.None);
    }

    private Outcome Check(string address, JsonArray stands, JsonArray reports)
    {
        if (reports.Count > Math.Max(ReportConfig.MostReports, stands.Count))
        {
            return Outcome.Invalid($"{MailText.Line(address)} can have at most {ReportConfig.MostReports} reports.");
        }

        var wrong = reports.Where(r => !stands.Any(s => JsonNode.DeepEquals(s, r))).Select(r => ReportConfig.Read(r).Check(jobs)).FirstOrDefault(static o => o.Kind != Refusal.None);
        return wrong.Kind == Refusal.None ? Outcome.Done : Outcome.Invalid($"{MailText.Line(address)}: {wrong.Why}");
    }
}
