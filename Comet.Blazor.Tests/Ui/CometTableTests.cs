using Bunit;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Ui.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Comet.Blazor.Tests.Ui;

/// <summary>The standard table without a browser: what it shows, asks and writes into the address.</summary>
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
        Assert.All(table.FindAll("thead th"), th => Assert.Equal("col", th.GetAttribute("scope")));
        Assert.Equal("row", table.Find("tbody th").GetAttribute("scope"));
        Assert.Equal("http://localhost/", rig.Nav.Uri);
        Assert.Equal(15, Assert.Single(rig.Asked).Size);
    }

    [Fact]
    public void Cells_ShowValuesByTheirKind()
    {
        using var rig = new TableRig(1);

        var cells = rig.Table().FindAll("tbody td");

        Assert.Equal("none", cells[0].QuerySelector(".t2")!.TextContent);
        Assert.Equal("1.00 KiB", cells[1].TextContent);
        Assert.Equal("1,024 bytes", cells[1].GetAttribute("title"));
        Assert.Contains("num", cells[1].ClassList);
    }

    [Fact]
    public void Address_IsRestored()
    {
        using var rig = new TableRig(412);
        rig.Nav.NavigateTo("/?q=standard&sort=-stored&show=25&page=2");

        var table = rig.Table();

        Assert.Equal("Page 2 of 9, entries 26 to 50 of 206, filtered from 412", TableRig.Where(table));
        Assert.Equal("customer-0362", TableRig.Names(table)[0]);
        Assert.Equal("standard", table.Find(".ct-filter").GetAttribute("value"));
    }

    [Fact]
    public void Page_IsChosen_AndPushed()
    {
        using var rig = new TableRig(412);
        var table = rig.Table();

        table.Find("[aria-label='Page 28']").Click();

        Assert.Equal("Page 28 of 28, entries 406 to 412 of 412", TableRig.Where(table));
        Assert.Equal("http://localhost/?page=28", rig.Nav.Uri);
        Assert.Equal("page", table.Find("[aria-label='Page 28']").GetAttribute("aria-current"));
        Assert.True(table.Find("[aria-label='Next page']").HasAttribute("disabled"));
        Assert.Equal(15, rig.Asked[^1].Size);
    }

    [Fact]
    public void Back_ShowsTheEarlierPage()
    {
        using var rig = new TableRig(412);
        var table = rig.Table();
        table.Find("[aria-label='Page 2']").Click();
        table.Find("[aria-label='Page 3']").Click();

        rig.Nav.NavigateTo("/?page=2"); // as the browser's Back reports it

        Assert.StartsWith("Page 2 of 28", TableRig.Where(table));
        rig.Nav.NavigateTo("/");
        Assert.StartsWith("Page 1 of 28", TableRig.Where(table));
    }

    [Fact]
    public void PageBehindTheLast_LeadsToTheLast()
    {
        using var rig = new TableRig(40);
        rig.Nav.NavigateTo("/?page=9");

        var table = rig.Table();

        Assert.Equal("Page 3 of 3, entries 31 to 40 of 40", TableRig.Where(table));
        Assert.Equal("http://localhost/?page=3", rig.Nav.Uri);
    }

    [Fact]
    public async Task Filter_OfASourceThatAnswersAtOnce_FollowsEachKey()
    {
        using var rig = new TableRig(412) { Takes = TimeSpan.FromMilliseconds(50) };
        var table = rig.Table();

        foreach (var (typed, first) in new[] { ("4", "customer-0004"), ("41", "customer-0041"), ("412", "customer-0412"), ("41", "customer-0041"), ("", "customer-0001") })
        {
            await table.Find(".ct-filter").InputAsync(new ChangeEventArgs { Value = typed });
            Assert.Equal(first, TableRig.Names(table)[0]);
        }
    }

    [Fact]
    public async Task Filter_OfASlowSource_WaitsForAPause_MarksAndReplaces()
    {
        using var rig = new TableRig(412) { Takes = TimeSpan.FromMilliseconds(51) };
        var table = rig.Table();
        var asked = rig.Asked.Count;

        var first = table.Find(".ct-filter").InputAsync(new ChangeEventArgs { Value = "customer" });
        rig.Clock.Advance(TimeSpan.FromMilliseconds(100));
        var second = table.Find(".ct-filter").InputAsync(new ChangeEventArgs { Value = "CUSTOMER-0007" });
        await first;
        Assert.Equal(asked, rig.Asked.Count);
        rig.Clock.Advance(TimeSpan.FromMilliseconds(150));
        await second;

        Assert.Equal("customer-0007", table.Find("tbody mark").TextContent);
        Assert.Equal("Page 1 of 1, entries 1 to 1 of 1, filtered from 412", TableRig.Where(table));
        Assert.Equal("http://localhost/?q=CUSTOMER-0007", rig.Nav.Uri);
        Assert.Equal(["name", "policy", "stored"], rig.Asked[^1].Columns);
        Assert.Equal("1 entry, page 1 of 1", table.Find("[role=status].sr").TextContent);
    }

    [Fact]
    public async Task NothingFound_SaysWhatIsHidden_AndClears()
    {
        using var rig = new TableRig(1204);
        var table = rig.Table();
        await FilterAsync(rig, table, "nobody");

        Assert.Contains("Nothing matches “nobody”. The filter hides 1,204 rows.", table.Find(".ct-empty").TextContent);
        Assert.Equal("No entries, filtered from 1,204", TableRig.Where(table));
        await table.Find(".ct-empty button").ClickAsync(new MouseEventArgs());

        Assert.Equal(15, table.FindAll("tbody tr").Count);
        Assert.Equal("http://localhost/", rig.Nav.Uri);
    }

    [Fact]
    public void NoRowsAtAll_ShowsTheFirstUse()
    {
        using var rig = new TableRig();

        var table = rig.Table(p => p.Add(t => t.Empty, "<p>Add the first user.</p>"));

        Assert.Equal("Add the first user.", table.Find(".ct-empty p").TextContent);
        Assert.Empty(table.FindAll("table"));
    }

    [Fact]
    public void Headings_Sort_ShiftAddsAKey()
    {
        using var rig = new TableRig(30);
        var table = rig.Table();

        table.FindAll(".ct-sort")[2].Click();
        Assert.Equal("http://localhost/?sort=stored", rig.Nav.Uri);
        table.FindAll(".ct-sort")[2].Click();
        Assert.Equal("customer-0030", TableRig.Names(table)[0]);
        Assert.Equal("descending", table.FindAll("thead th")[2].GetAttribute("aria-sort"));
        table.FindAll(".ct-sort")[0].Click(new MouseEventArgs { ShiftKey = true });
        Assert.Equal([new SortKey("stored", true), new SortKey("name", false)], rig.Asked[^1].Sort);
        Assert.Equal(["↓1", "↑2"], table.FindAll(".ct-arrow").Select(a => a.TextContent).Order(StringComparer.Ordinal).Reverse());
        table.FindAll(".ct-sort")[0].Click(new MouseEventArgs { ShiftKey = true });
        table.FindAll(".ct-sort")[0].Click(new MouseEventArgs { ShiftKey = true });
        table.FindAll(".ct-sort")[2].Click();
        Assert.Equal("http://localhost/", rig.Nav.Uri);
    }

    [Fact]
    public void Size_IsRemembered_AndKeepsTheFirstRow()
    {
        using var rig = new TableRig(412);
        var table = rig.Table();
        Assert.Equal(["15", "25", "50", "100", "500"], table.FindAll(".ct-show option").Select(o => o.TextContent));
        table.Find("[aria-label='Page 4']").Click();

        table.Find(".ct-show select").Change("25");

        Assert.Equal("Page 2 of 17, entries 26 to 50 of 412", TableRig.Where(table));
        Assert.Contains("customer-0046", TableRig.Names(table));
        Assert.Equal("http://localhost/?page=2&show=25", rig.Nav.Uri);
        rig.Nav.NavigateTo("/");
        Assert.Equal(25, rig.Table().FindAll("tbody tr").Count);
    }

    [Fact]
    public void Columns_AreChosenAndRemembered()
    {
        using var rig = new TableRig(3);
        var table = rig.Table();

        table.Find(".ct-columns li[data-column=seen] input").Click();
        table.Find(".ct-columns li[data-column=stored] input").KeyDown(new KeyboardEventArgs { Key = "ArrowUp", AltKey = true });

        Assert.Equal(["Username", "Stored", "Policy", "Last seen"], table.FindAll(".ct-sort span:first-child").Select(h => h.TextContent));
        Assert.Equal("never", table.Find("tbody tr td:last-child").TextContent.Trim());
        Assert.Equal("focusColumn", rig.Handle.Invocations.Last().Identifier);
        var again = rig.Table();
        Assert.Equal(["Username", "Stored", "Policy", "Last seen"], again.FindAll(".ct-sort span:first-child").Select(h => h.TextContent));
        again.Find(".ct-columns > button").Click();
        Assert.Equal(["Username", "Policy", "Stored"], again.FindAll(".ct-sort span:first-child").Select(h => h.TextContent));
    }

    [Fact]
    public void SecondTable_StaysOutOfTheAddress()
    {
        using var rig = new TableRig(40);
        rig.Nav.NavigateTo("/?page=3&q=0001");

        var table = rig.Table(p => p.Add(t => t.UrlState, false));
        table.Find("[aria-label='Page 2']").Click();

        Assert.StartsWith("Page 2 of 3", TableRig.Where(table));
        Assert.Equal("http://localhost/?page=3&q=0001", rig.Nav.Uri);
    }

    [Fact]
    public void OtherParameters_StayInTheAddress()
    {
        using var rig = new TableRig(40);
        rig.Nav.NavigateTo("/?status=failed");
        var table = rig.Table();

        table.Find("[aria-label='Page 2']").Click();

        Assert.Equal("http://localhost/?status=failed&page=2", rig.Nav.Uri);
    }

    [Fact]
    public void NewSource_BeginsWithItsFirstPage()
    {
        using var rig = new TableRig(40);
        var table = rig.Table();
        table.Find("[aria-label='Page 3']").Click();

        table.Render(p => p.Add(t => t.Source, rig.NewSource()));

        Assert.StartsWith("Page 1 of 3", TableRig.Where(table));
        Assert.Equal("http://localhost/", rig.Nav.Uri);
    }

    [Fact]
    public void PageDrawnAgain_AsksNothing()
    {
        using var rig = new TableRig(40);
        var table = rig.Table();

        table.Render(p => p.Add(t => t.RowClass, _ => "ct-running"));

        Assert.Single(rig.Asked);
        Assert.All(table.FindAll("tbody tr"), row => Assert.Equal("ct-running", row.ClassName));
    }

    [Fact]
    public void FirstLoad_ShowsASkeleton_LaterOnesKeepTheOldRows()
    {
        using var rig = new TableRig(40);
        var gate = new TaskCompletionSource();
        rig.Gate = gate.Task;

        var table = rig.Table();

        Assert.Equal(15, table.FindAll(".ct-skeleton tr").Count);
        Assert.Equal("true", table.Find(".ct-scroll").GetAttribute("aria-busy"));
        gate.SetResult();
        table.WaitForAssertion(() => Assert.Equal("customer-0001", TableRig.Names(table)[0]));
        Assert.Empty(table.FindAll(".ct-skeleton"));

        var second = new TaskCompletionSource();
        rig.Gate = second.Task;
        table.FindAll(".ct-sort")[0].Click();
        Assert.Equal("customer-0001", TableRig.Names(table)[0]);
        Assert.Contains("ct-old", table.Find("table").ClassList);
        second.SetResult();
        table.WaitForAssertion(() => Assert.Equal("customer-0040", TableRig.Names(table)[0]));
    }

    [Fact]
    public void Fault_IsShownWithAReference_AndCanBeTriedAgain()
    {
        using var rig = new TableRig(3) { Gate = Task.FromException(new IOException("disk")) };

        var table = rig.Table();

        Assert.Matches("Users could not be loaded. Nothing was changed. Reference [0-9A-F]{4}-[0-9A-F]{4}", table.Find("[role=alert]").TextContent);
        rig.Gate = Task.CompletedTask;
        table.Find("[role=alert] button").Click();
        Assert.Equal(3, table.FindAll("tbody tr").Count);
        Assert.Empty(table.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task News_PatchRowsInPlace_AndNewOnesWait()
    {
        using var rig = new TableRig(40);
        var table = rig.Table();
        await Wait.UntilAsync(() => rig.Live.Listeners == 1, "the table listens");

        rig.Rows[1] = rig.Rows[1] with { Policy = "Legal, 7 years" };
        rig.Rows.Add(new Customer("a-new-one", null, 0));
        rig.Live.Raise();

        table.WaitForAssertion(() => Assert.Equal("1 new, show", table.Find(".ct-news").TextContent));
        Assert.Contains("Legal, 7 years", table.FindAll("tbody tr")[1].TextContent);
        Assert.Equal("customer-0001", TableRig.Names(table)[0]);
        await table.Find(".ct-news").ClickAsync(new MouseEventArgs());
        table.WaitForAssertion(() => Assert.Equal("a-new-one", TableRig.Names(table)[0]));
        Assert.Empty(table.FindAll(".ct-news"));
        table.Instance.Dispose();
        await Wait.UntilAsync(() => rig.Live.Listeners == 0, "the table listens no more");
    }

    private static async Task FilterAsync(TableRig rig, IRenderedComponent<CometTable<Customer>> table, string text)
    {
        var typed = table.Find(".ct-filter").InputAsync(new ChangeEventArgs { Value = text });
        rig.Clock.Advance(TimeSpan.FromMilliseconds(150));
        await typed;
    }
}
