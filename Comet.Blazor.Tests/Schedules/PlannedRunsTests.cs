using System.Globalization;
using Comet.Blazor.Wire.Schedules;
using CsCheck;

namespace Comet.Blazor.Tests.Schedules;

public sealed class PlannedRunsTests
{
    private static readonly string[] Zones = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"];

    /// <summary>Days around which something happens: changes of the clock from 2016 to 2018, when São Paulo still had them, ends of months, a leap day.</summary>
    private static readonly string[] Days =
    [
        "2016-02-28", "2016-03-12", "2016-03-26", "2016-04-02", "2016-10-01", "2016-10-15", "2016-10-29", "2016-11-05", "2016-12-31", "2017-02-18",
        "2017-02-27", "2017-03-25", "2017-04-01", "2017-10-14", "2018-02-17", "2018-03-10", "2018-11-03", "2018-11-04",
    ];

    private static Gen<AgentSchedule> Schedules { get; } = Gen.Select(
        Gen.OneOf(
            Gen.Int[0, 1439].Select(static m => new AgentSchedule(ScheduleFrequency.Daily, m * 60L)),
            Gen.Int[0, 59].Select(static m => new AgentSchedule(ScheduleFrequency.Hourly, m * 60L)),
            Gen.Int[0, (7 * 1440) - 1].Select(static m => new AgentSchedule(ScheduleFrequency.Weekly, m * 60L)),
            Gen.Int[0, (31 * 1440) - 1].Select(static m => new AgentSchedule(ScheduleFrequency.Monthly, m * 60L)),
            Gen.Select(Gen.Int[1, 3000], Gen.Int[-5000, 5000]).Select(static (n, o) => new AgentSchedule(ScheduleFrequency.Periodic, n * 60L, o * 60L)),
            Gen.Select(Gen.Int[0, 1439], Gen.Int[1, 12], Gen.Int[1, 31]).Select(static (m, month, day) => new AgentSchedule(ScheduleFrequency.Yearly, m * 60L, Month: month, Day: day))),
        Gen.Bool,
        Gen.Int[0, 1439],
        Gen.Int[0, 1439],
        Gen.Int[0, 254]).Select(static (s, windowed, from, to, days) => s with { Window = windowed ? new AgentWindow(from, to) : null, Days = days > AgentSchedule.AllDays ? AgentSchedule.AllDays : days });

    [Theory]
    [MemberData(nameof(AllZones))]
    public void Next_AnySchedule_IsWhatAWalkThroughTimeFinds(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        Gen.Select(Schedules, Gen.Int[0, Days.Length - 1].Select(static i => Days[i]), Gen.Int[0, 2 * 1440]).Sample(
            (schedule, day, minutes) =>
            {
                var from = Instant(day + "T00:00Z") + (minutes * 60L);
                var until = from + (4 * 86400);
                List<long> found = [];
                for (var next = PlannedRuns.Next(schedule, zone, from); next <= until; next = PlannedRuns.Next(schedule, zone, next.Value))
                {
                    found.Add(next.Value);
                }

                Assert.Null(ScheduleCheck.Complaint(schedule));
                Assert.Equal(NaiveWalk.Runs(schedule, zone, from, 4), found);
            },
            iter: 300);
    }

    [Theory]
    [MemberData(nameof(AllZones))]
    public void NextStart_RandomDelay_EachPlannedRunBeginsOnceInOrderWithinItsDelay(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        Gen.Select(Schedules, Gen.Int[0, Days.Length - 1].Select(static i => Days[i]), Gen.Int[1, 18000]).Sample(
            (plain, day, delay) =>
            {
                var schedule = plain with { RandomDelay = delay };
                var from = Instant(day + "T00:00Z");
                var until = from + (2 * 86400);
                List<long> planned = [];
                for (var next = PlannedRuns.Next(plain, zone, from); next <= until; next = PlannedRuns.Next(plain, zone, next.Value))
                {
                    planned.Add(next.Value);
                }

                List<long> starts = [];
                var cursor = from;
                while (starts.Count < planned.Count + 2 && PlannedRuns.NextStart(schedule, zone, "seed", cursor) is { } start)
                {
                    starts.Add(cursor = start);
                }

                // A run that was planned before the first instant may begin after it.
                var own = starts.SkipWhile(s => planned.Count > 0 && s < planned[0]).ToArray();
                for (var i = 0; i < planned.Count; i++)
                {
                    Assert.InRange(own[i], planned[i], Math.Min(planned[i] + delay, i + 1 < planned.Count ? planned[i + 1] - 1 : long.MaxValue));
                }

                Assert.Equal(starts.Count > 0 ? starts[0] : (long?)null, PlannedRuns.NextStart(schedule, zone, "seed", from));
            },
            iter: 60);
    }

