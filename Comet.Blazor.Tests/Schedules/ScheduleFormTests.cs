using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Items.Forms;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Schedules;
using CsCheck;

namespace Comet.Blazor.Tests.Schedules;

/// <summary>What the editor writes: from its fields to the profile's JSON, to the device's rule, to the next runs, and back.</summary>
public sealed class ScheduleFormTests
{
    private static readonly string[] Zones = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"];

    /// <summary>Around changes of the clock, ends of months and a leap day.</summary>
    private static readonly string[] Days = ["2016-02-28", "2016-03-26", "2016-04-02", "2016-10-15", "2016-10-29", "2016-11-05", "2016-12-31", "2017-02-27", "2018-02-17", "2018-03-10"];

    private static Gen<Action<ScheduleForm>> Edits { get; } = Gen.Select(
        Gen.Int[ScheduleFrequency.Daily, ScheduleFrequency.Yearly], Gen.Int[0, 1439], Gen.Int[0, 6], Gen.Int[1, 31], Gen.Int[1, 12], Gen.Int[1, 3000], Gen.Int[0, 18000], Gen.Int[0, 255]).Select(
        static (frequency, minute, weekday, day, month, period, delay, limits) => (Action<ScheduleForm>)(form =>
        {
            form.Frequency = frequency;
            form.RandomDelay = delay;
            if (form.HasTime)
            {
                form.Time = TimeSpan.FromMinutes(minute).ToString(@"hh\:mm");
            }

            switch (frequency)
            {
                case ScheduleFrequency.Weekly: form.Weekday = weekday; break;
                case ScheduleFrequency.Monthly: form.DayOfMonth = day; break;
                case ScheduleFrequency.Yearly: (form.Month, form.DayOfMonth) = (month, day); break;
                case ScheduleFrequency.Hourly: form.MinutesPast = minute % 60; break;
                case ScheduleFrequency.Periodic: (form.SecondsPast, form.Offset) = (period * 60, minute * 60); break;
                default: break;
            }

            if (form.CanRestrict && limits > 127)
            {
                (form.RestrictHours, form.From, form.To) = (true, "07:30", TimeSpan.FromMinutes(minute).ToString(@"hh\:mm"));
                form.RestrictDays = true;
                foreach (var weekDay in Enum.GetValues<DayOfWeek>())
                {
                    form.SetOn(weekDay, weekDay == (DayOfWeek)weekday || (limits & (1 << (int)weekDay)) != 0);
                }
            }
        }));

    public static TheoryData<string> AllZones => [.. Zones];

    [Theory]
    [MemberData(nameof(AllZones))]
    public void Fields_ToProfile_ToDevice_ToNextRuns_AndBack(string name)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
        Gen.Select(Edits, Gen.Int[0, Days.Length - 1].Select(static i => Days[i]), Gen.Int[0, 2 * 1440]).Sample(
            (edit, day, minutes) =>
            {
                var now = DateTimeOffset.Parse(day + "T00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds() + (minutes * 60L);
                var schedule = ScheduleForm.New();
                edit(schedule);
                Assert.Null(schedule.Problem);
                var rule = RuleForm.New("v1");
                rule.Add(schedule);

                // As it is stored and read again, and as the device gets it.
                var stored = (JsonObject)JsonNode.Parse(rule.Json.ToJsonString())!;
                stored["Source"] = "i1";
                Assert.True(ItemCheck.Shape("i1", null, new Dictionary<string, JsonObject> { [rule.Id] = stored }).Ok);
                var profile = new JsonObject { ["BackupRules"] = new JsonObject { [rule.Id] = stored.DeepClone() } };
                var device = Assert.Single(DeviceRules.For(profile, new HashSet<string> { "i1" }));
                var again = new RuleForm(rule.Id, stored);

                List<long> runs = [];
                for (var next = PlannedRuns.NextStart(device.Schedules, zone, PlannedRuns.Seed("d1", rule.Id), now); next is not null && runs.Count < 3;
                    next = PlannedRuns.NextStart(device.Schedules, zone, PlannedRuns.Seed("d1", rule.Id), runs[^1]))
                {
                    runs.Add(next.Value.Start);
                }

                Assert.Equal(runs, again.NextRuns("d1", zone, 0, now));
                Assert.Equal(ItemSentence.When(rule, zone), ItemSentence.When(again, zone));
                Assert.Equal(
                    (schedule.Time, schedule.SecondsPast, schedule.RestrictHours, schedule.From, schedule.To, schedule.RandomDelay),
                    (again.Schedules[0].Time, again.Schedules[0].SecondsPast, again.Schedules[0].RestrictHours, again.Schedules[0].From, again.Schedules[0].To, again.Schedules[0].RandomDelay));
            },
            iter: 300);
    }

