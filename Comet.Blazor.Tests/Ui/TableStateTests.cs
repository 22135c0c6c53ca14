using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Tables;
using CsCheck;

namespace Comet.Blazor.Tests.Ui;

public class TableStateTests
{
    private static TableState Read(string query, int size = 0) => TableState.Read("http://localhost/jobs" + query, "-started", size, key => key is "started" or "username");

    [Fact]
    public void Address_IsRead()
    {
        Assert.Equal(new TableState("", "-started", 15, 1), Read(""));
        Assert.Equal(new TableState("file server", "username,-started", 25, 3), Read("?q=file+server&sort=username,-started&show=25&page=3"));
        Assert.Equal(50, Read("", size: 50).Size);
        Assert.Equal(25, Read("?show=25", size: 50).Size);
    }

    [Theory]
    [InlineData("?show=all&page=-3")]
    [InlineData("?show=17&page=0")]
    [InlineData("?sort=password,-,secret")]
    [InlineData("?page=99999999999999&sort=")]
    public void Nonsense_GetsDefaults(string query) => Assert.Equal(new TableState("", "-started", 15, 1), Read(query));

    [Fact]
    public void PageNumbers_StayCountable() => Assert.True(Read("?page=2147483647&show=500").Request([]).Skip > 0);

    [Fact]
    public void Defaults_AreLeftOut()
    {
        Assert.All(Read("").Query("-started").Values, Assert.Null);
        Assert.Equal(["a b", "username", 25, 3], Read("?q=a b&sort=username&show=25&page=3").Query("-started").Values);
    }

    [Fact]
    public void Click_TurnsAscendingDescendingNone()
    {
        var state = Read("?page=4");

        var up = state.ToggleSort("username", add: false, "-started");
        var down = up.ToggleSort("username", add: false, "-started");
        var none = down.ToggleSort("username", add: false, "-started");

        Assert.Equal(("username", 1), (up.Sort, up.Page));
        Assert.Equal("-username", down.Sort);
        Assert.Equal("-started", none.Sort);
    }

    [Fact]
    public void ShiftClick_AddsTurnsAndRemovesAKey()
    {
        var two = Read("").ToggleSort("username", add: true, "-started");
        Assert.Equal("-started,username", two.Sort);
        Assert.Equal("-started,-username", two.ToggleSort("username", add: true, "-started").Sort);
        Assert.Equal("username", two.ToggleSort("started", add: true, "-started").Sort);
    }

    [Fact]
    public void SortOrder_SurvivesWritingAndReading() =>
        Gen.Select(Gen.Int[0, 2].Select(i => new[] { "a", "b", "c-d" }[i]), Gen.Bool).List[0, 5].Sample(keys =>
        {
            var sort = keys.Select(k => new SortKey(k.Item1, k.Item2)).DistinctBy(k => k.Column).ToArray();
            Assert.Equal(sort, TableState.ParseSort(TableState.FormatSort(sort)));
        });

    [Theory]
    [InlineData(1, 1, "1")]
    [InlineData(3, 5, "1 2 3 4 5")]
    [InlineData(1, 296, "1 2 3 4 … 296")]
    [InlineData(8, 28, "1 … 7 8 9 … 28")]
    [InlineData(4, 28, "1 2 3 4 5 … 28")]
    [InlineData(5, 28, "1 … 4 5 6 … 28")]
    [InlineData(25, 28, "1 … 24 25 26 27 28")]
    [InlineData(28, 28, "1 … 25 26 27 28")]
    [InlineData(3, 6, "1 2 3 4 5 6")]
    public void Pager_OffersTheEndsAndTheNeighbours(int current, int last, string expected) =>
        Assert.Equal(expected, string.Join(' ', Pager.Pages(current, last).Select(p => p == 0 ? "…" : p.ToString(System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void Pager_GapsNeverHideASinglePage() => Gen.Int[1, 60].SelectMany(last => Gen.Int[1, last].Select(current => (current, last))).Sample(at =>
    {
        var pages = Pager.Pages(at.current, at.last);
        Assert.Contains(at.current, pages);
        Assert.Equal((1, at.last), (pages[0], pages[^1]));
        for (var i = 1; i < pages.Count - 1; i++)
        {
            Assert.True(pages[i] == 0 ? pages[i + 1] - pages[i - 1] > 2 : pages[i - 1] == 0 || pages[i] == pages[i - 1] + 1);
        }
    });

    [Fact]
    public void Ticks_GoByRangeAndPage()
    {
        string[] page = ["a", "b", "c", "d"];
        var selection = new TableSelection();

        selection.Toggle("b", range: false, page);
        selection.Toggle("d", range: true, page);
        Assert.Equal(["b", "c", "d"], selection.Keys.Order());
        Assert.Null(selection.OfPage(page));

        selection.TogglePage(page);
        Assert.True(selection.OfPage(page));
        selection.Add(["z"]);
        selection.TogglePage(page);
        Assert.Equal(["z"], selection.Keys);
        Assert.False(selection.OfPage(page));

        selection.Toggle("a", range: true, page); // the anchor is on this page
        selection.Toggle("x", range: true, ["x", "y"]); // and here it is not
        Assert.True(selection.Has("x"));
        Assert.False(selection.Has("y"));
    }
}
