using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Tests.Retention;

/// <summary>The oracle: walks the calendar day by day, and time minute by minute. Knows whole minutes only.</summary>
internal static class NaiveRetention
{
    public static SortedSet<string> Kept(IReadOnlyList<RetentionSnapshot> snapshots, IEnumerable<RetentionRange> ranges, long now, TimeZoneInfo zone)
    {
        var kept = new SortedSet<string>(StringComparer.Ordinal);
        kept.UnionWith(snapshots.Where(s => s.Time > now + 3600).Select(static s => s.Id));
        var oldestFirst = snapshots.Where(s => s.Time <= now + 3600).OrderBy(static s => s.Time).ThenBy(static s => s.Id, StringComparer.Ordinal).ToList();
        if (oldestFirst.Count > 0)
        {
            kept.Add(oldestFirst[^1].Id);
        }

        foreach (var range in ranges)
        {
            kept.UnionWith(Kept(oldestFirst, range, now, zone).Select(static s => s.Id));
        }

        return kept;
    }

    private static IEnumerable<RetentionSnapshot> Kept(List<RetentionSnapshot> all, RetentionRange r, long now, TimeZoneInfo zone)
    {
        var today = Day(now, zone);
        var byDay = all.ToLookup(s => Day(Math.Min(s.Time, now), zone));
        switch (r.Type)
        {
            case 900:
                return all.AsEnumerable().Reverse().Where((_, i) => i < r.Jobs);
            case 901:
                return all.Where(s => s.Time >= r.Timestamp);
            case 902:
                var cutoff = Cutoff(r, now, zone);
                return all.Where(s => s.Time >= cutoff);
            case 903:
                return Enumerable.Range(0, (int)r.Days).Select(i => byDay[today.AddDays(-i)].FirstOrDefault()).OfType<RetentionSnapshot>();
            case 905:
                return FromStarts(byDay, today, MonthsEarlier(today, r.Months), d => d.Day == r.MonthOffset);
            case 906:
                return FromStarts(byDay, today, today.AddDays((int)(-7 * r.Weeks)), d => (long)d.DayOfWeek == r.WeekOffset);
            case 911:
                return FromStarts(byDay, today, MonthsEarlier(today, 12 * r.Years), d => d.Day == 1 && d.Month == Math.Max(1, r.YearOffset));
            default:
                return Newest(byDay, today, all, now, zone, r);
        }
    }

    // From each day that begins a period, on through the days until the next such day or until a backup was found.
    private static List<RetentionSnapshot> FromStarts(ILookup<DateOnly, RetentionSnapshot> byDay, DateOnly today, DateOnly floor, Func<DateOnly, bool> begins)
    {
        List<RetentionSnapshot> found = [];
        for (var start = floor.AddDays(1); start <= today; start = start.AddDays(1))
        {
            if (!begins(start))
            {
                continue;
            }

            for (var day = start; day <= today && (day == start || !begins(day)); day = day.AddDays(1))
            {
                if (byDay[day].FirstOrDefault() is { } first)
                {
                    found.Add(first);
                    break;
                }
            }
        }

        return found;
    }

    // Back through the days; a day counts when no newer day of its period had a backup.
    private static List<RetentionSnapshot> Newest(ILookup<DateOnly, RetentionSnapshot> byDay, DateOnly today, List<RetentionSnapshot> all, long now, TimeZoneInfo zone, RetentionRange r)
    {
        List<RetentionSnapshot> found = [];
        DateOnly? last = null;
        var oldest = all.Count == 0 ? today : all.Min(s => Day(Math.Min(s.Time, now), zone));
        for (var day = today; day >= oldest && found.Count < r.Jobs; day = day.AddDays(-1))
        {
            if (byDay[day].Any() && (last is null || !Together(r.Type, day, last.Value)))
            {
                found.Add(byDay[day].Last());
                last = day;
            }
        }

        return found;
    }

    private static bool Together(long type, DateOnly day, DateOnly later)
    {
        if (type == 908)
        {
            for (var d = later; d >= day; d = d.AddDays(-1))
            {
                if (d == day)
                {
                    return true;
                }

                if (d.DayOfWeek == DayOfWeek.Sunday)
                {
                    return false;
                }
            }
        }

        return type switch
        {
            907 => day == later,
            909 => day.ToString("yyyyMM", null) == later.ToString("yyyyMM", null),
            _ => day.Year == later.Year,
        };
    }

    private static DateOnly MonthsEarlier(DateOnly day, long months)
    {
        var (year, month) = (day.Year, day.Month);
        for (var i = 0; i < months; i++)
        {
            (year, month) = month == 1 ? (year - 1, 12) : (year, month - 1);
        }

        return new DateOnly(year, month, Math.Min(day.Day, DateTime.DaysInMonth(year, month)));
    }

    // The first minute at which the clock on the wall has come to the time of day that it shows now, on the day so long ago.
    private static long Cutoff(RetentionRange r, long now, TimeZoneInfo zone)
    {
        var wall = Wall(now, zone);
        var day = MonthsEarlier(DateOnly.FromDateTime(wall), r.Months + (12 * r.Years));
        for (var i = 0L; i < r.Days + (7 * r.Weeks); i++)
        {
            day = day.AddDays(-1);
        }

        var aim = day.ToDateTime(TimeOnly.FromDateTime(wall));
        var instant = (long)(aim - DateTime.UnixEpoch).TotalSeconds - (30 * 3600);
        while (Wall(instant, zone) < aim)
        {
            instant += 60;
        }

        return instant;
    }

    private static DateOnly Day(long instant, TimeZoneInfo zone) => DateOnly.FromDateTime(Wall(instant, zone));

    private static DateTime Wall(long instant, TimeZoneInfo zone) => TimeZoneInfo.ConvertTimeFromUtc(DateTime.UnixEpoch.AddSeconds(instant), zone);
}
