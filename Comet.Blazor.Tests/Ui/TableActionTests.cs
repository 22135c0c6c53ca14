using Bunit;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Tables;
using Microsoft.AspNetCore.Components.Web;

namespace Comet.Blazor.Tests.Ui;

/// <summary>Row menu, ticks and actions on ticked rows.</summary>
public class TableActionTests
{
    private readonly List<string> _done = [];

    private IReadOnlyList<RowAction<Customer>> Actions =>
    [
        new("Delete user…", c => Do("delete " + c.Name)) { Dangerous = true },
        new("Open user", c => Do("open " + c.Name)),
        new("Suspend…", c => Do("suspend " + c.Name)) { DisabledBecause = c => c.Policy is null ? "Prevented by policy Standard" : null },
        new("Resume", c => Do("resume " + c.Name)) { Visible = c => c.Policy is not null },
    ];

    private IReadOnlyList<BulkAction> Bulk => [new("Suspend", async keys => { await Do(string.Join(' ', keys.Order())); return $"{keys.Count} users suspended."; })];

    [Fact]
    public void Menu_HasTheRowsActions_DangerousLast()
    {
        using var rig = new TableRig(3);
        var table = rig.Table(p => p.Add(t => t.RowActions, Actions));

        table.Find("[aria-label='Actions for customer-0001']").Click();

        Assert.Equal(["Open user", "Suspend… Prevented by policy Standard", "Delete user…"], table.FindAll(".ct-rowmenu [role=menuitem]").Select(i => i.TextContent.Trim()));
        Assert.Equal("HR", table.Find(".ct-rowmenu .ct-danger").PreviousElementSibling!.TagName);
        Assert.Equal("true", table.FindAll(".ct-rowmenu [role=menuitem]")[1].GetAttribute("aria-disabled"));
        Assert.Equal("openMenu", rig.Handle.Invocations.Last().Identifier);
        Assert.Single(table.FindAll(".ct-rowmenu"));

        table.FindAll(".ct-rowmenu [role=menuitem]")[1].Click();
        Assert.Empty(_done);
        table.FindAll(".ct-rowmenu [role=menuitem]")[0].Click();
        Assert.Equal(["open customer-0001"], _done);
        table.Find("[aria-label='Actions for customer-0002']").Click();
        Assert.Equal(4, table.FindAll(".ct-rowmenu [role=menuitem]").Count);
    }

    [Fact]
    public void Action_ThatChangesRows_ShowsThemAtOnce()
    {
        using var rig = new TableRig(3);
        var table = rig.Table(p => p.Add(t => t.RowActions, [new("Delete", c => { rig.Rows.Remove(c); return Task.CompletedTask; })]));

        table.FindAll(".ct-dots")[1].Click();
        table.Find(".ct-rowmenu [role=menuitem]").Click();

        Assert.Equal(["customer-0001", "customer-0003"], TableRig.Names(table));
    }

    [Fact]
    public void Action_ThatFails_IsToldWithAReference()
    {
        using var rig = new TableRig(3);
        var table = rig.Table(p => p.Add(t => t.RowActions, [new("Run backup", _ => throw new IOException("gone"))]));

        table.FindAll(".ct-dots")[1].Click();
        table.Find(".ct-rowmenu [role=menuitem]").Click();

        Assert.Matches("Run backup for customer-0002 failed. Reference [0-9A-F]{4}-[0-9A-F]{4}", table.Find(".ct-notice").TextContent);
    }

    [Fact]
    public void Ticks_StayAcrossPages_AndTheActionGetsTheirKeys()
    {
        using var rig = new TableRig(40);
        var table = rig.Table(p => p.Add(t => t.BulkActions, Bulk));
        Assert.Empty(table.FindAll(".ct-bulk"));

        table.Find("[aria-label='Select customer-0002']").Click();
        table.Find("[aria-label='Select customer-0004']").Click(new MouseEventArgs { ShiftKey = true });
        Assert.Equal("yes", table.Find("thead .ct-tick input").GetAttribute("data-mixed"));
        table.Find("[aria-label='Page 2']").Click();
        table.Find("[aria-label='Select customer-0016']").Click();

        Assert.Equal("4 selected", table.Find(".ct-bulk strong").TextContent);
        table.Find(".ct-bulk .btn").Click();
        Assert.Equal(["customer-0002 customer-0003 customer-0004 customer-0016"], _done);
        Assert.Contains("4 users suspended.", table.Find(".ct-notice[role=status]").TextContent);
        Assert.Empty(table.FindAll(".ct-bulk"));
    }

    [Fact]
    public async Task Header_TicksThePage_ThenAllThatMatch()
    {
        using var rig = new TableRig(412);
        var table = rig.Table(p => p.Add(t => t.BulkActions, Bulk));
        var typed = table.Find(".ct-filter").InputAsync(new Microsoft.AspNetCore.Components.ChangeEventArgs { Value = "standard" });
        rig.Clock.Advance(TimeSpan.FromMilliseconds(150));
        await typed;

        table.Find("thead .ct-tick input").Click();
        Assert.Equal("15 selected", table.Find(".ct-bulk strong").TextContent);
        Assert.Equal("Select all 206 that match", table.Find(".ct-bulk .ct-link").TextContent);
        await table.Find(".ct-bulk .ct-link").ClickAsync(new MouseEventArgs());

        Assert.Equal("206 selected", table.Find(".ct-bulk strong").TextContent);
        Assert.All(table.FindAll("tbody tr"), row => Assert.Contains("ct-ticked", row.ClassList));
        table.Find("[aria-label='Clear selection']").Click();
        Assert.Empty(table.FindAll(".ct-ticked"));
    }

    [Fact]
    public async Task Filter_ClearsTicks_SoThatNobodyActsOnHiddenRows()
    {
        using var rig = new TableRig(40);
        var table = rig.Table(p => p.Add(t => t.BulkActions, Bulk));
        table.Find("[aria-label='Select customer-0002']").Click();

        var typed = table.Find(".ct-filter").InputAsync(new Microsoft.AspNetCore.Components.ChangeEventArgs { Value = "0001" });
        rig.Clock.Advance(TimeSpan.FromMilliseconds(150));
        await typed;

        Assert.Empty(table.FindAll(".ct-bulk"));
    }

    [Fact]
    public void Rows_AreDrawnAgainOnlyWhenTheyChange()
    {
        using var rig = new TableRig(40);
        var drawn = 0;
        var table = rig.Table(p => p.Add(t => t.RowActions, Actions).Add(t => t.RowClass, _ => { drawn++; return null; }));
        drawn = 0;

        table.Find(".ct-dots").Click();
        table.Find(".ct-unfold").Click();

        Assert.Equal(0, drawn);
        table.Find("[aria-label='Page 2']").Click();
        Assert.Equal(15, drawn);
    }

    private Task Do(string what)
    {
        _done.Add(what);
        return Task.CompletedTask;
    }
}
