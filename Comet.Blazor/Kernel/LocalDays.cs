namespace Comet.Blazor.Kernel;

/// <summary>Calendar days of a time zone, as instants.</summary>
public static class LocalDays
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(15); // no clock was ever changed by less

    /// <summary>Where a day begins, Unix seconds: its midnight. Where a change of the clocks leaves that out it is the first moment of the day, and where it repeats it, the earlier one.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="day">The day.</param>
    public static long Start(TimeZoneInfo zone, DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
        {
            local += Step;
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUnixTimeSeconds();
    }

    /// <summary>Where each of the last days begins, today the last of them, and where today ends: one more than there are days. Unix seconds, ascending.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="now">This moment.</param>
    /// <param name="days">How many days.</param>
    public static long[] Last(TimeZoneInfo zone, DateTimeOffset now, int days)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        return [.. Enumerable.Range(1 - days, days + 1).Select(d => Start(zone, today.AddDays(d)))];
    }
}
