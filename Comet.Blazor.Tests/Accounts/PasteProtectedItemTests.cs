using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Items.Copying;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Copy and paste of Protected Items (spec/01 §5.3).</summary>
public sealed class PasteProtectedItemTests
{
    private const string Item = """
        {"Engine":"engine1/mysql","Description":"Shop","OwnerDevice":"d1","CreateTime":5,"ModifyTime":6,"PolicySourceID":"p1","ExistingUserUpdate":true,"PreExec":["stop"],"X-Future":{"n":1},
         "EngineProps":{"USERNAME":"root","PASSWORD":"s3cret","ALL_DATABASES":"1","SMBAUTH0":"{}"},
         "OverrideDestinationRetention":{"v1":{"Mode":801,"Ranges":[]},"gone":{"Mode":801,"Ranges":[]}},"Statistics":{"LastStartTime":9}}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clipboard_OneThingPerSession_GoneWithIt()
    {
        await using var all = await StartAsync();
        var clipboard = new ItemClipboard(all.Sessions);
        var owner = SessionOwner.Administrator("admin", null, null, ActorVia.Web);
        var (mine, other) = (await all.Sessions.StartAsync(owner, Ct), await all.Sessions.StartAsync(owner, Ct));
        var copy = new CopyProtectedItem(new ReadProtectedItem(all.Store), clipboard);

        Assert.True((await copy.RunAsync(AccountsUnderTest.Admin, mine, "mary", "i1", Ct)).Ok);
        Assert.Equal(("Shop", "mary", "Laptop", "linux"), (clipboard.Of(mine)!.Name, clipboard.Of(mine)!.Username, clipboard.Of(mine)!.DeviceName, clipboard.Of(mine)!.Os));
        Assert.Single(clipboard.Of(mine)!.Rules);
        Assert.Null(clipboard.Of(other));
        Assert.Null(clipboard.Of(null));
        Assert.Equal(Refusal.Missing, (await copy.RunAsync(AccountsUnderTest.Admin, mine, "mary", "gone", Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await copy.RunAsync(new Actor(ActorKind.Customer, "mary"), mine, "mary", "i1", Ct)).Kind);
        Assert.NotNull(clipboard.Of(mine));

        clipboard.Put(mine, null);
        Assert.Null(clipboard.Of(mine));
        Assert.True((await copy.RunAsync(AccountsUnderTest.Admin, mine, "mary", "i1", Ct)).Ok);
        await all.Sessions.EndAsync(mine, Ct);
        Assert.Null(clipboard.Of(mine));
    }

    [Fact]
    public async Task Paste_ToAnotherUser_ConfigurationOnly_WithoutSecrets()
    {
        await using var all = await StartAsync();
        var pasted = await PasteAsync(all, new PasteTarget("john", "d2", " Shop copy "));
        Assert.True(pasted.Ok, pasted.Why);
        Assert.Equal(["PASSWORD", "SMBAUTH0"], pasted.Value.LeftOut);
        var john = (await all.Store.ReadAsync(all.Store.FindByName("john")!.Id, Ct))!;
        var item = Assert.Single(john.Root.Entries("Sources")).Value;
        Assert.NotEqual("i1", pasted.Value.ItemId);
        Assert.Equal(("Shop copy", "d2", "", false), (item.Text("Description"), item.Text("OwnerDevice"), item.Text("PolicySourceID"), item.Flag("ExistingUserUpdate")));
        Assert.Equal((all.Clock.UnixNow(), all.Clock.UnixNow(), 0L), (item.Number("CreateTime"), item.Number("ModifyTime"), item.Map("Statistics").Number("LastStartTime")));
        Assert.Equal("""{"USERNAME":"root","ALL_DATABASES":"1"}""", item["EngineProps"]!.ToJsonString());
        Assert.Equal(("stop", 1L, 0), (item.Texts("PreExec")[0], item.Map("X-Future").Number("n"), item.Map("OverrideDestinationRetention").Count));
        Assert.Empty(john.Rules);
    }

    [Fact]
    public async Task Paste_WithinTheUser_KeepsSecretsAndRetentionOfVaultsThatAreThere_AndRulesWhenWanted()
    {
        await using var all = await StartAsync();
        var pasted = await PasteAsync(all, new PasteTarget("mary", "d1b", "Shop 2", "v1"));
        Assert.True(pasted.Ok, pasted.Why);
        Assert.Empty(pasted.Value.LeftOut);
        var mary = (await all.Store.ReadAsync(all.Store.FindByName("mary")!.Id, Ct))!;
        Assert.Equal("s3cret", mary.Item(pasted.Value.ItemId)!.Map("EngineProps").Text("PASSWORD"));
        Assert.Equal("v1", Assert.Single(mary.Item(pasted.Value.ItemId)!.Map("OverrideDestinationRetention")).Key);
        var (id, rule) = Assert.Single(ReadProtectedItem.Rules(mary, pasted.Value.ItemId));
        Assert.NotEqual("r1", id);
        Assert.Equal(("Nightly", "v1", all.Clock.UnixNow()), (rule.Text("Description"), rule.Text("Destination"), rule.Number("ModifyTime")));
        Assert.Single(ReadProtectedItem.Rules(mary, "i1"));
        Assert.Equal(9, mary.Item("i1")!.Map("Statistics").Number("LastStartTime"));
    }

    [Fact]
    public async Task Paste_RetentionOfItsOwn_StaysBehind_WhenThePolicyPreventsIt()
    {
        await using var all = await StartAsync();
        await all.EditAsync(all.Store.FindByName("mary")!.Id, static d => d.Root.MapForWrite("Policy")["PreventProtectedItemRetention"] = true);
        var pasted = await PasteAsync(all, new PasteTarget("mary", "d1b", "Shop 2"));
        Assert.True(pasted.Ok, pasted.Why);
        var mary = (await all.Store.ReadAsync(all.Store.FindByName("mary")!.Id, Ct))!;
        Assert.Empty(mary.Item(pasted.Value.ItemId)!.Map("OverrideDestinationRetention"));
    }

    [Fact]
    public async Task Paste_SecretsToAnotherUser_OnlyWhenConfirmed()
    {
        await using var all = await StartAsync();
        Assert.Empty((await PasteAsync(all, new PasteTarget("john", "d2", "Shop", WithSecrets: true))).Value!.LeftOut);
        var john = (await all.Store.ReadAsync(all.Store.FindByName("john")!.Id, Ct))!;
        Assert.Equal("s3cret", Assert.Single(john.Root.Entries("Sources")).Value.Map("EngineProps").Text("PASSWORD"));
    }

    [Fact]
    public async Task Paste_WhatCannotBe_SaysWhy()
    {
        await using var all = await StartAsync();
        Assert.Equal("john does not have this Storage Vault any more. Choose another one, or paste without the backup rules.", (await PasteAsync(all, new PasteTarget("john", "d2", "Shop", "v1"))).Why);
        Assert.Equal("The Storage Vault Elsewhere does not serve this device. Choose another one, or paste without the backup rules.", (await PasteAsync(all, new PasteTarget("mary", "d1", "Shop", "v2"))).Why);
        Assert.Equal(Refusal.Missing, (await PasteAsync(all, new PasteTarget("john", "gone", "Shop"))).Kind);
        Assert.Equal(Refusal.Missing, (await PasteAsync(all, new PasteTarget("nobody", "d2", "Shop"))).Kind);
        Assert.Contains("name", (await PasteAsync(all, new PasteTarget("john", "d2", " "))).Why);
        await all.EditAsync(all.Store.FindByName("john")!.Id, static d => d.Root.MapForWrite("Policy")["PreventNewProtectedItem"] = true);
        Assert.Equal("Prevented by this account's policy: adding Protected Items.", (await PasteAsync(all, new PasteTarget("john", "d2", "Shop"))).Why);
        Assert.Empty(all.Store.EntryByName("john")!.Items);
    }

    [Fact]
    public async Task Paste_PathsOfAnotherSystem_AreTakenAsTheyAre()
    {
        await using var all = await StartAsync();
        var windows = (JsonObject)JsonNode.Parse("""{"Engine":"engine1/file","Description":"Docs","EngineProps":{"INCLUDE0":"C:\\Users"}}""")!;
        var copied = new CopiedItem(all.Store.FindByName("mary")!.Id, "mary", "PC", "windows", windows, []);
        var pasted = await Paste(all).RunAsync(AccountsUnderTest.Admin, copied, new PasteTarget("john", "d2", "Docs"), Ct);
        Assert.True(pasted.Ok, pasted.Why);
    }

    private static PasteProtectedItem Paste(AccountsUnderTest all) => new(new ReadProfile(all.Store), new SaveProtectedItem(all.Store, all.Policies, all.ProfileAudit, all.Clock), all.Policies);

    private static async Task<Outcome<PastedItem>> PasteAsync(AccountsUnderTest all, PasteTarget target)
    {
        var found = (await new ReadProtectedItem(all.Store).RunAsync(AccountsUnderTest.Admin, "mary", "i1", Ct)).Value!;
        return await Paste(all).RunAsync(AccountsUnderTest.Admin, new CopiedItem(found.Profile.Id, "mary", "Laptop", "linux", found.Source, [.. found.Rules.Values]), target, Ct);
    }

    private static async Task<AccountsUnderTest> StartAsync()
    {
        var all = await AccountsUnderTest.OpenAsync();
        foreach (var (name, devices) in new[] { ("mary", new[] { "d1", "d1b" }), ("john", ["d2"]) })
        {
            var user = await all.UserAsync(name);
            foreach (var device in devices)
            {
                await all.Devices.RegisterAsync(user.Id, new DeviceReport(device, "Laptop", "1", "UTC", new("linux", "amd64", "", "")), Ct);
            }
        }

        await all.EditAsync(all.Store.FindByName("mary")!.Id, static d =>
        {
            d.Vaults["v1"] = ProfileTemplates.Vault();
            d.Vaults["v2"] = new JsonObject { ["Description"] = "Elsewhere", ["AssociatedDevices"] = new JsonArray("d9") };
            d.Items["i1"] = JsonNode.Parse(Item);
            d.Rules["r1"] = JsonNode.Parse("""{"Description":"Nightly","Source":"i1","Destination":"v1","CreateTime":1,"ModifyTime":2,"Schedules":[{"FrequencyType":8011,"SecondsPast":79200}]}""");
        });
        return all;
    }
}
