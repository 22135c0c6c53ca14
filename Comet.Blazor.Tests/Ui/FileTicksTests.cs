using Comet.Blazor.Ui.Parts;

namespace Comet.Blazor.Tests.Ui;

/// <summary>What the tick boxes of a tree of files mean.</summary>
public class FileTicksTests
{
    [Fact]
    public void Folder_Ticked_TakesWhatIsBelowUntilThatIsLeftOut()
    {
        var ticks = FileTicks.None.With("/srv", true).With("/srv/tmp", false).With("/srv/tmp/keep", true);

        Assert.Equal(["/srv", "/srv/tmp/keep"], ticks.Taken);
        Assert.Equal(["/srv/tmp"], ticks.LeftOut);
        Assert.True(ticks.Takes("/srv/a") && ticks.Takes("/srv/tmp/keep/b"));
        Assert.False(ticks.Takes("/srv/tmp/x") || ticks.Takes("/srvother") || ticks.Takes("/"));
        Assert.True(ticks.IsMixed("/srv") && ticks.IsMixed("/") && ticks.IsMixed("/srv/tmp"));
        Assert.False(ticks.IsMixed("/srv/a"));
    }

    [Fact]
    public void Folder_TickedAgain_ForgetsWhatWasDecidedBelow()
    {
        var ticks = FileTicks.None.With("/srv/a", true).With("/srv/b", true).With("/srv", true);

        Assert.Equal((1, 0), (ticks.Taken.Count, ticks.LeftOut.Count));
        Assert.Equal(FileTicks.None.Taken, ticks.With("/srv", false).Taken);
        Assert.Empty(FileTicks.None.With("/srv", true).With("/srv/a", false).With("/srv/a", true).LeftOut);
    }

    [Theory]
    [InlineData(@"C:\Users\Mary", @"C:\Users", true)]
    [InlineData(@"C:\Users", @"C:\", true)]
    [InlineData("/a", "/", true)]
    [InlineData("/ab", "/a", false)]
    [InlineData("/a", "/a", false)]
    public void IsBelow_KnowsEitherSeparator(string path, string folder, bool below) => Assert.Equal(below, FileTicks.IsBelow(path, folder));
}
