using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users.Addresses;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Tests.Rights;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Bulk replace addresses (spec/01 §10).</summary>
public sealed class ReplaceAddressesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://old.example.com", "https://old.example.com/", "https://new.example.com:8443/")]
    [InlineData("https://old.example.com/", "https://OLD.example.com", "https://new.example.com:8443/")]
    [InlineData("https://old.example.com/", "https://old.example.com:443/sub/path", "https://new.example.com:8443/sub/path/")]
    [InlineData("https://old.example.com/", "https://old.example.com.evil/", null)]
    [InlineData("https://old.example.com/", "http://old.example.com/", null)]
    [InlineData("https://old.example.com/", "https://old.example.com:8443/", null)]
    [InlineData("https://old.example.com/sub", "https://old.example.com/subway/", null)]
    [InlineData("https://old.example.com/sub", "https://old.example.com/sub", "https://new.example.com:8443/")]
    [InlineData("https://old.example.com/", "https://name:secret@old.example.com/", null)]
    public void Rule_ReplacesWholePartsOnly(string find, string address, string? expected) =>
        Assert.Equal(expected, AddressRule.Make(find, "https://new.example.com:8443", false).Value!.Replace(address));

    [Theory]
    [InlineData("files.example.com", "new.example.com:22")]
    [InlineData("files.example.com:22", "new.example.com:22:22")]
    [InlineData("FILES.example.com/base", "new.example.com:22/base")]
    [InlineData("files.example.community", null)]
    public void Rule_ReplacesHosts(string address, string? expected) => Assert.Equal(expected, AddressRule.Make("files.example.com", "new.example.com:22", true).Value!.Replace(address));

    [Theory]
    [InlineData("", "https://new.example.com/", false)]
    [InlineData("files", "host", false)]
    [InlineData("https://a.example", "host", true)]
    [InlineData("https://a.example/?q", "https://b.example/", false)]
    [InlineData("https://a.example", "https://A.example/", false)]
    [InlineData("a b", "c", true)]
    public void Rule_RefusesWhatIsNoAddress(string find, string replace, bool all) => Assert.Equal(Refusal.Invalid, AddressRule.Make(find, replace, all).Kind);

    [Fact]
    public async Task Replace_ChangesWhatThePreviewShowed_AndTellsDevices()
    {
        await using var rig = await TenantsRig.StartAsync();
        var accounts = rig.Server.Get<AccountStore>();
        var by = TenantsRig.Actor("");
        foreach (var id in new[] { rig.Alpha.Account, rig.Beta.Account, rig.Top.Account })
        {
            Assert.True((await accounts.ChangeAsync(new AccountEdit(id, Fill), Ct)).Ok);
        }

        var replace = rig.Server.Get<ReplaceAddresses>();
        var rule = AddressRule.Make("https://old.example.com", "https://new.example.com/", false).Value!;
        var found = (await replace.LookAsync(by, rule, null, Ct)).Value!;
        Assert.Equal(6, found.Count);
        Assert.Equal(["CometServer", "SpanTargets[0].CometServer"], found.Where(static c => c.Username == "alpha-user").Select(static c => c.Hit.Field));
        Assert.Equal(9, (await replace.LookAsync(by, AddressRule.Make("https://old.example.com", "https://new.example.com/", true).Value!, null, Ct)).Value!.Count);
        Assert.Equal(2, (await replace.LookAsync(TenantsRig.Actor("alpha"), rule, null, Ct)).Value!.Count);

        // One profile is changed meanwhile: that user is left as it is.
        Assert.True((await accounts.ChangeAsync(new AccountEdit(rig.Beta.Account, static d => { d.AccountName = "meanwhile"; return Outcome.Done; }), Ct)).Ok);
        var told = new TaskCompletionSource<AccountId>();
        accounts.ProfileChanged += id => told.TrySetResult(id);
        var lines = (await replace.RunAsync(by, rule, found, null, Ct)).Value!;

        Assert.Equal([("alpha-user", true), ("beta-user", false), ("top-user", true)], lines.Select(static l => (l.Username, l.Outcome.Ok)));
        Assert.Equal(AccountStore.Stale, lines[1].Outcome);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        var vault = (await accounts.ReadAsync(rig.Top.Account, Ct))!.Vault("by-hand")!;
        Assert.Equal("https://new.example.com/", vault.Text("CometServer"));
        Assert.Equal("https://new.example.com/part/", ((JsonObject)vault["SpanTargets"]![0]!).Text("CometServer"));
        Assert.Equal("https://old.example.com", vault.Map("WebDav").Text("DavServer"));
        Assert.Equal(["beta-user"], (await replace.LookAsync(by, rule, null, Ct)).Value!.Select(static c => c.Username).Distinct());
    }

    [Fact]
    public async Task Replace_WithoutTheRights_IsRefused()
    {
        await using var rig = await TenantsRig.StartAsync();
        await rig.Server.Get<AccountStore>().ChangeAsync(new AccountEdit(rig.Top.Account, Fill), Ct);
        var replace = rig.Server.Get<ReplaceAddresses>();
        var rule = AddressRule.Make("https://old.example.com", "https://new.example.com/", false).Value!;
        var bound = TenantsRig.Actor("", new AdministratorPermissions { PreventDeleteStorageVault = true });

        var lines = (await replace.RunAsync(bound, rule, (await replace.LookAsync(bound, rule, null, Ct)).Value!, null, Ct)).Value!;

        Assert.Equal(Refusal.Denied, Assert.Single(lines).Outcome.Kind);
        Assert.Equal("https://old.example.com", (await rig.Server.Get<AccountStore>().ReadAsync(rig.Top.Account, Ct))!.Vault("by-hand")!.Text("CometServer"));
        var viewer = bound with { Limits = new ActorLimits { Denied = [Right.AccountsManage] } };
        Assert.Equal(Refusal.Denied, (await replace.LookAsync(viewer, rule, null, Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await replace.RunAsync(viewer, rule, [], null, Ct)).Kind);
    }

    private static Outcome Fill(AccountDocument document)
    {
        document.Vaults["by-hand"] = new JsonObject
        {
            ["Description"] = "By hand",
            ["DestinationType"] = 1003,
            ["CometServer"] = "https://old.example.com",
            ["WebDav"] = new JsonObject { ["DavServer"] = "https://old.example.com" },
            ["SpanTargets"] = new JsonArray(new JsonObject { ["DestinationType"] = 1003, ["CometServer"] = "https://old.example.com/part" }),
        };
        return Outcome.Done;
    }
}