    [Theory]
    [InlineData("Europe/Amsterdam", "2026-03-29T02:30", "2026-03-29T01:00Z")] // left out: the next valid instant
    [InlineData("Europe/Amsterdam", "2026-10-25T02:30", "2026-10-25T00:30Z")] // twice: the first
    [InlineData("Europe/Amsterdam", "2026-11-25T22:00", "2026-11-25T21:00Z")]
    public void Once_IsTheDevicesTime(string zone, string local, string instant)
    {
        var form = ScheduleForm.New();
        form.Frequency = ScheduleFrequency.Once;
        Assert.Equal("Choose the day and time of the single run.", form.Problem);
        form.SetOnce(local, TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.Equal(DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds(), form.SecondsPast);
        Assert.Null(form.Problem);
    }

    [Fact]
    public void AnotherFrequency_KeepsTheTimeOfTheDay_AndUnknownFieldsStay()
    {
        var json = (JsonObject)JsonNode.Parse("""{"FrequencyType":8011,"SecondsPast":3630,"X-Future":1}""")!;
        var form = new ScheduleForm(json);
        Assert.Equal("01:00:30", form.Time);
        form.Frequency = ScheduleFrequency.Weekly;
        Assert.Equal(("Every Monday at 01:00:30", 1L), (form.Say(TimeZoneInfo.Utc), form.Weekday));
        form.Frequency = ScheduleFrequency.Monthly;
        form.DayOfMonth = 31;
        Assert.Equal("Every month on day 31 (or its last day) at 01:00:30", form.Say(TimeZoneInfo.Utc));
        form.Frequency = ScheduleFrequency.Yearly;
        (form.Month, form.DayOfMonth, form.Time) = (2, 29, "nonsense");
        Assert.Equal("Every year in February on day 29 (or its last day) at 01:00:30", form.Say(TimeZoneInfo.Utc));
        Assert.Equal(1, json.Number("X-Future"));
    }

    [Fact]
    public void Item_SaysWhatItDoes_AndWhatIsMissing()
    {
        var item = ItemForm.New("");
        Assert.Equal(["Choose the device.", "Give the Protected Item a name of 1 to 255 characters."], item.Problems(""));
        Assert.Equal("No schedule: this item never runs by itself.", Assert.Single(item.Warnings()));
        (item.DeviceId, item.Name, item.Engine) = ("d1", "Dump", ItemEngines.Stdout);
        item.Program.Commands = [new("pg_dumpall", "", "all.sql")];
        var rule = RuleForm.New("");
        rule.Add(ScheduleForm.New());
        (rule.Retry, rule.OnBoot) = (true, true);
        item.Add(rule);
        Assert.Equal(["Backup rule 1: Choose the Storage Vault."], item.Problems("linux"));
        Assert.Empty(item.Warnings());
        Assert.Equal("Runs a command on MD-FS01 and backs up what it prints as all.sql.", ItemSentence.What(item, "MD-FS01"));
        Assert.Equal(
            "Every day at 22:00; at each start of the computer; when the device is back after a missed run; 30 minutes after a failed run, 1 time at most.",
            ItemSentence.When(rule, TimeZoneInfo.Utc));
        rule.VaultId = "v1";
        Assert.Empty(item.Problems("linux"));
    }
}
