using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Comet.Blazor.Wire.Schedules;

/// <summary>
/// When schedules run (spec/01 §5.4), in the device's zone. A time that the change to summer time leaves out runs at the next valid instant; a time that
/// comes twice runs at the first; a day that a month does not have is that month's last. All instants are Unix seconds.
/// </summary>
public static class PlannedRuns
{
    // Beyond it, a schedule that its own window never lets run is taken for what it is.
    private const long Horizon = 366 * 86400L;
    private const long LastInstant = 250_000_000_000; // the year 9892: calendar arithmetic stays within its type

    /// <summary>Names a rule on a device, for the random delay of its runs: device and editor compute the same.</summary>
    public static string Seed(string deviceId, string ruleId) => $"{deviceId}/{ruleId}";

    /// <summary>The instant, Unix seconds, at which the clock on the wall reads this time; the next valid one for a time that the zone leaves out, the first of two.</summary>
    public static long InstantOf(DateTime local, TimeZoneInfo zone) => new LocalClock(zone).FirstAt(DateTime.SpecifyKind(local, DateTimeKind.Unspecified));

    /// <summary>The first planned instant after this one, without random delay; null when there is none.</summary>
    /// <param name="schedule">A schedule without complaint (<see cref="ScheduleCheck"/>).</param>
    /// <param name="zone">The device's zone.</param>
    /// <param name="after">Unix seconds; itself does not count.</param>
    public static long? Next(AgentSchedule schedule, TimeZoneInfo zone, long after)
    {
        after = Math.Max(after, 0);
        if (after > LastInstant)
        {
            return null;
        }

        var clock = new LocalClock(zone);
        return schedule.Frequency switch
        {
            ScheduleFrequency.Once => schedule.SecondsPast > after ? schedule.SecondsPast : null,
            ScheduleFrequency.Daily => First(clock, after, clock.At(after).Date.AddDays(-1), static d => d.AddDays(1), d => d.AddSeconds(schedule.SecondsPast)),
            ScheduleFrequency.Weekly => First(clock, after, Sunday(clock.At(after)).AddDays(-7), static d => d.AddDays(7), d => d.AddSeconds(schedule.SecondsPast)),
            ScheduleFrequency.Monthly => First(clock, after, Month(clock.At(after)).AddMonths(-1), static d => d.AddMonths(1), d => InMonth(d, schedule.SecondsPast)),
            ScheduleFrequency.Yearly => First(
                clock, after, new DateTime(clock.At(after).Year - 1, schedule.Month, 1), static d => d.AddYears(1), d => InMonth(d, WithDay(schedule))),
            ScheduleFrequency.Hourly => NextHourly(schedule, clock, after),
            ScheduleFrequency.Periodic => NextPeriodic(schedule, clock, after),
            _ => null,
        };
    }

    /// <summary>The first instant after this one at which a run of the schedule begins, random delay included; null when there is none.</summary>
    /// <param name="schedule">A schedule without complaint.</param>
    /// <param name="zone">The device's zone.</param>
    /// <param name="seed">Names rule and device: the delay of a run is always the same, and another one on the next device.</param>
    /// <param name="after">Unix seconds; itself does not count.</param>
    public static long? NextStart(AgentSchedule schedule, TimeZoneInfo zone, string seed, long after)
    {
        var planned = Next(schedule, zone, after - MostDelay(schedule) - 1);
        while (planned is { } instant)
        {
            var following = Next(schedule, zone, instant);
            var start = instant + Delay(schedule, seed, instant, following);
            if (start > after)
            {
                return start;
            }

            planned = following;
        }

        return null;
    }

    /// <summary>The first start of any of a rule's schedules after this instant; null when there is none.</summary>
    public static (long Start, AgentSchedule Schedule)? NextStart(IEnumerable<AgentSchedule> schedules, TimeZoneInfo zone, string seed, long after)
    {
        (long Start, AgentSchedule Schedule)? first = null;
        foreach (var schedule in schedules.Where(static s => ScheduleCheck.Complaint(s) is null))
        {
            if (NextStart(schedule, zone, seed, after) is { } start && (first is null || start < first.Value.Start))
            {
                first = (start, schedule);
            }
        }

        return first;
    }

    // A delayed run begins before the next one is planned: so no run overtakes another one of its schedule.
    private static long Delay(AgentSchedule schedule, string seed, long planned, long? following)
    {
        var most = Math.Min(MostDelay(schedule), (following ?? long.MaxValue) - planned - 1);
        if (most <= 0)
        {
            return 0;
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{seed}/{planned}")));
        return (long)(BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)(most + 1));
    }

    private static long MostDelay(AgentSchedule schedule) => Math.Min(
        Math.Clamp(schedule.RandomDelay, 0, ScheduleCheck.MostRandomDelay),
        schedule.Frequency switch
        {
            ScheduleFrequency.Periodic => schedule.SecondsPast - 1,
            ScheduleFrequency.Hourly => 3599,
            _ => long.MaxValue,
        });

    private static long First(LocalClock clock, long after, DateTime slot, Func<DateTime, DateTime> next, Func<DateTime, DateTime> within)
    {
        while (true)
        {
            if (clock.FirstAt(within(slot)) is var instant && instant > after)
            {
                return instant;
            }

            slot = next(slot);
        }
    }

    private static long? NextHourly(AgentSchedule schedule, LocalClock clock, long after)
    {
        var window = new RunWindow(schedule);
        var now = clock.At(after);
        var slot = now.Date.AddHours(now.Hour - 3).AddSeconds(schedule.SecondsPast); // a repeated hour is one that the wall clock has shown before
        for (var limit = now.AddSeconds(Horizon); slot < limit; slot = slot.AddHours(1))
        {
            if (window.NextAllowed(slot) is not { } allowed)
            {
                return null;
            }

            if (allowed > slot)
            {
                slot = slot.AddHours(Math.Ceiling((allowed - slot).TotalHours) - 1); // on to the first slot that is not before it
            }
            else if (clock.FirstAt(slot) is var instant && instant > after)
            {
                return instant;
            }
        }

        return null;
    }

    private static long? NextPeriodic(AgentSchedule schedule, LocalClock clock, long after)
    {
        var window = new RunWindow(schedule);
        var instant = AtOrAfter(after + 1);
        while (instant - after < Horizon + schedule.SecondsPast)
        {
            var local = clock.At(instant);
            if (window.NextAllowed(local) is not { } allowed)
            {
                return null;
            }

            if (allowed == local)
            {
                return instant;
            }

            instant = Math.Max(instant + schedule.SecondsPast, AtOrAfter(clock.FirstAt(allowed)));
        }

        return null;

        long AtOrAfter(long earliest)
        {
            var phase = (earliest - schedule.Offset) % schedule.SecondsPast;
            return phase == 0 ? earliest : earliest + (phase < 0 ? 0 : schedule.SecondsPast) - phase;
        }
    }

    private static DateTime Sunday(DateTime local) => local.Date.AddDays(-(int)local.DayOfWeek);

    private static DateTime Month(DateTime local) => new(local.Year, local.Month, 1);

    private static DateTime InMonth(DateTime first, long secondsPast) =>
        first.AddDays(Math.Min(secondsPast / 86400, DateTime.DaysInMonth(first.Year, first.Month) - 1)).AddSeconds(secondsPast % 86400);

    private static long WithDay(AgentSchedule schedule) => schedule.Day > 0 ? ((schedule.Day - 1) * 86400L) + (schedule.SecondsPast % 86400) : schedule.SecondsPast;
}
