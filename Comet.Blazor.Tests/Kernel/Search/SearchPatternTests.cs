using System.Diagnostics;
using Comet.Blazor.Kernel.Search;

namespace Comet.Blazor.Tests.Kernel.Search;

/// <summary>Go's patterns on this side: what means the same, what is translated, what is refused, and that no pattern costs much.</summary>
public sealed class SearchPatternTests
{
    [Theory]
    [InlineData(@"^\d{4}-\d{2}$", "2026-11", true)]
    [InlineData(@"^\d+$", "٣", false)]
    [InlineData(@"^\w+$", "é", false)]
    [InlineData(@"^a$", "a\n", false)]
    [InlineData(@"(?m)^a$", "b\na\nc", true)]
    [InlineData(@"(?P<year>\d{4})-(?P<month>\d\d)", "on 2026-11-25", true)]
    [InlineData(@"(?<y>a)b", "ab", true)]
    [InlineData(@"[[:upper:][:digit:]]+x", "A7x", true)]
    [InlineData(@"^[^[:space:]]+$", "a b", false)]
    [InlineData(@"\Qa.b(\E$", "xa.b(", true)]
    [InlineData(@"\Qa.b", "axb", false)]
    [InlineData(@"[a-z-[aeiou]]", "e]", true)]
    [InlineData(@"^[]a]+$", "]a", true)]
    [InlineData(@"\pL\p{Lu}", "aB", true)]
    [InlineData(@"\x{e9}", "é", true)]
    [InlineData(@"a{,2}", "a{,2}", true)]
    [InlineData(@"(a|b)*?c", "abc", true)]
    [InlineData(@"\z", "x", true)]
    [InlineData(@"(?i:K)elvin", "kelvin", true)]
    [InlineData("", "anything", true)]
    public void Go_Patterns(string pattern, string text, bool matches)
    {
        var read = SearchPattern.Read(pattern);
        Assert.True(read.Ok, read.Why);
        Assert.Equal(matches, read.Value.IsMatch(text));
    }

    [Theory]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("[a")]
    [InlineData("*a")]
    [InlineData(@"a\")]
    [InlineData(@"(a)\1")]
    [InlineData("(?=a)")]
    [InlineData("(?!a)")]
    [InlineData("(?<=a)b")]
    [InlineData("(?>a)")]
    [InlineData("(?x)a")]
    [InlineData("(?#comment)a")]
    [InlineData("(?(1)a|b)")]
    [InlineData(@"\Z")]
    [InlineData(@"\G")]
    [InlineData(@"\k<n>")]
    [InlineData("[[:letter:]]")]
    [InlineData(@"[\D]")]
    [InlineData(@"\p{Nothing}")]
    [InlineData("a{1001}")]
    [InlineData("((a{100}){100}){100}")]
    [InlineData("(?")]
    [InlineData("(?i")]
    [InlineData(@"\x{110000}")]
    public void What_RE2_DoesNotKnow_IsRefused(string pattern) => Assert.NotEmpty(SearchPattern.Read(pattern).Why);

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)+$")]
    [InlineData("(.*a){20}$")]
    [InlineData("(x+x+)+y")]
    public void Patterns_ThatBacktrackForever_DoNot(string pattern)
    {
        var read = SearchPattern.Read(pattern);
        Assert.True(read.Ok, read.Why);
        var clock = Stopwatch.StartNew();
        Assert.DoesNotMatch(read.Value, new string('a', 20_000).Replace("aaaa", "aaaz", StringComparison.Ordinal) + "!");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"{clock.Elapsed}");
    }

    [Fact]
    public void Long_IsRefused() => Assert.Contains("too long", SearchPattern.Read(new string('a', SearchPattern.Longest + 1)).Why, StringComparison.Ordinal);
}
