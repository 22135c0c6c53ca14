using Bunit;
using Comet.Blazor.Ui.Tables;

namespace Comet.Blazor.Tests.Ui;

public class CometTableTests
{
    [Fact]
    public void FirstPage_IsShown_WithItsPlace()
    {
        using var rig = new TableRig(412);

        var table = rig.Table();

        Assert.Equal(15, table.FindAll("tbody tr").Count);
        Assert.Equal("Page 1 of 28, entries 1 to 15 of 412", TableRig.Where(table));
        Assert.Equal("Users", table.Find("caption").TextContent);
        Assert.Equal("/users/customer-0001", table.Find("tbody tr .ct-name a").GetAttribute("href"));
        Assert.Equal("ascending", table.Find("thead th").GetAttribute("aria-sort"));
        Assert.Equal("http://localhost/", rig.Nav.Uri);
        Assert.Equal(15, Assert.Single(rig.Asked).Size);
    }
}
