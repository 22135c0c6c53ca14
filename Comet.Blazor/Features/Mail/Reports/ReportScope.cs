using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Mail.Reports.Languages;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>Whom a report is about, and how its reader tells the time.</summary>
/// <param name="Account">The user; null for all users of an organization.</param>
/// <param name="OrganizationId">The organization; empty for the top level, which sees all.</param>
/// <param name="Zone">The reader's zone.</param>
/// <param name="Words">The reader's language.</param>
public sealed record ReportScope(AccountRef? Account, string OrganizationId, TimeZoneInfo Zone, ReportWords Words)
{
    /// <summary>"mary", "all users".</summary>
    public string Name => Account is { } one ? one.Username : Words.Say(ReportText.AllUsers);

    /// <summary>Of one user.</summary>
    public static ReportScope Of(AccountRef account, AccountEmails settings) => new(account, account.OrganizationId, ZoneOf(settings.TimeZone), ReportWords.Of(settings.LanguageCode));

    /// <summary>Of all users of an organization, as an administrators' report is read.</summary>
    public static ReportScope Of(string organizationId, AdminReport report) => new(null, organizationId, ZoneOf(report.TimeZone), ReportWords.Of(report.Language));

    /// <summary>The zone of this name; UTC for none.</summary>
    public static TimeZoneInfo ZoneOf(string iana) =>
        iana.Length is > 0 and <= 100 && TimeZoneInfo.TryFindSystemTimeZoneById(iana, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>True when the account's jobs belong in the report. Suspended users are left out.</summary>
    public bool Sees(AccountRef? account) =>
        account is { IsSuspended: false } && (Account is { } one ? account.Id == one.Id : OrganizationId.Length == 0 || account.OrganizationId == OrganizationId);
}
