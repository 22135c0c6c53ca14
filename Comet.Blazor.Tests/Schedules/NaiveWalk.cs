using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Tests.Schedules;

/// <summary>The oracle: walks through time minute by minute, looks at the clock on the wall, and asks of each time that it has reached whether a run is due. Knows whole minutes only.</summary>
internal static class NaiveWalk
{
    private const int WarmUp = 26 * 60;

    public static List<long> Runs(AgentSchedule schedule, TimeZoneInfo zone, long from, int days)
    {
        List<long> runs = [];
        var highest = Wall(zone, from - (WarmUp * 60L)); // the latest time that the wall clock has shown so far
        for (var instant = from - (WarmUp * 60L) + 60; instant <= from + (days * 86400L); instant += 60)
        {
            var wall = Wall(zone, instant);
            var due = false;
            if (schedule.Frequency == ScheduleFrequency.Periodic)
            {
                due = (instant - schedule.Offset) % schedule.SecondsPast == 0 && Within(schedule, wall);
            }
            else
            {
                for (; highest < wall; due |= Matches(schedule, highest))
                {
                    highest = highest.AddMinutes(1);
                }
            }

            if (due && instant > from)
            {
                runs.Add(instant);
            }
        }

        return runs;
    }

    private static DateTime Wall(TimeZoneInfo zone, long instant) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.UnixEpoch.AddSeconds(instant), zone);

    private static bool Matches(AgentSchedule s, DateTime t)
    {
        var ofDay = (t.Hour * 3600) + (t.Minute * 60);
        var isLast = t.Day == DateTime.DaysInMonth(t.Year, t.Month);
        bool OnDay(long day) => t.Day == day || (isLast && day > t.Day);
        return s.Frequency switch
        {
            ScheduleFrequency.Daily => ofDay == s.SecondsPast,
            ScheduleFrequency.Weekly => ((int)t.DayOfWeek * 86400) + ofDay == s.SecondsPast,
            ScheduleFrequency.Hourly => t.Minute * 60 == s.SecondsPast && Within(s, t),
            ScheduleFrequency.Monthly => ofDay == s.SecondsPast % 86400 && OnDay((s.SecondsPast / 86400) + 1),
            _ => ofDay == s.SecondsPast % 86400 && t.Month == s.Month && OnDay(s.Day),
        };
    }

    private static bool Within(AgentSchedule s, DateTime t)
    {
        var now = (t.Hour * 60) + t.Minute;
        var inWindow = s.Window is not { } w || w.From == w.To || (w.From < w.To ? w.From <= now && now <= w.To : now >= w.From || now <= w.To);
        return inWindow && (s.Days >> (int)t.DayOfWeek) % 2 == 1;
    }
}
