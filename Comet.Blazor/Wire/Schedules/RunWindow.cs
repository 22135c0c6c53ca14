namespace Comet.Blazor.Wire.Schedules;

/// <summary>Hours and weekdays that hourly and periodic runs keep to.</summary>
/// <param name="schedule">The schedule.</param>
internal readonly struct RunWindow(AgentSchedule schedule)
{
    private const int MinutesOfDay = 1440;
    private readonly int _from = schedule.Window is { } window && window.From != window.To ? window.From : 0;
    private readonly int _to = schedule.Window is { } window && window.From != window.To ? window.To : MinutesOfDay;
    private readonly int _days = schedule.Days;

    /// <summary>The first allowed time of the wall clock that is not before this one; null when no day is allowed.</summary>
    public DateTime? NextAllowed(DateTime local)
    {
        if ((_days & AgentSchedule.AllDays) == 0)
        {
            return null;
        }

        while (!Allows(local))
        {
            var from = local.Date.AddMinutes(_from);
            local = AllowsDay(local) && local < from ? from : local.Date.AddDays(1);
        }

        return local;
    }

    private bool AllowsDay(DateTime local) => (_days & (1 << (int)local.DayOfWeek)) != 0;

    private bool Allows(DateTime local)
    {
        var minutes = local.TimeOfDay.TotalMinutes;
        return AllowsDay(local) && (_from <= _to ? minutes >= _from && minutes <= _to : minutes >= _from || minutes <= _to);
    }
}
