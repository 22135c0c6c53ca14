using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Kernel;

/// <summary>Days of a time zone begin where its people turn the page of the calendar.</summary>
public class LocalDaysTests
{
    [Theory]
    [InlineData("UTC", "2026-03-29", "2026-03-29T00:00:00Z")]
    [InlineData("Europe/Rome", "2026-03-29", "2026-03-28T23:00:00Z")]
    [InlineData("Europe/Rome", "2026-03-30", "2026-03-29T22:00:00Z")] // the day of the change has 23 hours
    [InlineData("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z")] // there is no midnight: the clock goes from 24:00 to 1:00
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z")] // there are two; the day begins with the first
    [InlineData("Asia/Kathmandu", "2026-11-25", "2026-11-24T18:15:00Z")]
    public void Start_IsTheFirstMomentOfTheDay(string zone, string day, string instant) => Assert.Equal(
        DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds(),
        LocalDays.Start(TimeZoneInfo.FindSystemTimeZoneById(zone), DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Last_EndsWithToday_OfTheZone()
    {
        var now = new DateTimeOffset(2026, 3, 30, 22, 30, 0, TimeSpan.Zero); // half past midnight of the 31st in Rome

        var days = LocalDays.Last(TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome"), now, 3);

        Assert.Equal([23, 24, 24], days.Zip(days.Skip(1), static (from, to) => (to - from) / 3600));
        Assert.InRange(now.ToUnixTimeSeconds(), days[2], days[3] - 1);
    }
}
