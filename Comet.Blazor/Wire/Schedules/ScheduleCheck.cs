using System.Globalization;

namespace Comet.Blazor.Wire.Schedules;

/// <summary>What a schedule must be to mean anything. Server and agent ask the same question, so nothing that was accepted is left lying.</summary>
public static class ScheduleCheck
{
    /// <summary>The contract's SCHEDULE_MAX_RANDOM_DELAY_SECS: 5 hours.</summary>
    public const long MostRandomDelay = 18000;

    /// <summary>The contract's SCHEDULE_MAXINT.</summary>
    public const long MostSeconds = 1125899906842624;

    /// <summary>Seconds between two runs of a periodic schedule, at least: a shorter period would only make skipped jobs.</summary>
    public const long LeastPeriod = 60;

    private const long Hour = 3600;
    private const long Day = 24 * Hour;

    /// <summary>The field that is wrong, with what it must be; null when the schedule is right.</summary>
    public static string? Complaint(AgentSchedule schedule) =>
        schedule.Frequency is < ScheduleFrequency.Once or > ScheduleFrequency.Yearly ? $"FrequencyType is {schedule.Frequency}; it must be one of 8010 (once) to 8016 (yearly)."
        : Range(schedule.Frequency) is var (least, most, meaning) && (schedule.SecondsPast < least || schedule.SecondsPast > most)
            ? string.Create(CultureInfo.InvariantCulture, $"SecondsPast is {schedule.SecondsPast}; for this frequency it is {meaning}, {least} to {most}.")
        : schedule.Offset is < -MostSeconds or > MostSeconds ? $"Offset is {schedule.Offset}; it is a number of seconds up to {MostSeconds}."
        : schedule.Window is { } window && !(IsMinute(window.From) && IsMinute(window.To)) ? "FromTime and ToTime must be 0 to 23 hours and 0 to 59 minutes."
        : schedule.RandomDelay is < 0 or > MostRandomDelay ? $"RandomDelaySecs is {schedule.RandomDelay}; it may be {MostRandomDelay} (5 hours) at most."
        : schedule.Frequency == ScheduleFrequency.Yearly && schedule.Month is < 1 or > 12 ? $"SelectedMonth is {schedule.Month}; it must be 1 to 12."
        : schedule.Frequency == ScheduleFrequency.Yearly && schedule.Day is < 0 or > 31 ? $"SelectedDay is {schedule.Day}; it must be 1 to 31."
        : null;

    private static bool IsMinute(int minutes) => minutes is >= 0 and < 1440;

    private static (long Least, long Most, string Meaning) Range(int frequency) => frequency switch
    {
        ScheduleFrequency.Once => (1, MostSeconds, "a time in Unix seconds"),
        ScheduleFrequency.Daily => (0, Day - 1, "the seconds after midnight"),
        ScheduleFrequency.Hourly => (0, Hour - 1, "the seconds after the full hour"),
        ScheduleFrequency.Weekly => (0, (7 * Day) - 1, "the seconds after Sunday, midnight"),
        ScheduleFrequency.Periodic => (LeastPeriod, 366 * Day, "the seconds from one run to the next"),
        _ => (0, (31 * Day) - 1, "the seconds after midnight of the first day of the month"),
    };
}