    [Theory]
    // Amsterdam: 2026-03-29 02:00 → 03:00, 2026-10-25 03:00 → 02:00.
    [InlineData("Europe/Amsterdam", 8011, 2 * 3600 + 1800, "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T00:30Z")]
    [InlineData("Europe/Amsterdam", 8011, 3 * 3600, "2026-03-28T12:00Z", "2026-03-29T01:00Z 2026-03-30T01:00Z")]
    [InlineData("Europe/Amsterdam", 8011, 2 * 3600 + 1800, "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-26T01:30Z")]
    [InlineData("Europe/Amsterdam", 8012, 900, "2026-03-29T00:00Z", "2026-03-29T00:15Z 2026-03-29T01:00Z 2026-03-29T01:15Z 2026-03-29T02:15Z")]
    [InlineData("Europe/Amsterdam", 8012, 900, "2026-10-25T00:00Z", "2026-10-25T00:15Z 2026-10-25T02:15Z")]
    // New York: 2026-03-08 02:00 → 03:00, 2026-11-01 02:00 → 01:00.
    [InlineData("America/New_York", 8013, 2 * 3600, "2026-03-07T00:00Z", "2026-03-08T07:00Z 2026-03-15T06:00Z")]
    [InlineData("America/New_York", 8013, 3600, "2026-10-31T00:00Z", "2026-11-01T05:00Z 2026-11-08T06:00Z")]
    // Lord Howe moves by half an hour: 2026-10-04 02:00 → 02:30, 2026-04-05 02:00 → 01:30.
    [InlineData("Australia/Lord_Howe", 8011, 2 * 3600 + 900, "2026-10-03T00:00Z", "2026-10-03T15:30Z 2026-10-04T15:15Z")]
    [InlineData("Australia/Lord_Howe", 8011, 3600 + 2700, "2026-04-04T00:00Z", "2026-04-04T14:45Z 2026-04-05T15:15Z")]
    // Kathmandu is always 5:45 ahead.
    [InlineData("Asia/Kathmandu", 8012, 0, "2026-06-01T00:00Z", "2026-06-01T00:15Z 2026-06-01T01:15Z")]
    // São Paulo left out midnight: 2017-10-15 00:00 → 01:00; and repeated 23:00: 2018-02-18 00:00 → 2018-02-17 23:00.
    [InlineData("America/Sao_Paulo", 8011, 0, "2017-10-14T12:00Z", "2017-10-15T03:00Z 2017-10-16T02:00Z")]
    [InlineData("America/Sao_Paulo", 8011, 23 * 3600 + 1800, "2018-02-17T12:00Z", "2018-02-18T01:30Z 2018-02-19T02:30Z")]
    // The 31st, where a month has none; the 29th of February.
    [InlineData("Europe/Amsterdam", 8014, 30 * 86400 + 12 * 3600, "2026-01-01T00:00Z", "2026-01-31T11:00Z 2026-02-28T11:00Z 2026-03-31T10:00Z")]
    [InlineData("Asia/Kathmandu", 8010, 1795608000, "2026-01-01T00:00Z", "2026-11-25T12:00Z")]
    public void Next_WrittenByHand(string zone, int frequency, long secondsPast, string after, string expected)
    {
        var schedule = new AgentSchedule(frequency, secondsPast);

        Assert.Equal(expected, string.Join(' ', Found(schedule, zone, after, expected.Split(' ').Length)));
    }

    [Fact]
    public void Next_Yearly_LastDayOfFebruary()
    {
        var schedule = new AgentSchedule(ScheduleFrequency.Yearly, 3600, Month: 2, Day: 29);

        Assert.Equal(["2027-02-28T00:00Z", "2028-02-29T00:00Z"], Found(schedule, "Europe/Amsterdam", "2026-03-01T00:00Z", 2));
        Assert.Equal(["2027-02-28T00:00Z"], Found(schedule with { Day = 0, SecondsPast = (28 * 86400) + 3600 }, "Europe/Amsterdam", "2026-03-01T00:00Z", 1));
    }

