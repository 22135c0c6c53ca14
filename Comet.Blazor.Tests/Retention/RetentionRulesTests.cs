using System.Globalization;
using Comet.Blazor.Wire.Retention;
using CsCheck;

namespace Comet.Blazor.Tests.Retention;

public sealed class RetentionRulesTests
{
    private static readonly string[] Zones = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"];

    /// <summary>Changes of the clock, ends of months and years, a leap day; in 2017 and 2018 São Paulo still changed its clock, at midnight.</summary>
    private static readonly string[] Days =
        ["2016-02-29", "2016-10-16", "2016-12-31", "2017-03-26", "2017-03-31", "2017-05-30", "2017-10-15", "2017-10-29", "2018-02-18", "2018-03-11", "2018-11-04", "2018-11-05"];

    private static Gen<RetentionRange> Ranges { get; } = Gen.OneOf(
        Gen.Int[1, 20].Select(static n => new RetentionRange(900) { Jobs = n }),
        Gen.Int[0, 800 * 1440].Select(static m => new RetentionRange(901) { Timestamp = Instant("2016-06-01T00:00Z") + (m * 60L) }),
        Gen.Select(Gen.Int[0, 40], Gen.Int[0, 6], Gen.Int[0, 14], Gen.Int[0, 2]).Where(static p => p.Item1 + p.Item2 + p.Item3 + p.Item4 > 0)
            .Select(static p => new RetentionRange(902) { Days = p.Item1, Weeks = p.Item2, Months = p.Item3, Years = p.Item4 }),
        Gen.Int[1, 60].Select(static n => new RetentionRange(903) { Days = n }),
        Gen.Select(Gen.Int[1, 15], Gen.Int[1, 31]).Select(static (n, d) => new RetentionRange(905) { Months = n, MonthOffset = d }),
        Gen.Select(Gen.Int[1, 30], Gen.Int[0, 6]).Select(static (n, d) => new RetentionRange(906) { Weeks = n, WeekOffset = d }),
        Gen.Select(Gen.Int[907, 910], Gen.Int[1, 12]).Select(static (t, n) => new RetentionRange(t) { Jobs = n }),
        Gen.Select(Gen.Int[1, 4], Gen.Int[0, 12]).Select(static (n, m) => new RetentionRange(911) { Years = n, YearOffset = m }));

    /// <summary>How many minutes before now: dense near it, sparse further back, and some from the future.</summary>
    private static Gen<int[]> Ages { get; } = Gen.OneOf(Gen.Int[0, 3 * 1440], Gen.Int[0, 90 * 1440], Gen.Int[0, 1200 * 1440], Gen.Int[-2 * 1440, 0]).Array[0, 60];

    [Theory]
    [MemberData(nameof(AllZones))]
    public void Kept_AnyPolicy_IsWhatAWalkThroughTheCalendarFinds(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        Gen.Select(Ranges.Array[1, 3], Ages, Gen.Int[0, Days.Length - 1], Gen.Int[0, 1439]).Sample(
            (ranges, ages, day, minute) =>
            {
                var now = Instant(Days[day] + "T00:00Z") + (minute * 60L);
                var snapshots = Snapshots(ages, now);

                var kept = RetentionRules.Kept(snapshots, RetentionPolicy.Except(ranges), now, zone);

                Assert.Equal(NaiveRetention.Kept(snapshots, ranges, now, zone), kept.Select(static k => k.Snapshot.Id).Order(StringComparer.Ordinal));
            },
            iter: 1500);
    }

