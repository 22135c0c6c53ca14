using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Rights;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Policies;

/// <summary>A policy holds a customer's own calls (spec/01 §4.2, layer S), and never an administrator's.</summary>
public sealed class OwnAccountPolicyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Profile_IsSavedAsFarAsThePolicyAllows_AndTheAdministratorIsNotHeldToIt()
    {
        await using var fleet = await Fleet.StartAsync();
        await FollowAsync(fleet, """{"PreventChangeAccountName":true}""");
        var (profile, hash) = await OwnAsync(fleet);

        profile["AccountName"] = "Mine";
        var refused = TenantsRig.Envelope(await SetAsync(fleet, profile, hash));
        Assert.Equal((403, "Prevented by the policy Gold: changing the account name. Ask your backup administrator."), refused);

        profile["AccountName"] = "";
        profile["Emails"] = new JsonArray("mary@example.com");
        var saved = JsonNode.Parse(await SetAsync(fleet, profile, hash))!;
        Assert.Equal((200, "mary@example.com"), ((int)saved["Status"]!, (string)saved["Profile"]!["Emails"]![0]!));
        Assert.Equal(409, TenantsRig.Envelope(await SetAsync(fleet, profile, hash)).Status);

        // What the customer can't see stays: the password still opens.
        Assert.Equal(200, (int)JsonNode.Parse(await CallAsync(fleet, "user/web/get-user-profile-and-hash"))!["Status"]!);
        var stored = (await fleet.Server.Get<AccountStore>().ReadAsync(fleet.Account.Id, Ct))!.Root;
        stored["AccountName"] = "By the administrator";
        var byAdmin = await fleet.Server.Get<Comet.Blazor.Features.Accounts.Profiles.SaveProfile>().RunAsync(Fleet.Admin, Fleet.User, stored, null, Ct);
        Assert.True(byAdmin.Ok, byAdmin.Why);
    }

    [Fact]
    public async Task Vault_IsRequested_UnlessThePolicyPreventsIt()
    {
        await using var fleet = await Fleet.StartAsync();
        var offered = JsonNode.Parse(await CallAsync(fleet, "user/web/request-storage-vault-providers"))!.AsObject();
        var template = Assert.Single(offered).Key;
        var made = JsonNode.Parse(await CallAsync(fleet, "user/web/request-storage-vault", ("StorageProvider", template)))!;
        Assert.Equal((200, true), ((int)made["Status"]!, made["Profile"]!["Destinations"]!.AsObject().ContainsKey((string)made["DestinationID"]!)));
        Assert.Equal(404, TenantsRig.Envelope(await CallAsync(fleet, "user/web/request-storage-vault", ("StorageProvider", "another"))).Status);

        await FollowAsync(fleet, """{"PreventRequestStorageVault":true}""");
        Assert.Equal("{}", await CallAsync(fleet, "user/web/request-storage-vault-providers"));
        var refused = TenantsRig.Envelope(await CallAsync(fleet, "user/web/request-storage-vault", ("StorageProvider", template)));
        Assert.Equal((403, true), (refused.Status, refused.Message.StartsWith("Prevented by the policy Gold: requesting Storage Vaults", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task PasswordAndWebSignIn_AreRefused_WhenThePolicyPreventsThem()
    {
        await using var fleet = await Fleet.StartAsync();
        await FollowAsync(fleet, """{"PreventChangeAccountPassword":true}""");
        var (_, hash) = await OwnAsync(fleet);
        var refused = TenantsRig.Envelope(await CallAsync(fleet, "user/web/account/reset-password", ("ProfileHash", hash), ("OldPassword", Fleet.Password), ("NewPassword", "another horse")));
        Assert.Equal((403, true), (refused.Status, refused.Message.StartsWith("Prevented by", StringComparison.Ordinal)));

        await FollowAsync(fleet, """{"PreventOpenWebUI":true}""");
        Assert.Equal(403, TenantsRig.Envelope(await CallAsync(fleet, "user/web/get-user-profile-and-hash")).Status);
    }

    [Fact]
    public async Task DeviceThatRegisters_GetsItsItemsAndItsVault()
    {
        await using var server = await TestServer.StartAsync(null, null, "--Comet:PublicUrl", "http://127.0.0.1/");
        var account = await Fleet.AddUserAsync(server, Fleet.User);
        await FollowAsync(server, account.Id, """{"DefaultNewStorageVault":"server_controlled","DefaultSources":{"home":{"Engine":"engine1/file","Description":"Home"}},"DefaultBackupRules":{"r":{"Description":"Nightly","Destination":"1100"}}}""");
        await using var device = await AgentClient.SignInAsync(server, Fleet.User, Fleet.Password, "device-1", "epoch-1");

        var store = server.Get<AccountStore>();
        await Wait.UntilAsync(() => store.Entry(account.Id)!.Vaults.Length == 1, "the device has its vault");
        AccountDocument document = null!;
        await Wait.UntilAsync(async () => (document = (await store.ReadAsync(account.Id, Ct))!).Rules.Count == 1, "the rule has its vault");
        Assert.Equal(["device-1"], document.Root.Entries("Destinations").Single().Value.Texts("AssociatedDevices"));
        Assert.Equal("home", document.Root.Entries("Sources").Single().Value.Text("PolicySourceID"));
    }

    private static Task FollowAsync(Fleet fleet, string policy) => FollowAsync(fleet.Server, fleet.Account.Id, policy);

    private static async Task FollowAsync(TestServer server, AccountId account, string policy)
    {
        var id = Guid.NewGuid().ToString();
        Assert.True((await server.Get<CreatePolicy>().RunAsync(Fleet.Admin, new JsonObject { ["Description"] = "Gold", ["Policy"] = JsonNode.Parse(policy) }, id)).Ok);
        Assert.True((await server.Get<AccountStore>().ChangeAsync(
            account,
            null,
            d =>
            {
                d.Root["PolicyID"] = id;
                return Outcome.Done;
            },
            tellDevices: true,
            Ct)).Ok);
    }

    private static async Task<(JsonObject Profile, string Hash)> OwnAsync(Fleet fleet)
    {
        var answer = JsonNode.Parse(await CallAsync(fleet, "user/web/get-user-profile-and-hash"))!;
        return ((JsonObject)answer["Profile"]!.DeepClone(), (string)answer["ProfileHash"]!);
    }

    private static Task<string> SetAsync(Fleet fleet, JsonObject profile, string hash) =>
        CallAsync(fleet, "user/web/set-profile-hash", ("ProfileData", profile.ToJsonString()), ("ProfileHash", hash));

    private static async Task<string> CallAsync(Fleet fleet, string path, params IEnumerable<(string Name, string Value)> fields)
    {
        (string Name, string Value)[] all = [("Username", Fleet.User), ("AuthType", "Password"), ("Password", Fleet.Password), .. fields];
        using var response = await fleet.Server.Client.PostAsync("api/v1/" + path, new FormUrlEncodedContent(all.Select(static f => KeyValuePair.Create(f.Name, f.Value))), Ct);
        return await response.Content.ReadAsStringAsync(Ct);
    }
}
