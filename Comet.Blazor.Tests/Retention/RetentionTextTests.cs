using System.Text.Json.Nodes;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Tests.Retention;

public sealed class RetentionTextTests
{
    [Fact]
    public void Say_Policies_AreSentences()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");
        string Say(params RetentionRange[] ranges) => RetentionWords.Say(RetentionPolicy.Except(ranges), zone);

        Assert.Equal("Keep every backup", RetentionWords.Say(RetentionPolicy.KeepEverything, zone));
        Assert.Equal(
            "Keep the last 30 backups, and one per week for 12 weeks (the first from Sunday on)",
            Say(new RetentionRange(900) { Jobs = 30 }, new RetentionRange(906) { Weeks = 12 }));
        Assert.Equal("Keep every backup of the last 1 year, 2 months and 3 days", Say(new RetentionRange(902) { Years = 1, Months = 2, Days = 3 }));
        Assert.Equal("Keep every backup of the last week", Say(new RetentionRange(902) { Weeks = 1 }));
        Assert.Equal("Keep every backup since 2026-01-01 01:00", Say(new RetentionRange(901) { Timestamp = 1767225600 }));
        Assert.Equal(
            "Keep the last backup, the first backup of each of the last 7 days, and one per year for 7 years (the first from July on)",
            Say(new RetentionRange(900) { Jobs = 1 }, new RetentionRange(903) { Days = 7 }, new RetentionRange(911) { Years = 7, YearOffset = 7 }));
        Assert.Equal("Keep the newest backup of each of the last 6 months that have one", Say(new RetentionRange(909) { Jobs = 6 }));
        Assert.Equal("Keep every backup, because the rules are not valid", Say());
    }

    [Fact]
    public void Complaint_WrongValues_SaysWhatTheyMustBe()
    {
        Assert.Null(RetentionCheck.Complaint(RetentionPolicy.Except(new RetentionRange(905) { Months = 3, MonthOffset = 31 })));
        Assert.Equal("The day of the month is 0; it must be 1 to 31.", RetentionCheck.Complaint(RetentionPolicy.Except(new RetentionRange(905) { Months = 3 })));
        Assert.Equal("The number of backups is 0; it must be 1 to 1125899906842624.", RetentionCheck.Complaint(new RetentionRange(900)));
        Assert.Equal("The period is empty. Give at least one day, week, month or year.", RetentionCheck.Complaint(new RetentionRange(902)));
        Assert.Equal("There is no retention range of type 904; it must be one of 900 to 911, but not 904.", RetentionCheck.Complaint(new RetentionRange(904)));
        Assert.Equal("Nothing says what to keep. Add at least one rule, or keep every backup.", RetentionCheck.Complaint(RetentionPolicy.Except()));
        Assert.Equal("The retention mode is 5; it must be 801 (keep everything) or 802 (keep what the ranges say).", RetentionCheck.Complaint(new RetentionPolicy(5, [])));
    }

    [Fact]
    public void Write_PolicyOfANewerVersion_KeepsWhatItDoesNotKnow()
    {
        const string Text = """
            {"Mode": 802, "Ranges": [{"Type": 906, "Timestamp": 0, "Jobs": 0, "Days": 0, "Weeks": 4, "Months": 0, "Years": 0, "WeekOffset": 5, "MonthOffset": 0,
             "YearOffset": 0, "HourOffset": [3]}], "NewField": {"a": null}}
            """;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Text), RetentionPolicy.Read((JsonObject)JsonNode.Parse(Text)!).Write()));
    }

    [Theory]
    [InlineData("""{"Mode": 802, "Ranges": [null]}""")]
    [InlineData("""{"Mode": 802, "Ranges": ["900"]}""")]
    [InlineData("""{"Mode": 802, "Ranges": [{"Type": "900", "Jobs": 3}]}""")]
    [InlineData("""{"Mode": 802}""")]
    public void Read_OddJson_IsComplainedAbout(string text) => Assert.NotNull(RetentionCheck.Complaint(RetentionPolicy.Read((JsonObject)JsonNode.Parse(text)!)));

    [Fact]
    public void Read_NothingThere_KeepsEverything() => Assert.False(RetentionPolicy.Read(null).Deletes);
}