    [Fact]
    public void Kept_AnyPolicy_EachReasonKeepsTheSnapshotByItself()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[0]);
        Gen.Select(Ranges.Array[1, 4], Ages, Gen.Int[0, Days.Length - 1]).Sample(
            (ranges, ages, day) =>
            {
                var now = Instant(Days[day] + "T12:00Z");
                var snapshots = Snapshots(ages, now);
                var alone = ranges.Select(r => RetentionRules.Judge(snapshots, RetentionPolicy.Except(r), now, zone)).ToArray();
                var ahead = snapshots.Count(s => s.Time > now + RetentionRules.Leeway);

                foreach (var (verdict, i) in RetentionRules.Judge(snapshots, RetentionPolicy.Except(ranges), now, zone).Select(static (v, i) => (v, i)))
                {
                    Assert.Equal(Enumerable.Range(0, ranges.Length).Where(r => alone[r][i].Ranges.Count > 0), verdict.Ranges);
                    Assert.Equal(verdict.Ranges.Count > 0 || i <= ahead, verdict.Kept);
                }
            },
            iter: 300);
    }

    [Fact]
    public void Kept_WiderRange_KeepsAtLeastAsMuch()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[1]);
        Gen.Select(Ranges, Ages, Gen.Int[0, Days.Length - 1]).Sample(
            (range, ages, day) =>
            {
                var now = Instant(Days[day] + "T12:00Z");
                var snapshots = Snapshots(ages, now);
                var wider = range with { Jobs = range.Jobs + 3, Days = range.Days + 3, Weeks = range.Weeks + 1, Months = range.Months + 1, Years = range.Years + 1, Timestamp = Math.Max(1, range.Timestamp - 86400) };

                Assert.Subset(
                    RetentionRules.Kept(snapshots, RetentionPolicy.Except(wider), now, zone).Select(static k => k.Snapshot.Id).ToHashSet(),
                    RetentionRules.Kept(snapshots, RetentionPolicy.Except(range), now, zone).Select(static k => k.Snapshot.Id).ToHashSet());
            },
            iter: 300);
    }

    [Theory]
    [InlineData(31, "2026-03-10", "2026-01-31", "a month without the day keeps nothing, the one before it does")]
    [InlineData(31, "2026-02-10", "2026-01-31", "the day of the month before")]
    [InlineData(15, "2026-03-15", "2026-03-15", "the day itself")]
    public void Kept_DayOfMonth_CountsTheMonthsBackFromToday(int dayOfMonth, string today, string expected, string why)
    {
        RetentionSnapshot[] daily = [.. Enumerable.Range(0, 90).Select(i => DateTime.Parse(today, CultureInfo.InvariantCulture).AddDays(-i)).Select(static d => new RetentionSnapshot(d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Unix(d.AddHours(6))))];
        var policy = RetentionPolicy.Except(new RetentionRange(RetentionType.FirstOfMonths) { Months = dayOfMonth == 31 && today == "2026-03-10" ? 2 : 1, MonthOffset = dayOfMonth });

        var kept = RetentionRules.Kept(daily, policy, Unix(DateTime.Parse(today, CultureInfo.InvariantCulture).AddHours(7)), TimeZoneInfo.Utc).Where(static k => k.Ranges.Count > 0);

        Assert.True(expected == Assert.Single(kept).Snapshot.Id, why);
    }

    [Fact]
    public void Kept_NoBackupOnTheDayItself_KeepsTheNextOneOfThePeriod()
    {
        // Backups on working days only; weeks that begin on Sunday.
        var monday = new DateTime(2026, 11, 23, 22, 0, 0, DateTimeKind.Utc);
        RetentionSnapshot[] snapshots = [.. Enumerable.Range(0, 5).Select(i => monday.AddDays(i)).Select(static d => new RetentionSnapshot(d.DayOfWeek.ToString(), Unix(d)))];

        var kept = RetentionRules.Kept(snapshots, RetentionPolicy.Except(new RetentionRange(RetentionType.FirstOfWeeks) { Weeks = 1 }), Unix(monday.AddDays(4.5)), TimeZoneInfo.Utc);

        Assert.Equal(["Friday", "Monday"], kept.Select(static k => k.Snapshot.Id));
        Assert.Equal([RetentionRules.Newest, "one per week for 1 week (the first from Sunday on)"], kept.Select(static k => k.Why));
    }

    [Fact]
    public void Judge_PolicyThatMakesNoSense_DeletesNothing()
    {
        RetentionSnapshot[] snapshots = [new("a", 1000), new("b", 2000)];
        RetentionPolicy[] broken =
        [
            RetentionPolicy.Except(), new(0, []), new(7, []), RetentionPolicy.Except(new RetentionRange(904) { Jobs = 1 }), RetentionPolicy.Except(new RetentionRange(912)),
            RetentionPolicy.Except(new RetentionRange(900) { Jobs = 1 }, new RetentionRange(905) { Months = 1 }), RetentionPolicy.Except(new RetentionRange(900) { Jobs = -1 }),
        ];

        Assert.All(broken, p => Assert.All(RetentionRules.Judge(snapshots, p, 5_000_000, TimeZoneInfo.Utc), static v => Assert.True(v.Kept)));
    }

    [Fact]
    public void Kept_NumbersAtTheirLimit_KeepEverything()
    {
        RetentionSnapshot[] snapshots = [new("epoch", 0), new("odd", -5), new("now", 1_700_000_000), new("far", long.MaxValue)];
        const long Most = RetentionCheck.Most;
        RetentionRange[] ranges =
        [
            new(900) { Jobs = Most }, new(902) { Days = Most }, new(902) { Years = Most, Weeks = Most, Months = Most }, new(901) { Timestamp = 1 },
        ];

        Assert.All(ranges, r => Assert.InRange(RetentionRules.Kept(snapshots, RetentionPolicy.Except(r), 1_700_000_000, TimeZoneInfo.Utc).Count, r.Type == 901 ? 2 : 4, 4));
        RetentionRange[] sparse = [new(903) { Days = Most }, new(905) { Months = Most, MonthOffset = 31 }, new(906) { Weeks = Most }, new(911) { Years = Most }, new(910) { Jobs = Most }];
        Assert.All(sparse, r => Assert.InRange(RetentionRules.Kept(snapshots, RetentionPolicy.Except(r), 1_700_000_000, TimeZoneInfo.Utc).Count, 2, 4));
    }

    [Fact]
    public void Judge_SnapshotsOfAClockThatWasWrong_StayAndTakeNoPlace()
    {
        var now = Instant("2026-11-25T12:00Z");
        RetentionSnapshot[] snapshots =
            [new("bogus", Instant("2099-01-01T00:00Z")), new("odd", now + 7200), new("today", now - 60), new("yesterday", now - 86_400), new("old", now - (9 * 86_400))];
        RetentionRange[] ranges = [new(RetentionType.MostRecent) { Jobs = 1 }, new(RetentionType.LastOnePerDay) { Jobs = 1 }, new(RetentionType.LastOnePerYear) { Jobs = 1 }];

        Assert.All(ranges, r => Assert.Equal(
            ["bogus", "odd", "today"], RetentionRules.Kept(snapshots, RetentionPolicy.Except(r), now, TimeZoneInfo.Utc).Select(static k => k.Snapshot.Id)));
        Assert.Equal(
            [RetentionRules.Ahead, RetentionRules.Ahead, RetentionRules.Newest],
            RetentionRules.Kept(snapshots, RetentionPolicy.Except(new RetentionRange(RetentionType.NewerThan) { Timestamp = now + 1 }), now, TimeZoneInfo.Utc).Select(static k => k.Why));
    }

    [Fact]
    public void Judge_ClockThatWentBackForYears_DeletesNothing()
    {
        RetentionSnapshot[] snapshots = [.. Enumerable.Range(0, 30).Select(static d => new RetentionSnapshot($"{d}", Instant("2026-11-25T12:00Z") - (d * 86_400)))];

        var kept = RetentionRules.Kept(snapshots, RetentionPolicy.Except(new RetentionRange(RetentionType.LastOnePerDay) { Jobs = 30 }), Instant("2020-01-01T00:00Z"), TimeZoneInfo.Utc);

        Assert.Equal(30, kept.Count);
    }

    [Fact]
    public void Judge_WholeVault_JudgesEachItemByItsOwnPolicy()
    {
        RetentionSnapshot[] snapshots = [new("a1", 100, "a"), new("a2", 200, "a"), new("b1", 100, "b"), new("b2", 200, "b"), new("x1", 50, "gone"), new("x2", 60, "gone")];
        var overrides = new Dictionary<string, RetentionPolicy> { ["b"] = RetentionPolicy.KeepEverything };

        var gone = VaultRetention.Judge(snapshots, RetentionPolicy.Except(new RetentionRange(900) { Jobs = 1 }), overrides, 1000, TimeZoneInfo.Utc).Where(static v => !v.Kept);

        Assert.Equal(["a1", "x1"], gone.Select(static v => v.Snapshot.Id).Order());
    }

    public static TheoryData<string> AllZones => [.. Zones];

    private static RetentionSnapshot[] Snapshots(int[] ages, long now) =>
        [.. ages.Select((a, i) => new RetentionSnapshot(i.ToString("D3", CultureInfo.InvariantCulture), now - (a * 60L)))];

    private static long Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    private static long Unix(DateTime utc) => new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)).ToUnixTimeSeconds();
}
