using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Wire.Retention;

/// <summary>The snapshots of an item, laid out on the calendar of a zone.</summary>
internal sealed class RetentionCalendar
{
    private readonly RetentionSnapshot[] _newestFirst;
    private readonly LocalClock _clock;
    private readonly long _now;
    private readonly DateTime _wallNow;
    private readonly DateOnly _today;
    private readonly DateOnly[] _days;

    public RetentionCalendar(RetentionSnapshot[] newestFirst, long now, TimeZoneInfo zone)
    {
        _newestFirst = newestFirst;
        _clock = new LocalClock(zone);
        _now = now;
        _wallNow = _clock.At(now);
        _today = DateOnly.FromDateTime(_wallNow);
        _days = [.. newestFirst.Select(s => DateOnly.FromDateTime(_clock.At(Math.Clamp(s.Time, 0, now))))];
    }

    /// <summary>Indexes of the snapshots that a range keeps.</summary>
    /// <param name="range">A range without complaint.</param>
    public IEnumerable<int> Kept(RetentionRange range) => range.Type switch
    {
        RetentionType.MostRecent => Enumerable.Range(0, (int)Math.Min(range.Jobs, _days.Length)),
        RetentionType.NewerThan => From(range.Timestamp),
        RetentionType.Since => From(Cutoff(range)),
        RetentionType.FirstOfDays => Firsts(static d => d, DaysBack(range.Days)),
        RetentionType.FirstOfWeeks => Firsts(d => d.AddDays(-(((int)d.DayOfWeek - (int)range.WeekOffset + 7) % 7)), DaysBack(7 * range.Weeks)),
        RetentionType.FirstOfMonths => Firsts(d => MonthStart(d, (int)range.MonthOffset), MonthsBack(range.Months)),
        RetentionType.FirstOfYears => Firsts(d => YearStart(d, (int)Math.Max(range.YearOffset, 1)), MonthsBack(12 * range.Years)),
        RetentionType.LastOnePerDay => OnePer(static d => d, range.Jobs),
        RetentionType.LastOnePerWeek => OnePer(static d => d.AddDays(-(int)d.DayOfWeek), range.Jobs),
        RetentionType.LastOnePerMonth => OnePer(static d => new DateOnly(d.Year, d.Month, 1), range.Jobs),
        _ => OnePer(static d => new DateOnly(d.Year, 1, 1), range.Jobs),
    };

    private static DateOnly MonthStart(DateOnly day, int of)
    {
        var month = new DateOnly(day.Year, day.Month, 1);
        if (day.Day < of)
        {
            month = month.AddMonths(-1);
        }

        // A month without that day has no beginning of its own; the one before it always has.
        month = DateTime.DaysInMonth(month.Year, month.Month) < of ? month.AddMonths(-1) : month;
        return month.AddDays(of - 1);
    }

    private static DateOnly YearStart(DateOnly day, int month) => new(day.Month >= month ? day.Year : day.Year - 1, month, 1);

    private IEnumerable<int> From(long instant) => Indexes().Where(i => Math.Max(_newestFirst[i].Time, 0) >= instant);

    // The oldest of each period that begins after a day.
    private IEnumerable<int> Firsts(Func<DateOnly, DateOnly> start, DateOnly? after) =>
        Indexes().GroupBy(i => start(_days[i])).Where(p => after is null || p.Key > after).Select(static p => p.Last());

    // The newest of each period, back to so many periods that have any.
    private IEnumerable<int> OnePer(Func<DateOnly, DateOnly> start, long periods) =>
        Indexes().GroupBy(i => start(_days[i])).OrderByDescending(static p => p.Key).Take((int)Math.Min(periods, int.MaxValue)).Select(static p => p.First());

    private IEnumerable<int> Indexes() => Enumerable.Range(0, _days.Length);

    // Null: before the calendar begins.
    private DateOnly? DaysBack(long days) => days >= _today.DayNumber ? null : _today.AddDays((int)-days);

    private DateOnly? MonthsBack(long months) => months / 12 >= _today.Year - 1 ? null : _today.AddMonths((int)-months);

    private long Cutoff(RetentionRange range)
    {
        var months = (12 * range.Years) + range.Months;
        var days = (7 * range.Weeks) + range.Days;
        if ((months / 12) + (days / 365) + 2 >= _wallNow.Year)
        {
            return long.MinValue;
        }

        var cutoff = _clock.FirstAt(_wallNow.AddMonths((int)-months).AddDays(-days));
        return Math.Min(cutoff, _now);
    }
}
