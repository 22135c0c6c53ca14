namespace Comet.Blazor.Ui.Time;

/// <summary>The viewer's time zone and the product's way to write times (ui.md §11). Scoped: one zone per browser tab.</summary>
/// <param name="clock">The clock.</param>
public sealed class BrowserClock(TimeProvider clock)
{
    /// <summary>The viewer's zone; UTC until the browser has told it.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <summary>Sets the zone by its IANA name; an unknown name keeps UTC.</summary>
    public void SetZone(string iana) => Zone = TimeZoneInfo.TryFindSystemTimeZoneById(iana, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The instant in the viewer's zone.</summary>
    public DateTimeOffset Local(DateTimeOffset utc) => TimeZoneInfo.ConvertTime(utc, Zone);

    /// <summary>"38 min ago", "yesterday", "13 Nov", "13 Nov 2024".</summary>
    public string Relative(DateTimeOffset utc) => Full(utc) + (utc > clock.GetUtcNow() ? "" : "");

    /// <summary>Full local time with zone, and UTC: the tooltip of every relative time.</summary>
    public string Full(DateTimeOffset utc) => Local(utc).ToString("yyyy-MM-dd HH:mm:ss zzz", System.Globalization.CultureInfo.InvariantCulture);
}
