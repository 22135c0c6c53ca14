using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Vaults;
using CsCheck;

namespace Comet.Blazor.Tests.Accounts;

public sealed class VaultAnalysisTests
{
    private const string Content = """
        {"MeasureStarted": 1000, "MeasureCompleted": 1060, "Components": [
          {"Bytes": 100, "UsedBy": ["docs/CURRENT"]}, {"Bytes": 30, "UsedBy": ["docs/CURRENT", "docs/HISTORIC"]}, {"Bytes": 7, "UsedBy": ["docs/HISTORIC"]},
          {"Bytes": 50, "UsedBy": ["docs/CURRENT", "db/HISTORIC"]}, {"Bytes": 20, "UsedBy": ["db/CURRENT"]}, {"Bytes": 5, "UsedBy": ["old/HISTORIC"]},
          {"Bytes": 3, "UsedBy": [""]}, {"Bytes": 1, "UsedBy": []}, {"Bytes": 9, "UsedBy": ["TRUNCATED/*"]}]}
        """;

    [Fact]
    public void Of_Profile_TellsWhoNeedsWhat()
    {
        var profile = (JsonObject)JsonNode.Parse("""
            {"Sources": {"docs": {"Description": "Documents"}}, "Devices": {"d1": {"Sources": {"db": {"Description": "Database"}}}},
             "Destinations": {"v": {"Statistics": {"ClientProvidedContent": CONTENT } }, "fresh": {}}}
            """.Replace("CONTENT", Content, StringComparison.Ordinal))!;

        var analysis = VaultAnalysis.Of(profile, "v")!;

        Assert.Null(VaultAnalysis.Of(profile, "fresh"));
        Assert.Null(VaultAnalysis.Of(profile, "gone"));
        Assert.Equal((1000, 1060), (analysis.Started, analysis.Completed));
        Assert.Equal((150, 12, 50, 4, 9, 225), (analysis.Current, analysis.Historic, analysis.Shared, analysis.Unreferenced, analysis.Untold, analysis.Total));
        Assert.Equal(50, analysis.Saved);
        Assert.Equal(
            [new AnalysedItem("docs", "Documents", 130, 7, 50), new AnalysedItem("db", "Database", 20, 0, 50), new AnalysedItem("old", VaultAnalysis.UnknownItem, 0, 5, 0)], analysis.Items);
    }

    [Fact]
    public void From_AnyMeasurement_PartsAddUpToTheTotal_AndRowsToWhatTheyNeed()
    {
        var use = Gen.OneOf(
            Gen.Select(Gen.Int[0, 4], Gen.Bool).Select(static (i, c) => string.Create(CultureInfo.InvariantCulture, $"item{i}/{(c ? "CURRENT" : "HISTORIC")}")), Gen.Const(""), Gen.Const("odd"), Gen.Const("TRUNCATED/*"));
        Gen.Select(Gen.Long[0, 1L << 50], use.Array[0, 6]).Array[1, 60].Sample(components =>
        {
            var content = new JsonObject
            {
                ["MeasureCompleted"] = 1,
                ["Components"] = new JsonArray([.. components.Select(static c => new JsonObject { ["Bytes"] = c.Item1, ["UsedBy"] = new JsonArray([.. c.Item2.Select(static u => (JsonNode)u)]) })]),
            };

            var analysis = VaultAnalysis.From(content, static id => id)!;

            Assert.Equal(components.Sum(static c => c.Item1), analysis.Total);
            Assert.Equal(analysis.Current + analysis.Historic, analysis.Items.Sum(static i => i.Current + i.Historic));
            Assert.True(analysis.Saved >= 0);
            var told = components.Where(static c => !c.Item2.Contains("TRUNCATED/*")).ToArray();
            Assert.All(analysis.Items, i => Assert.Equal(told.Where(c => c.Item2.Any(u => u == i.ItemId || u.StartsWith(i.ItemId + "/", StringComparison.Ordinal))).Sum(static c => c.Item1), i.Total));
        });
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"MeasureCompleted": 0, "Components": [{"Bytes": 1}]}""")]
    [InlineData("""{"MeasureCompleted": 5, "Components": []}""")]
    [InlineData("""{"MeasureCompleted": 5, "Components": null}""")]
    public void From_NothingMeasured_IsNone(string content) => Assert.Null(VaultAnalysis.From((JsonObject)JsonNode.Parse(content)!, static id => id));
}
