using System.Net.Mail;
using System.Text.RegularExpressions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Accounts.Users.Csv;

/// <summary>What is to become of a line, found out without changing anything.</summary>
/// <param name="From">The line.</param>
/// <param name="Outcome">Whether it can be done, or why not.</param>
public sealed record CsvVerdict(CsvUser From, Outcome Outcome)
{
    /// <summary>The user to make.</summary>
    public NewUser? User { get; init; }

    /// <summary>Addresses.</summary>
    public IReadOnlyList<string> Emails { get; init; } = [];

    /// <summary>The policy; empty for none.</summary>
    public string PolicyId => User?.PolicyId ?? "";

    /// <summary>The template of a first vault; empty for none.</summary>
    public string TemplateId { get; init; } = "";

    /// <summary>Such as en_US; empty for the server's.</summary>
    public string Language { get; init; } = "";
}

/// <summary>Checks the lines of a file of users against every rule (spec/01 §1.3, §10), each on its own. Changes nothing.</summary>
/// <param name="add">Rules for names.</param>
/// <param name="policies">The policies.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="templates">Storage Templates.</param>
public sealed partial class CheckCsvUsers(AddUser add, IPolicyDirectory policies, OrganizationList organizations, IStorageTemplates templates)
{
    private static readonly char[] BetweenAddresses = [',', ';', ' '];

    /// <summary>A verdict for each line. Refused as a whole as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="storeRecovery">"Allow administrator to reset password", for all; null for what each one's policy starts with.</param>
    /// <param name="timeZone">For lines that name none.</param>
    public Outcome<IReadOnlyList<CsvVerdict>> Run(Actor by, IReadOnlyList<CsvUser> lines, bool? storeRecovery, string timeZone)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        Dictionary<string, int> names = new(StringComparer.OrdinalIgnoreCase);
        Lookups looks = new(by, policies, organizations, templates);
        return Outcome.Of<IReadOnlyList<CsvVerdict>>([.. lines.Select(line => Check(looks, names, line, storeRecovery, timeZone))]);
    }

    private CsvVerdict Check(Lookups looks, Dictionary<string, int> names, CsvUser line, bool? storeRecovery, string timeZone)
    {
        var (policy, template, organization) = ("", "", "");
        var emails = line.Email.Split(BetweenAddresses, StringSplitOptions.RemoveEmptyEntries);
        var outcome = First(
            () => names.TryGetValue(line.Username, out var first) ? Outcome.Conflict($"The name is that of line {first}, but for capital letters perhaps.") : Outcome.Done,
            () => add.CheckName(line.Username),
            () => line.Password.Length == 0 ? Outcome.Done : UserRules.CheckPassword(line.Password),
            () => UserRules.CheckAccountName(line.AccountName),
            () => emails.FirstOrDefault(static e => !IsAddress(e)) is { } wrong ? Outcome.Invalid($"“{wrong}” is no e-mail address.") : Outcome.Done,
            () => looks.Organization(line.Organization, out organization),
            () => looks.Policy(line.Policy, organization, out policy),
            () => looks.Template(line.StorageTemplate, organization, out template),
            () => line.Language.Length == 0 || LanguageCode().IsMatch(line.Language) ? Outcome.Done : Outcome.Invalid("The language must be a code such as en_US."),
            () => line.TimeZone.Length == 0 || TimeZoneInfo.TryFindSystemTimeZoneById(line.TimeZone, out _) ? Outcome.Done : Outcome.Invalid($"There is no timezone {line.TimeZone}. Write one such as Europe/Berlin."),
            () => line.RequirePasswordChange.Length > 0 && Flag(line.RequirePasswordChange) is null ? Outcome.Invalid("RequirePasswordChange must be yes or no.") : Outcome.Done);
        names.TryAdd(line.Username, line.Line);
        return new CsvVerdict(line, outcome)
        {
            User = new NewUser(line.Username, line.Password)
            {
                AccountName = line.AccountName,
                OrganizationId = organization,
                TimeZone = line.TimeZone.Length > 0 ? line.TimeZone : timeZone,
                PolicyId = policy,
                StoreRecoveryCode = storeRecovery,
                RequirePasswordChange = Flag(line.RequirePasswordChange),
            },
            Emails = emails,
            TemplateId = template,
            Language = line.Language,
        };
    }

    private static Outcome First(params ReadOnlySpan<Func<Outcome>> checks)
    {
        foreach (var check in checks)
        {
            if (check() is { Ok: false } wrong)
            {
                return wrong;
            }
        }

        return Outcome.Done;
    }

    private static bool IsAddress(string text) => text.Length <= 254 && !text.AsSpan().ContainsAny("<>\"()") && MailAddress.TryCreate(text, out var address) && address.Address == text;

    private static bool? Flag(string text) => text.ToUpperInvariant() switch
    {
        "NO" or "FALSE" or "0" or "N" => false,
        "YES" or "TRUE" or "1" or "Y" => true,
        _ => null,
    };

    [GeneratedRegex("^[a-z]{2,3}_[A-Z]{2}$", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageCode();

    /// <summary>Ids behind what people write; each asked for once.</summary>
    private sealed class Lookups(Actor by, IPolicyDirectory policies, OrganizationList organizations, IStorageTemplates templates)
    {
        private readonly IReadOnlyList<PolicyRef> _policies = policies.All(by);
        private readonly IReadOnlyList<(string Id, string Name)> _organizations = organizations.All;
        private readonly Dictionary<string, Outcome<IReadOnlyList<StorageTemplateRef>>> _templates = new(StringComparer.Ordinal);

        public Outcome Organization(string text, out string id)
        {
            var named = _organizations.Where(o => by.Sees(o.Id) && (o.Id == text || o.Name == text)).Select(static o => o.Id).Take(2).ToList();
            id = text.Length == 0 ? by.OrganizationId : named.FirstOrDefault() ?? "";
            return text.Length == 0 || named.Count == 1 ? Outcome.Done
                : named.Count == 0 ? Outcome.Missing($"There is no organization {text}.")
                : Outcome.Invalid($"Several organizations are named {text}. Write the id.");
        }

        public Outcome Policy(string text, string organization, out string id)
        {
            if (text.Length == 0)
            {
                id = policies.Default(organization)?.Id ?? "";
                return Outcome.Done;
            }

            var mine = _policies.Where(p => p.OrganizationId == organization).ToList();
            var named = mine.Where(p => p.Id == text).Concat(mine.Where(p => p.Name == text)).Select(static p => p.Id).Distinct().Take(2).ToList();
            id = named.FirstOrDefault() ?? "";
            return named.Count == 1 ? Outcome.Done
                : named.Count == 0 ? Outcome.Missing($"There is no policy {text} for this organization.")
                : Outcome.Invalid($"Several policies are named {text}. Write the id.");
        }

        public Outcome Template(string text, string organization, out string id)
        {
            id = "";
            if (text.Length == 0)
            {
                return Outcome.Done;
            }

            if (!_templates.TryGetValue(organization, out var known))
            {
                _templates[organization] = known = templates.List(by, organization);
            }

            if (!known.Ok)
            {
                return known.Plain;
            }

            var named = known.Value.Where(t => t.Id == text || t.Description == text).Select(static t => t.Id).Distinct().Take(2).ToList();
            id = named.FirstOrDefault() ?? "";
            return named.Count == 1 ? Outcome.Done
                : named.Count == 0 ? Outcome.Missing($"There is no Storage Template {text} for this organization.")
                : Outcome.Invalid($"Several Storage Templates are named {text}. Write the id.");
        }
    }
}
