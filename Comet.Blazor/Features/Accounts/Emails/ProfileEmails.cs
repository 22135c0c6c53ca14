using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Emails;

/// <summary>The mail settings in profiles.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="rules">What they may be.</param>
/// <param name="audit">Puts changes on record.</param>
public sealed class ProfileEmails(AccountStore accounts, IEmailRules rules, ProfileAudit audit) : IAccountEmails
{
    /// <inheritdoc />
    public LiveSignal Changed => accounts.Changed;

    /// <inheritdoc />
    public IEnumerable<(AccountRef Account, AccountEmails Settings)> All => accounts.Entries.Select(static e => (e.Ref, e.Emails));

    /// <summary>The settings in a profile.</summary>
    public static AccountEmails Read(JsonElement profile)
    {
        var policy = profile.At("Policy").At("DefaultEmailReports");
        var (overrides, reports) = (profile.At("OverrideEmailSettings"), policy.At("Reports"));
        return new AccountEmails(
            [.. profile.Texts("Emails")], profile.Flag("SendEmailReports"), profile.Text("LocalTimezone"), profile.Text("LanguageCode"),
            overrides.ValueKind == JsonValueKind.Object && overrides.EnumerateObject().Any() ? overrides.GetRawText() : "",
            !policy.Flag("ShouldOverrideDefaultReports") ? "" : reports.ValueKind == JsonValueKind.Array ? reports.GetRawText() : "[]");
    }

    /// <inheritdoc />
    public (AccountRef Account, AccountEmails Settings)? Find(AccountId account) => accounts.Entry(account) is { } entry ? (entry.Ref, entry.Emails) : null;

    /// <inheritdoc />
    public Task<Outcome<AccountEmailsView>> ReadAsync(Actor by, string username, CancellationToken ct) => Task.FromResult<Outcome<AccountEmailsView>>(
        by.Needs(Right.AccountsView) is { Ok: false } denied ? denied
        : accounts.EntryByName(by, username) is { } entry ? View(entry)
        : ReadProfile.Unknown(username));

    /// <inheritdoc />
    public Task<Outcome<AccountEmailsView>> SaveAsync(Actor by, string username, AccountEmailsChange change, string requireHash, CancellationToken ct) => audit.RunAsync(
        new AuditEvent(by, AuditActions.AccountChanged, AuditTarget.Account(username)), trace => SaveAsync(by, username, change, requireHash, trace));

    private async Task<Outcome<AccountEmailsView>> SaveAsync(Actor by, string username, AccountEmailsChange change, string requireHash, ProfileTrace trace)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return ReadProfile.Unknown(username);
        }

        if (rules.Check(target.Emails, change) is { Ok: false } wrong)
        {
            return wrong;
        }

        var saved = await accounts.ChangeAsync(
            target.Id,
            requireHash,
            document =>
            {
                Write(document.Root, change);
                return Outcome.Done;
            },
            tellDevices: false,
            trace,
            CancellationToken.None);
        return saved.Ok ? View(saved.Value) : saved.Plain;
    }

    private static AccountEmailsView View(AccountEntry entry) => new(entry.Ref, entry.Emails, entry.Hash);

    private static void Write(JsonObject profile, AccountEmailsChange change)
    {
        profile["Emails"] = new JsonArray([.. change.Emails.Select(static e => (JsonNode)e)]);
        profile["SendEmailReports"] = change.SendsReports;
        var overrides = profile.MapForWrite("OverrideEmailSettings");
        foreach (var gone in overrides.Select(static o => o.Key).Except(change.Reports.Keys).ToArray())
        {
            overrides.Remove(gone);
        }

        foreach (var (address, reports) in change.Reports)
        {
            overrides.MapForWrite(address)["Reports"] = reports.DeepClone();
        }
    }
}
