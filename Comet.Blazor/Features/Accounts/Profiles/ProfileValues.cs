using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>
/// What the fields of spec/01 §2.1 may hold. Checked where a field gets another value: what stands already, perhaps from another server, does not keep a
/// person from changing something else.
/// </summary>
public static partial class ProfileValues
{
    private const long MostBytes = 1L << 60; // an exbibyte
    private const long MostThings = 1_000_000;

    /// <summary>The languages that are known by name, by LanguageCode. Which of them reports are written in, <see cref="ReportLanguages"/> says.</summary>
    public static IReadOnlyList<(string Code, string Name)> Languages { get; } =
    [
        ("da_DK", "Danish"), ("nl_NL", "Dutch"), ("en_UK", "English (United Kingdom)"), ("en_US", "English (United States)"), ("fr_FR", "French"), ("de_DE", "German"),
        ("he_IL", "Hebrew"), ("hr_HR", "Croatian"), ("it_IT", "Italian"), ("pt_BR", "Portuguese (Brazil)"), ("pt_EU", "Portuguese (Europe)"), ("ru_RU", "Russian"),
        ("es_ES", "Spanish"), ("es_419", "Spanish (Latin America)"), ("sv_SE", "Swedish"), ("th_TH", "Thai"), ("tr_TR", "Turkish"), ("zh_CN", "Chinese (simplified)"), ("zh_TW", "Chinese (traditional)"),
    ];

    /// <summary>The name of a language of a list, with what it means for reports.</summary>
    public static string LanguageWords(string code, string name) => ReportLanguages.FallsBack(code) ? $"{name}: reports in English" : name;

    /// <summary>The IANA names of all time zones that this server knows, in order.</summary>
    public static IReadOnlyList<string> Zones { get; } =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(static z => z.Id).Where(static id => IsZone(id) && (id.Contains('/') || id == "UTC")).Append("UTC").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The first field whose new value is not possible, as <see cref="Refusal.Invalid"/>.</summary>
    /// <param name="current">The profile that stands.</param>
    /// <param name="next">The profile that shall stand; of the right shape.</param>
    public static Outcome Check(JsonObject current, JsonObject next) =>
        ProfileFields.All.Where(f => !ProfileFields.Same(current[f.Name], next[f.Name]))
            .Select(f => Problem(f.Name, next) is { } problem ? Outcome.Invalid($"{f.Label}: {problem}") : Outcome.Done)
            .FirstOrDefault(static o => !o.Ok) is { Ok: false } wrong ? wrong : Outcome.Done;

    /// <summary>What is wrong with one field of a profile; null when nothing is.</summary>
    public static string? Problem(string field, JsonObject profile) => field switch
    {
        "AccountName" => UserRules.CheckAccountName(profile.Text(field)) is { Ok: false } wrong ? wrong.Why : null,
        "LanguageCode" => profile.Text(field) is var code && (code.Length == 0 || Language().IsMatch(code)) ? null : "a language is written like en_US.",
        "LocalTimezone" => profile.Text(field) is var zone && (zone.Length == 0 || IsZone(zone)) ? null : $"“{zone}” is no time zone. Choose one of the list, such as Europe/Rome or UTC.",
        "AllProtectedItemsQuotaBytes" => profile.Number(field) is >= 0 and <= MostBytes ? null : "must be 0 or more, and at most 1 EiB.",
        "MaximumDevices" or "QuotaOffice365ProtectedAccounts" or "QuotaHyperVGuests" or "QuotaVMwareGuests" =>
            profile.Number(field) is >= 0 and <= MostThings ? null : "must be a whole number, 0 for no limit or at most 1,000,000.",
        _ => null,
    };

    private static bool IsZone(string id) =>
        id == "UTC" // Windows has a zone of this name, too
        || (TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId && !TimeZoneInfo.TryConvertWindowsIdToIanaId(id, out _));

    [GeneratedRegex("^[a-z]{2,3}(_([A-Z]{2}|[0-9]{3}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Language();
}
