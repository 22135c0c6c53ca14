using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>What mail needs to know of an account (spec/01 §7). Reports are the contract's JSON, as they stand in the profile.</summary>
/// <param name="Emails">The addresses.</param>
/// <param name="SendsReports">Whether reports are sent to them (SendEmailReports).</param>
/// <param name="TimeZone">IANA name; empty for none.</param>
/// <param name="LanguageCode">Such as en_US; empty for none.</param>
/// <param name="Overrides">OverrideEmailSettings: the reports of single addresses, a JSON object; empty for none.</param>
/// <param name="PolicyReports">The policy's DefaultEmailReports, a JSON list; empty when the policy does not replace the built-in default.</param>
public sealed record AccountEmails(ImmutableArray<string> Emails, bool SendsReports, string TimeZone, string LanguageCode, string Overrides, string PolicyReports)
{
    /// <summary>Of an account without addresses.</summary>
    public static AccountEmails None { get; } = new([], false, "", "", "", "");
}

/// <summary>An account's mail settings, and the hash on which a change of them can be based.</summary>
/// <param name="Account">The account.</param>
/// <param name="Settings">Its settings.</param>
/// <param name="Hash">The profile's hash.</param>
public sealed record AccountEmailsView(AccountRef Account, AccountEmails Settings, string Hash);

/// <summary>New mail settings of an account.</summary>
/// <param name="Emails">The addresses, checked.</param>
/// <param name="SendsReports">Whether reports are sent to them.</param>
/// <param name="Reports">The reports of each address that has its own, a list of the contract's EmailReportConfig; an address that is not named has none of its own.</param>
public sealed record AccountEmailsChange(IReadOnlyList<string> Emails, bool SendsReports, IReadOnlyDictionary<string, JsonArray> Reports);

/// <summary>The mail settings of accounts.</summary>
public interface IAccountEmails
{
    /// <summary>Rings when an account was added, changed or removed.</summary>
    LiveSignal Changed { get; }

    /// <summary>All accounts with their settings, from memory, in no order. Asks no rights: for what the server itself does.</summary>
    IEnumerable<(AccountRef Account, AccountEmails Settings)> All { get; }

    /// <summary>The settings of an account, from memory; null when there is none. Asks no rights.</summary>
    (AccountRef Account, AccountEmails Settings)? Find(AccountId account);

    /// <summary>The settings as they stand now. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    Task<Outcome<AccountEmailsView>> ReadAsync(Actor by, string username, CancellationToken ct);

    /// <summary>
    /// Saves them. Fields that this server does not know stay. Refused as <see cref="Refusal.Denied"/>, <see cref="Refusal.Missing"/>,
    /// <see cref="Refusal.Invalid"/> for what can't be right, or <see cref="Refusal.Conflict"/> when the profile has another hash by now.
    /// </summary>
    Task<Outcome<AccountEmailsView>> SaveAsync(Actor by, string username, AccountEmailsChange change, string requireHash, CancellationToken ct);
}
