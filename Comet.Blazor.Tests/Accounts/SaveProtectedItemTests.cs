using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Accounts;

public sealed class SaveProtectedItemTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("linux", "/home", "")]
    [InlineData("linux", "/", "")]
    [InlineData("linux", "/with space/ü 🐑", "")]
    [InlineData("linux", "home", "must be absolute")]
    [InlineData("linux", "C:\\Users", "must be absolute")]
    [InlineData("linux", "-rf", "must be absolute")]
    [InlineData("darwin", "~/Documents", "must be absolute")]
    [InlineData("windows", "C:\\Users", "")]
    [InlineData("windows", "c:/Users", "")]
    [InlineData("windows", "\\\\server\\share", "")]
    [InlineData("windows", "/home", "must be absolute")]
    [InlineData("windows", "C:Users", "must be absolute")]
    [InlineData("", "/home", "")]
    [InlineData("", "C:\\Users", "")]
    [InlineData("", "relative", "must be absolute")]
    [InlineData("linux", "/a\0b", "control character")]
    [InlineData("linux", "/a\nb", "control character")]
    [InlineData("linux", "", "must be absolute")]
    public void Check_Path_ByTheDevicesSystem(string os, string path, string expected)
    {
        var outcome = new FileItem("Home", "d1", [path], []).Check(os);
        Assert.Equal(expected.Length == 0, outcome.Ok);
        Assert.Contains(expected, outcome.Why);
    }

    [Fact]
    public void Check_NamePathsExclusions_EachRuleNamed()
    {
        Assert.Contains("name", new FileItem(" ", "d1", ["/a"], []).Check("linux").Why);
        Assert.Contains("name", new FileItem(new string('x', 256), "d1", ["/a"], []).Check("linux").Why);
        Assert.Equal("Name at least one path to back up.", new FileItem("n", "d1", [], []).Check("linux").Why);
        Assert.Contains("exclusion", new FileItem("n", "d1", ["/a"], ["a\0"]).Check("linux").Why);
        Assert.Contains("At most", new FileItem("n", "d1", [.. Enumerable.Range(0, 1001).Select(static i => $"/{i}")], []).Check("linux").Why);
    }

    [Fact]
    public async Task Save_NewItem_IsInTheProfileAsTheContractWantsIt()
    {
        await using var all = await WithDeviceAsync();
        var id = (await SaveAsync(all, null, new FileItem("Home", "d1", ["/home", "/srv"], ["*.tmp"]))).Value!;
        var item = (await all.Store.ReadAsync(all.Store.FindByName("mary")!.Id, Ct))!.Item(id)!;
        Assert.True(Guid.TryParseExact(id, "D", out _));
        Assert.Equal(("engine1/file", "Home", "d1", all.Clock.UnixNow()), (item.Text("Engine"), item.Text("Description"), item.Text("OwnerDevice"), item.Number("CreateTime")));
        Assert.Equal("""{"INCLUDE0":"/home","INCLUDE1":"/srv","EXCLUDE0":"*.tmp"}""", item["EngineProps"]!.ToJsonString());
    }

    [Fact]
    public async Task Save_ExistingItem_KeepsOtherSettingsAndReplacesItsPaths()
    {
        await using var all = await WithDeviceAsync();
        var user = all.Store.FindByName("mary")!.Id;
        await all.EditAsync(user, static d => d.Items["i1"] = JsonNode.Parse("""
            {"Engine":"engine1/file","Description":"Old","OwnerDevice":"d1","CreateTime":5,"PreExec":["x"],
             "EngineProps":{"INCLUDE-abc":"/a","INCLUDE10":"/c","INCLUDE9":"/b","EXCLUDE7":"*.a","REXCLUDE0":"^x","PINCLUDE0":"{}","USE_WIN_VSS":"","SMBAUTH1":"{}"}}
            """));
        Assert.Equal(["/b", "/c", "/a"], FileItem.From((await all.Store.ReadAsync(user, Ct))!.Item("i1")!).Paths);
        Assert.True((await SaveAsync(all, "i1", new FileItem("New", "d1", ["/d"], []))).Ok);
        var item = (await all.Store.ReadAsync(user, Ct))!.Item("i1")!;
        Assert.Equal(("New", 5L, "x"), (item.Text("Description"), item.Number("CreateTime"), item.Texts("PreExec")[0]));
        Assert.Equal(["REXCLUDE0", "PINCLUDE0", "USE_WIN_VSS", "SMBAUTH1", "INCLUDE0"], item.Map("EngineProps").Select(static p => p.Key));
    }

    [Fact]
    public async Task Save_WhatCannotBe_RefusedAndNothingWritten()
    {
        await using var all = await WithDeviceAsync();
        var good = new FileItem("Home", "d1", ["/home"], []);
        var user = await all.EditAsync(all.Store.FindByName("mary")!.Id, static d =>
        {
            d.Items["sql"] = new JsonObject { ["Engine"] = "engine1/mysql", ["OwnerDevice"] = "d1" };
            d.Items["i1"] = new JsonObject { ["Engine"] = "engine1/file", ["OwnerDevice"] = "d2" };
        });
        Assert.Equal(Refusal.Missing, (await SaveAsync(all, null, good with { DeviceId = "gone" })).Kind);
        Assert.Equal(Refusal.Missing, (await SaveAsync(all, "gone", good)).Kind);
        Assert.Equal(Refusal.Invalid, (await SaveAsync(all, "sql", good)).Kind);
        Assert.Equal(Refusal.Invalid, (await SaveAsync(all, "i1", good)).Kind);
        Assert.Equal(Refusal.Invalid, (await SaveAsync(all, null, good with { Paths = ["relative"] })).Kind);
        Assert.Equal(Refusal.Conflict, (await SaveAsync(all, null, good, "stale")).Kind);
        Assert.Equal(user.Hash, all.Store.Entry(user.Id)!.Hash);
    }

    [Fact]
    public async Task Delete_Item_TakesItsRulesOnly()
    {
        await using var all = await WithDeviceAsync();
        var user = await all.EditAsync(all.Store.FindByName("mary")!.Id, static d =>
        {
            d.Items["i1"] = new JsonObject();
            d.Items["i2"] = new JsonObject();
            d.Rules["r1"] = new JsonObject { ["Source"] = "i1" };
            d.Rules["r2"] = new JsonObject { ["Source"] = "i2" };
        });
        var delete = new DeleteProtectedItem(all.Store, all.ProfileAudit);
        Assert.True((await delete.RunAsync(AccountsUnderTest.Admin, "mary", "i1", Ct)).Ok);
        Assert.Equal(Refusal.Missing, (await delete.RunAsync(AccountsUnderTest.Admin, "mary", "i1", Ct)).Kind);
        var document = (await all.Store.ReadAsync(user.Id, Ct))!;
        Assert.Equal("i2", Assert.Single(document.Items).Key);
        Assert.Equal("r2", Assert.Single(document.Rules).Key);
    }

    private static Task<Outcome<string>> SaveAsync(AccountsUnderTest all, string? id, FileItem item, string? hash = null) =>
        new SaveProtectedItem(all.Store, all.ProfileAudit, all.Clock).RunAsync(AccountsUnderTest.Admin, "mary", id, item, hash, Ct);

    private static async Task<AccountsUnderTest> WithDeviceAsync()
    {
        var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.Devices.RegisterAsync(user.Id, new DeviceReport("d1", "Laptop", "1", "UTC", new("linux", "amd64", "", "")), Ct);
        return all;
    }
}