    [Fact]
    public void Next_NoRunEver_EndsWithNull()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");
        var now = Instant("2026-03-01T00:00Z");

        Assert.Null(PlannedRuns.Next(new AgentSchedule(ScheduleFrequency.Hourly, 0, Days: 0), zone, now));
        Assert.Null(PlannedRuns.Next(new AgentSchedule(ScheduleFrequency.Hourly, 1800, Window: new AgentWindow(480, 500)), zone, now));
        Assert.Null(PlannedRuns.Next(new AgentSchedule(ScheduleFrequency.Periodic, 86400, Window: new AgentWindow(720, 730)), zone, now));
        Assert.Null(PlannedRuns.Next(new AgentSchedule(ScheduleFrequency.Once, now), zone, now));
        Assert.Null(PlannedRuns.Next(new AgentSchedule(ScheduleFrequency.Daily, 0), zone, long.MaxValue));
    }

    [Fact]
    public void NextStart_OtherDevice_OtherDelay()
    {
        var schedule = new AgentSchedule(ScheduleFrequency.Daily, 0, RandomDelay: 18000);
        var starts = Enumerable.Range(0, 200).Select(i => PlannedRuns.NextStart(schedule, TimeZoneInfo.Utc, $"device{i}", Instant("2026-03-01T00:00Z"))!.Value).ToHashSet();

        Assert.InRange(starts.Count, 150, 200);
    }

    [Theory]
    [InlineData(8009, 0, 0, "FrequencyType")]
    [InlineData(8017, 0, 0, "FrequencyType")]
    [InlineData(8010, 0, 0, "SecondsPast")]
    [InlineData(8011, 86400, 0, "SecondsPast")]
    [InlineData(8012, 3600, 0, "SecondsPast")]
    [InlineData(8013, 604800, 0, "SecondsPast")]
    [InlineData(8014, 31 * 86400, 0, "SecondsPast")]
    [InlineData(8015, 0, 0, "SecondsPast")]
    [InlineData(8016, 0, 0, "SelectedMonth")]
    [InlineData(8011, 0, 18001, "RandomDelaySecs")]
    public void Complaint_NamesTheField(int frequency, long secondsPast, long delay, string field)
    {
        var schedule = new AgentSchedule(frequency, secondsPast, RandomDelay: delay);

        Assert.StartsWith(field, ScheduleCheck.Complaint(schedule), StringComparison.Ordinal);
        Assert.Equal("Never, because the schedule is not valid", ScheduleWords.Say(schedule, TimeZoneInfo.Utc));
    }

    [Fact]
    public void Say_PlainWords()
    {
        static string Say(AgentSchedule schedule) => ScheduleWords.Say(schedule, TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam"));

        Assert.Equal("Every day at 22:00", Say(new AgentSchedule(8011, 79200)));
        Assert.Equal("Once, on 2026-11-25 at 13:00", Say(new AgentSchedule(8010, 1795608000)));
        Assert.Equal("Every hour, 15 minutes past, Monday to Friday, between 08:00 and 18:30", Say(new AgentSchedule(8012, 900, Window: new AgentWindow(480, 1110), Days: 62)));
        Assert.Equal("Every Monday at 22:00:30, up to 5 hours later", Say(new AgentSchedule(8013, 86400 + 79230, RandomDelay: 18000)));
        Assert.Equal("Every month on day 31 (or its last day) at 01:00", Say(new AgentSchedule(8014, (30 * 86400) + 3600)));
        Assert.Equal("Every year in March on day 1 at 06:00", Say(new AgentSchedule(8016, 21600, Month: 3, Day: 1)));
        Assert.Equal("Every 1 hour 30 minutes, on Sunday, Saturday", Say(new AgentSchedule(8015, 5400, Days: 65)));
        Assert.Equal("Every hour", Say(new AgentSchedule(8015, 3600)));
    }

    public static TheoryData<string> AllZones => [.. Zones];

    private static List<string> Found(AgentSchedule schedule, string zone, string after, int count)
    {
        List<string> found = [];
        long? at = Instant(after);
        while (found.Count < count && (at = PlannedRuns.Next(schedule, TimeZoneInfo.FindSystemTimeZoneById(zone), at.Value)) is { } next)
        {
            found.Add(DateTimeOffset.FromUnixTimeSeconds(next).ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture));
        }

        return found;
    }

    private static long Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeSeconds();
}
