using Bunit;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Wire.Retention;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Accounts;

public sealed class RetentionEditorTests : BunitContext
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private RetentionPolicy _policy = RetentionPolicy.KeepEverything;

    public RetentionEditorTests() => Services.AddSingleton<TimeProvider>(new FakeTimeProvider(Now));

    [Fact]
    public void Edit_KeepEverythingToRules_MakesThePolicyThatTheSentenceSays()
    {
        var editor = Show();

        editor.Find("#retention-some").Change(true);
        Show(editor).FindAll("button").Single(static b => b.TextContent == "Add rule").Click();
        Show(editor).Find("input[aria-label='Rule 1: backups']").Change("14");
        Show(editor).Find("input[aria-label='Rule 2: weeks']").Change("8");
        Show(editor).Find("select[aria-label='Rule 2: the week begins on']").Change("5");

        Assert.Equal(RetentionPolicy.Except(new RetentionRange(900) { Jobs = 14 }, _policy.Ranges[1] with { Weeks = 8, WeekOffset = 5 }), _policy);
        Assert.Contains("Keep the last 14 backups, and one per week for 8 weeks (the first from Friday on)", Show(editor).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Edit_RulesOff_KeepsThemForTheNextTime()
    {
        _policy = RetentionPolicy.Except(new RetentionRange(907) { Jobs = 3 });

        Show().Find("#retention-all").Change(true);

        Assert.False(_policy.Deletes);
        Assert.Single(_policy.Ranges);
    }

    [Fact]
    public void Edit_LastRuleRemovedOrWrongNumber_SaysWhatIsMissing()
    {
        _policy = RetentionPolicy.Except(new RetentionRange(900) { Jobs = 3 });
        var editor = Show();

        editor.Find("input[aria-label='Rule 1: backups']").Change("-2");
        Assert.Contains("The number of backups is -2", Show(editor).Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Show(editor).Find("button[aria-label^='Remove rule 1']").Click();

        Assert.Contains("Add at least one rule", Show(editor).Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Preview_Snapshots_SaysOfEachWhetherItStaysAndWhy()
    {
        _policy = RetentionPolicy.Except(new RetentionRange(900) { Jobs = 2 });
        RetentionSnapshot[] snapshots = [.. Enumerable.Range(1, 5).Select(d => new RetentionSnapshot($"s{d}", Now.AddDays(-d).ToUnixTimeSeconds(), "item"))];

        var editor = Render<RetentionEditor>(p => p.Add(c => c.Value, _policy).Add(c => c.Snapshots, snapshots).Add(c => c.ItemNames, new Dictionary<string, string> { ["item"] = "Documents" }));

        Assert.Contains("2 of 5 backups would stay after a retention pass now, 3 would be deleted.", editor.Markup, StringComparison.Ordinal);
        Assert.Equal(
            ["2026-11-24 12:00", "Documents", "stays", "the last 2 backups"],
            editor.FindAll("tbody tr")[0].QuerySelectorAll("td").Select(static c => c.TextContent));
        Assert.Equal("would be deleted", editor.FindAll("tbody tr")[2].QuerySelectorAll("td")[2].TextContent);
    }

    [Fact]
    public void Since_TimeOfTheZone_IsStoredAsInstant()
    {
        _policy = RetentionPolicy.Except(new RetentionRange(901) { Timestamp = 1_700_000_000 });
        var editor = Render<RetentionEditor>(p => p.Add(c => c.Value, _policy).Add(c => c.ValueChanged, v => _policy = v).Add(c => c.Zone, TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam")));

        editor.Find("input[type=datetime-local]").Change("2026-07-01T02:00");

        Assert.Equal(new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds(), _policy.Ranges[0].Timestamp);
    }

    private IRenderedComponent<RetentionEditor> Show() => Render<RetentionEditor>(p => p.Add(c => c.Value, _policy).Add(c => c.ValueChanged, v => _policy = v));

    private IRenderedComponent<RetentionEditor> Show(IRenderedComponent<RetentionEditor> editor)
    {
        editor.Render(p => p.Add(c => c.Value, _policy));
        return editor;
    }
}
