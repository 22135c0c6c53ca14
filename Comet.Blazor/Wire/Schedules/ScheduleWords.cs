using System.Globalization;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Wire.Schedules;

/// <summary>Schedules in plain words.</summary>
public static class ScheduleWords
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>Such as "Every day at 22:00, up to 5 minutes later".</summary>
    /// <param name="schedule">Any schedule; one with a complaint says so.</param>
    /// <param name="zone">The device's zone: a single run is told in its time.</param>
    public static string Say(AgentSchedule schedule, TimeZoneInfo zone)
    {
        if (ScheduleCheck.Complaint(schedule) is not null)
        {
            return "Never, because the schedule is not valid";
        }

        var restricted = schedule.Frequency is ScheduleFrequency.Hourly or ScheduleFrequency.Periodic;
        return Frequency(schedule, zone) + (restricted ? Days(schedule.Days) + Window(schedule.Window) : "")
            + (schedule.RandomDelay > 0 ? $", up to {Span(schedule.RandomDelay)} later" : "");
    }

    private static string Frequency(AgentSchedule schedule, TimeZoneInfo zone) => schedule.Frequency switch
    {
        ScheduleFrequency.Once => UnixTime.FromUnix(schedule.SecondsPast) is { } once
            ? string.Create(English, $"Once, on {TimeZoneInfo.ConvertTime(once, zone):yyyy-MM-dd} at {Time((long)TimeZoneInfo.ConvertTime(once, zone).TimeOfDay.TotalSeconds)}")
            : "Never: its time is too far away",
        ScheduleFrequency.Daily => $"Every day at {Time(schedule.SecondsPast)}",
        ScheduleFrequency.Hourly => schedule.SecondsPast == 0 ? "Every hour, on the hour" : $"Every hour, {Span(schedule.SecondsPast)} past",
        ScheduleFrequency.Weekly => $"Every {(DayOfWeek)(schedule.SecondsPast / 86400)} at {Time(schedule.SecondsPast)}",
        ScheduleFrequency.Monthly => $"Every month on {MonthDay(DayOf(schedule))} at {Time(schedule.SecondsPast)}",
        ScheduleFrequency.Yearly => $"Every year in {English.DateTimeFormat.GetMonthName(schedule.Month)} on {MonthDay(schedule.Day > 0 ? schedule.Day : DayOf(schedule))} at {Time(schedule.SecondsPast)}",
        _ => $"Every {Span(schedule.SecondsPast)}",
    };

    private static int DayOf(AgentSchedule schedule) => (int)(schedule.SecondsPast / 86400) + 1;

    private static string MonthDay(int day) => day <= 28 ? $"day {day}" : $"day {day} (or its last day)";

    private static string Days(int days) => (days & AgentSchedule.AllDays) switch
    {
        AgentSchedule.AllDays => "",
        0 => ", on no day of the week, so never",
        0b0111110 => ", Monday to Friday",
        _ => ", on " + string.Join(", ", Enum.GetValues<DayOfWeek>().Where(d => (days & (1 << (int)d)) != 0)),
    };

    private static string Window(AgentWindow? window) => window is null || window.From == window.To ? "" : $", between {Time(window.From * 60L)} and {Time(window.To * 60L)}";

    private static string Time(long seconds)
    {
        var time = TimeSpan.FromSeconds(seconds % 86400);
        return time.ToString(time.Seconds == 0 ? @"hh\:mm" : @"hh\:mm\:ss", English);
    }

    private static string Span(long seconds)
    {
        var parts = new[] { (86400L, "day"), (3600L, "hour"), (60L, "minute"), (1L, "second") };
        List<string> words = [];
        foreach (var (length, name) in parts)
        {
            if (seconds / length is var count and > 0)
            {
                words.Add(count == 1 && words.Count == 0 && seconds == length ? name : string.Create(English, $"{count} {name}{(count == 1 ? "" : "s")}"));
            }

            seconds %= length;
        }

        return string.Join(' ', words);
    }
}
