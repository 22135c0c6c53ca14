using Comet.Blazor.Kernel;
using CsCheck;

namespace Comet.Blazor.Tests.Kernel;

public class FilterWordsTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  \t ")]
    [InlineData("\"\"")]
    [InlineData("\" ")]
    public void Nothing_MatchesEverything(string? text)
    {
        var words = FilterWords.Parse(text);

        Assert.True(words.IsEmpty);
        Assert.True(words.Matches("anything"));
        Assert.True(words.Matches());
        Assert.Empty(words.Marks("anything"));
    }

    [Theory]
    [InlineData("one two", "one|two")]
    [InlineData("  one \t two ", "one|two")]
    [InlineData("\"file server\" md", "file server|md")]
    [InlineData("md \"file server", "md|file server")]
    [InlineData("\"a b\"c", "a b|c")]
    [InlineData("17\" disk", "17\"|disk")]
    [InlineData("One one ONE", "One")]
    public void Parse_KeepsPhrases(string text, string expected) => Assert.Equal(expected.Split('|'), FilterWords.Parse(text).Words);

    [Fact]
    public void Parse_IgnoresWhatIsTooLong() => Assert.Equal(FilterWords.MaxLength, Assert.Single(FilterWords.Parse(new string('x', 10_000)).Words).Length);

    [Theory]
    [InlineData("meridian", true)]
    [InlineData("MERIDIAN sql", true)]
    [InlineData("sql meridian", true)]
    [InlineData("meridian oracle", false)]
    [InlineData("\"dental sql\"", false)]
    [InlineData("\"practice data\"", true)]
    public void Matches_EveryWordInSomeCell(string text, bool expected) =>
        Assert.Equal(expected, FilterWords.Parse(text).Matches("meridian-dental", null, "MD-SQL-01", "Practice database"));

    [Fact]
    public void Marks_AreJoinedAndInOrder()
    {
        Assert.Equal([new TextMark(0, 3), new TextMark(4, 3)], FilterWords.Parse("bar foo").Marks("Foo BAR"));
        Assert.Equal([new TextMark(0, 5)], FilterWords.Parse("abc cde").Marks("abcde"));
        Assert.Equal([new TextMark(0, 4)], FilterWords.Parse("aa").Marks("aaaa"));
        Assert.Empty(FilterWords.Parse("x").Marks("aaaa"));
        Assert.Empty(FilterWords.Parse("x").Marks(null));
    }

    [Fact]
    public void Marks_AreThereExactlyWhenAWordOccurs() =>
        Gen.Select(Gen.String[Gen.Char["abAB \""], 0, 12], Gen.String[Gen.Char["abAB "], 0, 20]).Sample((filter, text) =>
        {
            var words = FilterWords.Parse(filter);
            var marks = words.Marks(text);
            var end = -1;
            foreach (var mark in marks)
            {
                Assert.True(mark.Start > end && mark.Length > 0);
                end = mark.Start + mark.Length;
            }

            Assert.True(end <= text.Length);
            Assert.Equal(words.Words.Any(w => text.Contains(w, StringComparison.OrdinalIgnoreCase)), marks.Length > 0);
        });
}
