using System.Globalization;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui.Time;

/// <summary>The viewer's time zone and the product's way to write times. Scoped: one zone per browser tab.</summary>
/// <param name="clock">The clock.</param>
/// <param name="logger">Hears of zones this server does not know.</param>
public sealed class BrowserClock(TimeProvider clock, ILogger<BrowserClock> logger)
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>The viewer's zone; UTC until the browser has told it.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>This moment, UTC.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Sets the zone by its IANA name; an unknown name keeps UTC and is logged.</summary>
    public void SetZone(string iana)
    {
        if (iana.Length <= 100 && TimeZoneInfo.TryFindSystemTimeZoneById(iana, out var zone)) // the text comes from a browser
        {
            Zone = zone;
            return;
        }

        Zone = TimeZoneInfo.Utc;
        logger.LogWarning("The browser's time zone {Zone} is unknown here; times are shown in UTC", iana.Length > 100 ? iana[..100] : iana);
    }

    /// <summary>The instant in the viewer's zone.</summary>
    public DateTimeOffset Local(DateTimeOffset utc) => TimeZoneInfo.ConvertTime(utc, Zone);

    /// <summary>Where each of the viewer's last days begins, today the last of them, and where today ends. Unix seconds, ascending.</summary>
    public long[] LastDays(int days) => LocalDays.Last(Zone, clock.GetUtcNow(), days);

    /// <summary>"just now", "38 min ago", "3 h ago", "yesterday", "13 Nov", "13 Nov 2024"; for the future "in 38 min", "tomorrow". Always shown with <see cref="Full"/> as its tooltip.</summary>
    public string Relative(DateTimeOffset utc)
    {
        var now = clock.GetUtcNow();
        var past = utc <= now;
        var distance = (now - utc).Duration();
        if (distance < TimeSpan.FromHours(24))
        {
            var near = distance switch
            {
                { TotalMinutes: < 1 } => null,
                { TotalHours: < 1 } => string.Create(Invariant, $"{(int)distance.TotalMinutes} min"),
                _ => string.Create(Invariant, $"{(int)distance.TotalHours} h"),
            };
            return near is null ? "just now" : past ? near + " ago" : "in " + near;
        }

        var (day, today) = (Day(utc), Day(now));
        return (day.DayNumber - today.DayNumber) switch
        {
            -1 => "yesterday",
            1 => "tomorrow",
            _ => day.ToString(day.Year == today.Year ? "d MMM" : "d MMM yyyy", Invariant),
        };
    }

    /// <summary>"2026-11-25 14:03:07" in the viewer's zone: for columns that are compared.</summary>
    public string Clock(DateTimeOffset utc) => Local(utc).ToString("yyyy-MM-dd HH:mm:ss", Invariant);

    /// <summary>"2026-11-25 14:03:07 +01:00 (Europe/Rome), 2026-11-25 13:03:07 UTC": the tooltip of every relative time.</summary>
    public string Full(DateTimeOffset utc)
    {
        var universal = utc.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", Invariant) + " UTC";
        return Zone.Equals(TimeZoneInfo.Utc) ? universal : $"{Local(utc).ToString("yyyy-MM-dd HH:mm:ss zzz", Invariant)} ({Zone.Id}), {universal}";
    }

    /// <summary>"2026-11-25T14:03:07+01:00": for exports.</summary>
    public string Iso(DateTimeOffset utc) => Local(utc).ToString("yyyy-MM-ddTHH:mm:sszzz", Invariant);

    /// <summary>"58 s", "10 min 04 s", "1 h 52 min", "7 d 0 h". Negative durations, from clocks that went back, are written as 0.</summary>
    /// <param name="seconds">Length in seconds.</param>
    public static string Duration(long seconds) => seconds switch
    {
        < 0 => "0 s",
        < 60 => string.Create(Invariant, $"{seconds} s"),
        < 3_600 => string.Create(Invariant, $"{seconds / 60} min {seconds % 60:00} s"),
        < 86_400 => string.Create(Invariant, $"{seconds / 3_600} h {seconds % 3_600 / 60:00} min"),
        _ => string.Create(Invariant, $"{seconds / 86_400} d {seconds % 86_400 / 3_600} h"),
    };

    private DateOnly Day(DateTimeOffset utc) => DateOnly.FromDateTime(Local(utc).DateTime);
}
