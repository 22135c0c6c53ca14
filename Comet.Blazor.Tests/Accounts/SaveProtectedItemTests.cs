using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Items.Engines;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;

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
        var outcome = ItemCheck.Item(File("Home", [path]), os);
        Assert.Equal(expected.Length == 0, outcome.Ok);
        Assert.Contains(expected, outcome.Why);
    }

    [Theory]
    [InlineData("engine1/file", """{}""", "Name at least one path")]
    [InlineData("engine1/file", """{"PINCLUDE0":"{\"TopDirectory\":\"/home\",\"Value\":\"*.doc\"}"}""", "")]
    [InlineData("engine1/file", """{"PINCLUDE0":"not json"}""", "must be absolute")]
    [InlineData("engine1/file", """{"INCLUDE0":"/a","REXCLUDE0":"(\\.tmp"}""", "is no regular expression")]
    [InlineData("engine1/file", """{"INCLUDE0":"/a","RINCLUDE0":"{\"TopDirectory\":\"/b\",\"Value\":\"[\"}"}""", "is no regular expression")]
    [InlineData("engine1/file", """{"INCLUDE0":"/a","EXCLUDE0":" "}""", "is empty")]
    [InlineData("engine1/stdout", """{"COMMAND":"pg_dump all","SAVEAS":"all.sql"}""", "")]
    [InlineData("engine1/stdout", """{"SAVEAS":"all.sql"}""", "Give the command")]
    [InlineData("engine1/stdout", """{"COMMAND":"x","SAVEAS":"a/b"}""", "file name without folders")]
    [InlineData("engine1/stdout", """{"COMMAND":"x","SAVEAS":"a","EXTRACOMMAND-1":"[\"y\",\"\",\"a\"]"}""", "Give each its own file name")]
    [InlineData("engine1/mysql", """{"USERNAME":"root","ALL_DATABASES":"1"}""", "")]
    [InlineData("engine1/mysql", """{"USERNAME":"root"}""", "at least one database")]
    [InlineData("engine1/mysql", """{"ALL_DATABASES":"1"}""", "database user")]
    [InlineData("engine1/mysql", """{"USERNAME":"root","ALL_DATABASES":"1","PORT":"70000"}""", "1 to 65535")]
    [InlineData("engine1/mysql", """{"USERNAME":"root","ALL_DATABASES":"1","TLS_CERT":"/c"}""", "both files")]
    [InlineData("engine9/future", """{"ANYTHING":"goes"}""", "")]
    [InlineData("", """{}""", "Choose the type")]
    public void Check_Settings_OfEachEngine_EachRuleNamed(string engine, string props, string expected)
    {
        var outcome = ItemCheck.Item(new JsonObject { ["Engine"] = engine, ["Description"] = "n", ["EngineProps"] = JsonNode.Parse(props) }, "linux");
        Assert.Equal(expected.Length == 0, outcome.Ok);
        Assert.Contains(expected, outcome.Why);
    }

    [Fact]
    public void Check_Name_EachRuleNamed()
    {
        Assert.Contains("name", ItemCheck.Item(File(" ", ["/a"]), "linux").Why);
        Assert.Contains("name", ItemCheck.Item(File(new string('x', 256), ["/a"]), "linux").Why);
        Assert.Contains("At most", ItemCheck.Item(File("n", [.. Enumerable.Range(0, 1001).Select(static i => $"/{i}")]), "linux").Why);
    }

    [Fact]
    public async Task Save_NewItem_IsInTheProfileAsTheContractWantsIt()
    {
        await using var all = await WithDeviceAsync();
        var id = (await SaveFileAsync(all, null, new FileItem("Home", "d1", ["/home", "/srv"], ["*.tmp"]))).Value!;
        var item = (await all.Store.ReadAsync(all.Store.FindByName("mary")!.Id, Ct))!.Item(id)!;
        Assert.Equal(("engine1/file", "Home", "d1", all.Clock.UnixNow()), (item.Text("Engine"), item.Text("Description"), item.Text("OwnerDevice"), item.Number("CreateTime")));
        Assert.Equal("""{"INCLUDE0":"/home","INCLUDE1":"/srv","EXCLUDE0":"*.tmp"}""", item["EngineProps"]!.ToJsonString());
        Assert.Equal(0, item.Map("Statistics").Map("LastBackupJob").Number("StartTime"));
    }

    [Fact]
    public async Task Save_ExistingItem_KeepsOtherSettingsAndItsStatistics_AndReplacesItsPaths()
    {
        await using var all = await WithDeviceAsync();
        var user = all.Store.FindByName("mary")!.Id;
        await all.EditAsync(user, static d => d.Items["i1"] = JsonNode.Parse("""
            {"Engine":"engine1/file","Description":"Old","OwnerDevice":"d1","CreateTime":5,"PreExec":["x"],"Statistics":{"LastStartTime":7},
             "EngineProps":{"INCLUDE-abc":"/a","INCLUDE10":"/c","INCLUDE9":"/b","EXCLUDE7":"*.a","REXCLUDE0":"^x","PINCLUDE0":"{\"TopDirectory\":\"/p\",\"Value\":\"*\"}","USE_WIN_VSS":"","SMBAUTH1":"{}"}}
            """));
        Assert.Equal(["/b", "/c", "/a"], new FileSelection((await all.Store.ReadAsync(user, Ct))!.Item("i1")!.Map("EngineProps")).Paths);
        var saved = await SaveFileAsync(all, "i1", new FileItem("New", "d1", ["/d"], []));
        Assert.True(saved.Ok, saved.Why);
        var item = (await all.Store.ReadAsync(user, Ct))!.Item("i1")!;
        Assert.Equal(("New", 5L, "x", 7L), (item.Text("Description"), item.Number("CreateTime"), item.Texts("PreExec")[0], item.Map("Statistics").Number("LastStartTime")));
        Assert.Equal(["REXCLUDE0", "PINCLUDE0", "USE_WIN_VSS", "SMBAUTH1", "INCLUDE0"], item.Map("EngineProps").Select(static p => p.Key));
    }

    [Fact]
    public async Task Save_UnknownEngine_IsKeptWithEverythingInIt()
    {
        await using var all = await WithDeviceAsync();
        var source = (JsonObject)JsonNode.Parse("""{"Engine":"engine9/future","Description":"F","OwnerDevice":"d1","Wings":{"n":2},"EngineProps":{"SOME_PASSWORD":"s3cret","LIST-a":"1"}}""")!;
        Assert.True((await SaveAsync(all, new ItemChange("i9", source))).Ok);
        var item = (await all.Store.ReadAsync(all.Store.FindByName("mary")!.Id, Ct))!.Item("i9")!;
        Assert.Equal("""{"SOME_PASSWORD":"s3cret","LIST-a":"1"}""", item["EngineProps"]!.ToJsonString());
        Assert.Equal(2, item.Map("Wings").Number("n"));
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
        Assert.Equal(Refusal.Missing, (await SaveFileAsync(all, null, good with { DeviceId = "gone" })).Kind);
        Assert.Equal(Refusal.Missing, (await SaveAsync(all, new ItemChange("gone", null, new Dictionary<string, JsonObject>()))).Kind);
        Assert.Equal(Refusal.Invalid, (await SaveFileAsync(all, "sql", good)).Kind);
        Assert.Contains("can't be moved", (await SaveFileAsync(all, "i1", good)).Why);
        Assert.Equal(Refusal.Invalid, (await SaveFileAsync(all, null, good with { Paths = ["relative"] })).Kind);
        Assert.Equal(Refusal.Conflict, (await SaveFileAsync(all, null, good, "stale")).Kind);
        Assert.Equal(Refusal.Denied, (await new SaveProtectedItem(all.Store, all.Policies, all.ProfileAudit, all.Clock).RunAsync(
            new Actor(ActorKind.Device, "mary", user.Id), "mary", new ItemChange("i1", null, new Dictionary<string, JsonObject>()), null, Ct)).Kind);
        Assert.Equal(user.Hash, all.Store.Entry(user.Id)!.Hash);
    }

    [Fact]
    public async Task Save_RulesAlone_ReplaceThoseOfTheItemOnly_AndUnchangedOnesKeepTheirTime()
    {
        await using var all = await WithVaultAsync();
        var user = all.Store.FindByName("mary")!.Id;
        Assert.True((await SaveAsync(all, new ItemChange("i1", null, Rules(("r1", """{"Destination":"v1","Description":"A"}"""), ("r2", """{"Destination":"v1","ModifyTime":4}"""))))).Ok);
        var first = all.Clock.UnixNow();
        all.Clock.Advance(TimeSpan.FromHours(1));
        var rules = ReadProtectedItem.Rules((await all.Store.ReadAsync(user, Ct))!, "i1");
        Assert.Equal((first, first, 4L), (rules["r1"].Number("CreateTime"), rules["r1"].Number("ModifyTime"), rules["r2"].Number("ModifyTime")));

        rules["r1"]["Description"] = "B";
        Assert.True((await SaveAsync(all, new ItemChange("i1", null, new Dictionary<string, JsonObject>(rules) { ["r3"] = new() { ["Destination"] = "v1" } }))).Ok);
        rules = ReadProtectedItem.Rules((await all.Store.ReadAsync(user, Ct))!, "i1");
        Assert.Equal((first + 3600, 4L, first + 3600), (rules["r1"].Number("ModifyTime"), rules["r2"].Number("ModifyTime"), rules["r3"].Number("CreateTime")));

        Assert.True((await SaveAsync(all, new ItemChange("i1", null, new Dictionary<string, JsonObject>()))).Ok);
        Assert.Equal("other", Assert.Single((await all.Store.ReadAsync(user, Ct))!.Rules).Key);
    }

    [Theory]
    [InlineData("""{"Destination":"gone","Description":"Nightly"}""", "The backup rule Nightly goes to a Storage Vault that this user does not have.")]
    [InlineData("""{"Description":"Nightly"}""", "The backup rule Nightly has no Storage Vault.")]
    [InlineData("""{"Destination":"v2"}""", "A backup rule goes to the Storage Vault Elsewhere, which this device may not use.")]
    [InlineData("""{"Destination":"v1","Source":"i2"}""", "belongs to another Protected Item")]
    [InlineData("""{"Destination":"v1","PreExec":["a\nb"]}""", "must be single lines")]
    [InlineData("""{"Destination":"v1","AutoRetentionLevel":9}""", "AutoRetentionLevel must be 0")]
    [InlineData("""{"Destination":"v1","Schedules":[{"FrequencyType":1}]}""", "BackupRules[r1].Schedules[0]: FrequencyType is 1;")]
    [InlineData("""{"Destination":7}""", "BackupRules[r1].Destination of the profile must be a text.")]
    public async Task Save_RuleThatCannotBe_RefusedWithItsName(string rule, string expected)
    {
        await using var all = await WithVaultAsync();
        var outcome = await SaveAsync(all, new ItemChange("i1", null, Rules(("r1", rule))));
        Assert.Equal(Refusal.Invalid, outcome.Kind);
        Assert.Contains(expected, outcome.Why);
        Assert.Equal("other", Assert.Single((await all.Store.ReadAsync(all.Store.FindByName("mary")!.Id, Ct))!.Rules).Key);
    }

    [Fact]
    public async Task Save_RuleUnderTheIdOfAnotherItemsRule_Refused()
    {
        await using var all = await WithVaultAsync();
        Assert.Contains("belongs to another", (await SaveAsync(all, new ItemChange("i1", null, Rules(("other", """{"Destination":"v1"}"""))))).Why);
    }

    [Fact]
    public async Task Customer_OwnItemsOnly_AndNotAgainstThePolicy()
    {
        await using var all = await WithVaultAsync();
        var (user, other) = (all.Store.FindByName("mary")!.Id, await all.UserAsync("john"));
        var (mary, save) = (new Actor(ActorKind.Customer, "mary", user), new SaveProtectedItem(all.Store, all.Policies, all.ProfileAudit, all.Clock));
        var change = new ItemChange("i1", null, Rules(("r1", """{"Destination":"v1"}""")));
        Assert.True((await save.RunAsync(mary, "mary", change, null, Ct)).Ok);
        Assert.Equal(Refusal.Denied, (await save.RunAsync(new Actor(ActorKind.Customer, "john", other.Id), "mary", change, null, Ct)).Kind);

        await all.EditAsync(user, static d =>
        {
            d.Root.MapForWrite("Policy")["ProtectedItemEngineTypes"] = JsonNode.Parse("""{"ShouldRestrictEngineTypeList":true,"AllowedEngineTypeWhenRestricted":["engine1/stdout"]}""");
            d.Root.MapForWrite("Policy")["PreventDeleteProtectedItem"] = true;
            d.Root.MapForWrite("Policy")["PreventProtectedItemRetention"] = true;
        });
        Assert.Contains("type Files and Folders", (await save.RunAsync(mary, "mary", new ItemChange("i3", File("n", ["/n"])), null, Ct)).Why);
        Assert.True((await save.RunAsync(mary, "mary", new ItemChange("i1", File("Renamed", ["/n"])), null, Ct)).Ok); // existing ones of another type stay editable
        var retention = File("Renamed", ["/n"]);
        retention["OverrideDestinationRetention"] = JsonNode.Parse("""{"v1":{"Mode":801,"Ranges":[]}}""");
        Assert.Contains("overriding the retention", (await save.RunAsync(mary, "mary", new ItemChange("i1", retention), null, Ct)).Why);
        Assert.Equal(Refusal.Denied, (await new DeleteProtectedItem(all.Store, all.Policies, all.ProfileAudit).RunAsync(mary, "mary", "i1", Ct)).Kind);
        Assert.True((await save.RunAsync(AccountsUnderTest.Admin, "mary", new ItemChange("i1", retention), null, Ct)).Ok); // an administrator is not held to it
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
        var delete = new DeleteProtectedItem(all.Store, all.Policies, all.ProfileAudit);
        Assert.True((await delete.RunAsync(AccountsUnderTest.Admin, "mary", "i1", Ct)).Ok);
        Assert.Equal(Refusal.Missing, (await delete.RunAsync(AccountsUnderTest.Admin, "mary", "i1", Ct)).Kind);
        var document = (await all.Store.ReadAsync(user.Id, Ct))!;
        Assert.Equal("i2", Assert.Single(document.Items).Key);
        Assert.Equal("r2", Assert.Single(document.Rules).Key);
    }

    private static JsonObject File(string name, string[] paths)
    {
        var item = new JsonObject();
        new FileItem(name, "d1", paths, []).WriteTo(item);
        return item;
    }

    private static Dictionary<string, JsonObject> Rules(params (string Id, string Json)[] rules) => rules.ToDictionary(static r => r.Id, static r => (JsonObject)JsonNode.Parse(r.Json)!);

    private static Task<Outcome<string>> SaveFileAsync(AccountsUnderTest all, string? id, FileItem item, string? hash = null) =>
        all.Store.SaveFileAsync(new SaveProtectedItem(all.Store, all.Policies, all.ProfileAudit, all.Clock), AccountsUnderTest.Admin, "mary", id, item, hash, Ct);

    private static Task<Outcome<AccountEntry>> SaveAsync(AccountsUnderTest all, ItemChange change) =>
        new SaveProtectedItem(all.Store, all.Policies, all.ProfileAudit, all.Clock).RunAsync(AccountsUnderTest.Admin, "mary", change, null, Ct);

    private static async Task<AccountsUnderTest> WithVaultAsync()
    {
        var all = await WithDeviceAsync();
        await all.EditAsync(all.Store.FindByName("mary")!.Id, static d =>
        {
            d.Vaults["v1"] = ProfileTemplates.Vault();
            d.Vaults["v2"] = new JsonObject { ["Description"] = "Elsewhere", ["AssociatedDevices"] = new JsonArray("d2") };
            d.Items["i1"] = File("Home", ["/home"]);
            d.Rules["other"] = new JsonObject { ["Source"] = "i2" };
        });
        return all;
    }

    private static async Task<AccountsUnderTest> WithDeviceAsync()
    {
        var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.Devices.RegisterAsync(user.Id, new DeviceReport("d1", "Laptop", "1", "UTC", new("linux", "amd64", "", "")), Ct);
        return all;
    }
}
