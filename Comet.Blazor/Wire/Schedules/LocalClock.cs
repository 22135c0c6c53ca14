namespace Comet.Blazor.Wire.Schedules;

/// <summary>Wall-clock times of a zone as instants. Rests on the offsets of instants alone, which every zone has exactly one of.</summary>
/// <param name="zone">The zone.</param>
internal sealed class LocalClock(TimeZoneInfo zone)
{
    private const long Day = 86400;

    /// <summary>What the clock on the wall reads at an instant.</summary>
    /// <param name="instant">Unix seconds.</param>
    public DateTime At(long instant) => DateTime.UnixEpoch.AddSeconds(instant + Offset(instant));

    /// <summary>
    /// The first instant at which the clock on the wall reads this time or has gone past it: the next valid instant for a time that a change of
    /// the clock leaves out, the first of two for a time that comes twice.
    /// </summary>
    /// <returns>Unix seconds.</returns>
    public long FirstAt(DateTime local)
    {
        var wall = (long)(local - DateTime.UnixEpoch).TotalSeconds;
        var (before, after) = (Offset(wall - Day), Offset(wall + Day));
        var (early, late) = (wall - Math.Max(before, after), wall - Math.Min(before, after));
        if (Wall(early) == wall)
        {
            return early;
        }

        if (Wall(late) == wall)
        {
            return late;
        }

        // In a gap the wall clock only goes forward, so the instant of the change is found by halving.
        for ((early, late) = (early - 1, late + 1); late - early > 1;)
        {
            var middle = early + ((late - early) / 2);
            (early, late) = Wall(middle) < wall ? (middle, late) : (early, middle);
        }

        return late;
    }

    private long Wall(long instant) => instant + Offset(instant);

    private long Offset(long instant) => (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(instant)).TotalSeconds;
}
