using System.Globalization;

namespace Comet.Blazor.Wire.Retention;

/// <summary>What a retention policy must be to mean anything. Server, editor and agent ask the same question: one with a complaint deletes nothing.</summary>
public static class RetentionCheck
{
    /// <summary>The contract's RETENTIONRANGE_MAXINT.</summary>
    public const long Most = 1125899906842624;

    /// <summary>More ranges than anybody can follow.</summary>
    public const int MostRanges = 100;

    /// <summary>What is wrong, in a sentence; null when the policy is right.</summary>
    public static string? Complaint(RetentionPolicy policy) => policy.Mode switch
    {
        0 or RetentionMode.KeepEverything => null,
        RetentionMode.DeleteExcept when policy.Ranges.Count == 0 => "Nothing says what to keep. Add at least one rule, or keep every backup.",
        RetentionMode.DeleteExcept when policy.Ranges.Count > MostRanges => Say($"There are {policy.Ranges.Count} retention rules; {MostRanges} is the most."),
        RetentionMode.DeleteExcept => policy.Ranges.Select(Complaint).FirstOrDefault(static c => c is not null),
        _ => Say($"The retention mode is {policy.Mode}; it must be 801 (keep everything) or 802 (keep what the ranges say)."),
    };

    /// <summary>What is wrong with one range, in a sentence; null when it is right.</summary>
    public static string? Complaint(RetentionRange range) => range.Type switch
    {
        RetentionType.MostRecent or (>= RetentionType.LastOnePerDay and <= RetentionType.LastOnePerYear) => Count(range.Jobs, "backups"),
        RetentionType.NewerThan => range.Timestamp is < 1 or > Most ? "Say since when backups are kept: a time after 1970, in Unix seconds." : null,
        RetentionType.Since => Period(range),
        RetentionType.FirstOfDays => Count(range.Days, "days"),
        RetentionType.FirstOfWeeks => Count(range.Weeks, "weeks")
            ?? (range.WeekOffset is < 0 or > 6 ? Say($"The day of the week is {range.WeekOffset}; it must be 0 (Sunday) to 6 (Saturday).") : null),
        RetentionType.FirstOfMonths => Count(range.Months, "months")
            ?? (range.MonthOffset is < 1 or > 31 ? Say($"The day of the month is {range.MonthOffset}; it must be 1 to 31.") : null),
        RetentionType.FirstOfYears => Count(range.Years, "years")
            ?? (range.YearOffset is < 0 or > 12 ? Say($"The month of the year is {range.YearOffset}; it must be 1 (January) to 12 (December).") : null),
        _ => Say($"There is no retention range of type {range.Type}; it must be one of 900 to 911, but not 904."),
    };

    private static string? Period(RetentionRange range)
    {
        long[] parts = [range.Days, range.Weeks, range.Months, range.Years];
        return parts.Any(static p => p is < 0 or > Most) ? Say($"Days, weeks, months and years must be 0 to {Most}.")
            : parts.All(static p => p == 0) ? "The period is empty. Give at least one day, week, month or year."
            : null;
    }

    private static string? Count(long count, string what) => count is < 1 or > Most ? Say($"The number of {what} is {count}; it must be 1 to {Most}.") : null;

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
