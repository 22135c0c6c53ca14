using System.Globalization;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Wire.Retention;

/// <summary>Retention policies in plain words.</summary>
public static class RetentionWords
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>Such as "Keep the last 30 backups, and one per week for 12 weeks (the first from Sunday on)".</summary>
    /// <param name="policy">Any policy; one with a complaint says what it does.</param>
    /// <param name="zone">An instant is told in its time.</param>
    public static string Say(RetentionPolicy policy, TimeZoneInfo zone) =>
        RetentionCheck.Complaint(policy) is not null ? "Keep every backup, because the rules are not valid"
        : policy.Deletes ? "Keep " + Joined([.. policy.Ranges.Select(r => Say(r, zone))])
        : "Keep every backup";

    /// <summary>What one range keeps, such as "the last 30 backups".</summary>
    /// <param name="range">Any range; one with a complaint says so.</param>
    /// <param name="zone">An instant is told in its time.</param>
    public static string Say(RetentionRange range, TimeZoneInfo zone) => RetentionCheck.Complaint(range) is not null ? "a rule that is not valid" : range.Type switch
    {
        RetentionType.MostRecent => range.Jobs == 1 ? "the last backup" : $"the last {Count(range.Jobs, "backup")}",
        RetentionType.NewerThan => UnixTime.FromUnix(range.Timestamp) is { } since
            ? string.Create(English, $"every backup since {TimeZoneInfo.ConvertTime(since, zone):yyyy-MM-dd HH:mm}")
            : "every backup since a time that is too far away",
        RetentionType.Since => $"every backup of the last {Period(range)}",
        RetentionType.FirstOfDays => range.Days == 1 ? "today's first backup" : $"the first backup of each of the last {Count(range.Days, "day")}",
        RetentionType.FirstOfWeeks => $"one per week for {Count(range.Weeks, "week")} (the first from {(DayOfWeek)range.WeekOffset} on)",
        RetentionType.FirstOfMonths => $"one per month for {Count(range.Months, "month")} (the first from day {range.MonthOffset.ToString(English)} on)",
        RetentionType.FirstOfYears => $"one per year for {Count(range.Years, "year")} (the first from {English.DateTimeFormat.GetMonthName((int)Math.Max(range.YearOffset, 1))} on)",
        RetentionType.LastOnePerDay => Newest(range.Jobs, "day"),
        RetentionType.LastOnePerWeek => Newest(range.Jobs, "week"),
        RetentionType.LastOnePerMonth => Newest(range.Jobs, "month"),
        _ => Newest(range.Jobs, "year"),
    };

    private static string Newest(long count, string period) =>
        count == 1 ? $"the newest backup of the last {period} that has one" : $"the newest backup of each of the last {Count(count, period)} that have one";

    private static string Period(RetentionRange range)
    {
        (long Count, string Name)[] parts = [(range.Years, "year"), (range.Months, "month"), (range.Weeks, "week"), (range.Days, "day")];
        string[] words = [.. parts.Where(static p => p.Count > 0).Select(static p => Count(p.Count, p.Name))];
        return words.Length == 1 && words[0].StartsWith("1 ", StringComparison.Ordinal) ? words[0][2..]
            : words.Length < 2 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";
    }

    private static string Joined(string[] phrases) => phrases.Length < 2 ? phrases[0] : $"{string.Join(", ", phrases[..^1])}, and {phrases[^1]}";

    private static string Count(long count, string one) => string.Create(English, $"{count} {one}{(count == 1 ? "" : "s")}");
}
