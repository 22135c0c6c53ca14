using Comet.Blazor.Ui.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Ui;

public class BrowserClockTests
{
    private static BrowserClock In(string zone, string now = "2026-11-25T13:03:07Z")
    {
        var clock = new BrowserClock(new FakeTimeProvider(At(now)), NullLogger<BrowserClock>.Instance);
        clock.SetZone(zone);
        return clock;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("2026-11-25T13:02:30Z", "just now")]
    [InlineData("2026-11-25T12:25:00Z", "38 min ago")]
    [InlineData("2026-11-24T13:03:08Z", "23 h ago")]
    [InlineData("2026-11-24T13:03:07Z", "yesterday")]
    [InlineData("2026-11-23T23:30:00Z", "yesterday")] // 00:30 on the 24th in Rome
    [InlineData("2026-11-23T22:30:00Z", "23 Nov")]
    [InlineData("2026-11-13T12:00:00Z", "13 Nov")]
    [InlineData("2024-11-13T12:00:00Z", "13 Nov 2024")]
    [InlineData("2026-11-25T13:13:30Z", "in 10 min")]
    [InlineData("2026-11-26T14:00:00Z", "tomorrow")]
    public void Relative_FollowsTheLocalCalendar(string utc, string expected) => Assert.Equal(expected, In("Europe/Rome").Relative(At(utc)));

    [Fact]
    public void Times_ConvertPerInstant()
    {
        var clock = In("Europe/Rome");

        Assert.Equal("2026-07-01 14:00:00", clock.Clock(At("2026-07-01T12:00:00Z")));
        Assert.Equal("2026-01-01 13:00:00", clock.Clock(At("2026-01-01T12:00:00Z")));
        Assert.Equal("2026-11-25 14:03:07 +01:00 (Europe/Rome), 2026-11-25 13:03:07 UTC", clock.Full(At("2026-11-25T13:03:07Z")));
        Assert.Equal("2026-11-25T14:03:07+01:00", clock.Iso(At("2026-11-25T13:03:07Z")));
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("")]
    public void UnknownZone_KeepsUtc(string zone) => Assert.Equal("2026-11-25 13:03:07 UTC", In(zone).Full(At("2026-11-25T13:03:07Z")));

    [Theory]
    [InlineData(-3, "0 s")]
    [InlineData(0, "0 s")]
    [InlineData(58, "58 s")]
    [InlineData(604, "10 min 04 s")]
    [InlineData(6_720, "1 h 52 min")]
    [InlineData(604_800, "7 d 0 h")]
    public void Duration_IsShort(long seconds, string expected) => Assert.Equal(expected, BrowserClock.Duration(seconds));
}
