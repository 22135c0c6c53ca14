using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Api;

/// <summary>The calls about accounts and the server, by their shape and their effects.</summary>
public sealed class AccountApiTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListUsers_Two_NamesAsBareArray()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("b.user@example.com");
        await api.AddUserAsync("a-user");
        Assert.Equal("""["a-user","b.user@example.com"]""", (await api.CallAsync("admin/list-users")).ToJsonString());
    }

    [Fact]
    public async Task AddUser_BrokenRules_NamedInTheEnvelope()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        Task<(int Status, string Message)> Add(string name, string password) =>
            api.EnvelopeAsync("admin/add-user", ("TargetUser", name), ("TargetPassword", password));
        Assert.Equal((409, "A user with this name already exists."), await Add("mary", "correct horse"));
        Assert.Equal(409, (await Add("MARY", "correct horse")).Status);
        Assert.Equal((400, "Password must be at least 8 characters."), await Add("peter", "1234567"));
        Assert.StartsWith("Username may only contain", (await Add("pe ter", "correct horse")).Message);
        Assert.Equal(404, (await api.EnvelopeAsync("admin/add-user", ("TargetUser", "x"), ("TargetPassword", "correct horse"), ("TargetOrganization", "elsewhere"))).Status);
        Assert.Single((await api.CallAsync("admin/list-users")).AsArray());
    }

    [Fact]
    public async Task GetUserProfile_NewUser_DefaultsOfTheContract()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        var profile = await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary"));
        Assert.Equal("mary", (string)profile["Username"]!);
        Assert.Equal("UTC", (string)profile["LocalTimezone"]!);
        Assert.Equal("en_US", (string)profile["LanguageCode"]!);
        Assert.True((bool)profile["SupportsDeviceAssociations"]!);
        Assert.True((bool)profile["AllowPasswordLogin"]!);
        Assert.False((bool)profile["AllowPasswordAndTOTPLogin"]!);
        Assert.True(Guid.TryParseExact((string)profile["CreationGUID"]!, "D", out _));
        Assert.InRange((long)profile["CreateTime"]!, 1_700_000_000, 5_000_000_000);
        Assert.Empty(profile["Sources"]!.AsObject());
        Assert.Null(profile["Message"]);
        Assert.Equal((404, "There is no user named Mary."), await api.EnvelopeAsync("admin/get-user-profile", ("TargetUser", "Mary")));
    }

    [Fact]
    public async Task Answers_FullAccount_HaveExactlyTheNamesAndTypesOfTheContract()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await SeedAsync(api);
        await AssertShapeAsync(api, "UserProfileConfig", "admin/get-user-profile", ("TargetUser", "mary"));
        await AssertShapeAsync(api, "GetProfileAndHashResponseMessage", "admin/get-user-profile-and-hash", ("TargetUser", "mary"));
        await AssertShapeAsync(api, "GetProfileHashResponseMessage", "admin/get-user-profile-hash", ("TargetUser", "mary"));
        await AssertShapeAsync(api, "ServerMetaVersionInfo", "admin/meta/version");
        await AssertShapeAsync(api, "RequestStorageVaultResponseMessage", "admin/request-storage-vault", ("TargetUser", "mary"), ("StorageProvider", "t1"));
        await AssertShapeAsync(api, "CometAPIResponseMessage", "admin/revoke-device", ("TargetUser", "mary"), ("TargetDevice", "d1"));
    }

    [Fact]
    public async Task GetUserProfile_StrippedProfileWasSet_NestedObjectsOfIntegrationsAreThere()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        var (status, message) = await SetAsync(api, """{"Username":"mary","Emails":null,"Sources":{"i1":{"Engine":"engine1/odd","Statistics":null}},"Destinations":{"v1":{}}}""");
        Assert.Equal((200, "OK"), (status, message));
        var profile = await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary"));
        Assert.Equal(0, (int)profile["Sources"]!["i1"]!["Statistics"]!["LastBackupJob"]!["Status"]!);
        Assert.Equal(0, (int)profile["Sources"]!["i1"]!["Statistics"]!["LastSuccessfulBackupJob"]!["TotalSize"]!);
        Assert.Equal(0, (int)profile["Destinations"]!["v1"]!["Statistics"]!["ClientProvidedSize"]!["Size"]!);
        Assert.Empty(profile["Emails"]!.AsArray());
        Assert.Equal("engine1/odd", (string)profile["Sources"]!["i1"]!["Engine"]!);
    }

    [Fact]
    public async Task SetUserProfile_ReadModifyWrite_ChangesOneFieldAndKeepsTheRest()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await SeedAsync(api);
        var profile = await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary"));
        profile["AccountName"] = "Mary & Söhne 🐑";
        Assert.Equal(200, (await SetAsync(api, profile.ToJsonString())).Status);
        var after = await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary"));
        Assert.True(JsonNode.DeepEquals(profile, after));
    }

    [Fact]
    public async Task SetUserProfile_WrongNameOrDocument_400AndNothingChanged()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        var before = await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary"));
        foreach (var bad in new[]
        {
            """{"Username":"peter"}""", "{}", "[]", "null", "{\"Username\":\"mary\"", """{"Username":"mary","Devices":[]}""",
            """{"Username":"mary","Sources":{"a":1}}""", """{"Username":"mary","MaximumDevices":1.5}""", """{"Username":"mary","Username":"mary"}""",
            """{"Username":"mary","AccountName":"\ud800"}""",
        })
        {
            Assert.Equal(400, (await SetAsync(api, bad)).Status);
        }

        Assert.True(JsonNode.DeepEquals(before, await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary"))));
    }

    [Fact]
    public async Task SetUserProfileHash_StaleHash_409AndFreshHashWins()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        var first = await api.CallAsync("admin/get-user-profile-and-hash", ("TargetUser", "mary"));
        var hash = (string)first["ProfileHash"]!;
        var profile = first["Profile"]!;
        profile["AccountName"] = "One";
        Task<JsonNode> Set() => api.CallAsync("admin/set-user-profile-hash", ("TargetUser", "mary"), ("ProfileData", profile.ToJsonString()), ("RequireHash", hash));
        var won = await Set();
        Assert.NotEqual(hash, (string)won["ProfileHash"]!);
        Assert.Equal("One", (string)won["Profile"]!["AccountName"]!);
        Assert.Equal((string)won["ProfileHash"]!, (string)(await api.CallAsync("admin/get-user-profile-hash", ("TargetUser", "mary")))["ProfileHash"]!);
        Assert.Equal(409, ApiUnderTest.Envelope(await Set()).Status);
    }

    [Fact]
    public async Task RequestStorageVault_Twice_TwoVaultsWithDistinctNamesAndTheAddressGiven()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        var first = await api.CallAsync("admin/request-storage-vault", ("TargetUser", "mary"), ("StorageProvider", "t1"), ("SelfAddress", "https://backup.example.com"));
        var second = await api.CallAsync("admin/request-storage-vault", ("TargetUser", "mary"), ("StorageProvider", "t1"));
        Assert.Equal((200, "OK"), ApiUnderTest.Envelope(second));
        var vaults = second["Profile"]!["Destinations"]!;
        var one = vaults[(string)first["DestinationID"]!]!;
        var two = vaults[(string)second["DestinationID"]!]!;
        Assert.Equal(("This server", "This server (2)"), ((string)one["Description"]!, (string)two["Description"]!));
        Assert.Equal(("https://backup.example.com/", api.Server.Address), ((string)one["CometServer"]!, (string)two["CometServer"]!));
        Assert.Equal((1003, "bucket1", "secret1", 5_000_000, 0L, 801), (
            (int)one["DestinationType"]!, (string)one["CometBucket"]!, (string)one["CometBucketKey"]!, (int)one["StorageLimitBytes"]!,
            (long)one["RepoInitTimestamp"]!, (int)one["DefaultRetention"]!["Mode"]!));
        Assert.True((bool)one["StorageLimitEnabled"]!);
    }

    [Fact]
    public async Task RequestStorageVault_Refused_NothingIsMade()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        Task<(int Status, string Message)> Try(params (string, string)[] fields) => api.EnvelopeAsync("admin/request-storage-vault", fields);
        Assert.Equal(409, (await Try(("TargetUser", "mary"), ("StorageProvider", "t1"), ("ProfileHash", "stale"))).Status);
        Assert.Equal(404, (await Try(("TargetUser", "nobody"), ("StorageProvider", "t1"))).Status);
        Assert.Equal(404, (await Try(("TargetUser", "mary"), ("StorageProvider", "t9"))).Status);
        Assert.Contains("ERR_UNKNOWN_DEVICE", (await Try(("TargetUser", "mary"), ("StorageProvider", "t1"), ("DeviceID", "d9"))).Message);
        Assert.Equal(400, (await Try(("TargetUser", "mary"), ("StorageProvider", "t1"), ("SelfAddress", "javascript:alert(1)"))).Status);
        Assert.Equal(0, api.Templates.Made);
    }

    [Fact]
    public async Task RequestStorageVault_ProfileChangesMeanwhile_StorageIsTakenBack()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        var hash = (string)(await api.CallAsync("admin/get-user-profile-hash", ("TargetUser", "mary")))["ProfileHash"]!;
        api.Templates.AfterMaking = async () => Assert.Equal(200, (await SetAsync(api, """{"Username":"mary","AccountName":"changed"}""")).Status);
        Assert.Equal(409, (await api.EnvelopeAsync("admin/request-storage-vault", ("TargetUser", "mary"), ("StorageProvider", "t1"), ("ProfileHash", hash))).Status);
        Assert.Equal(["bucket1"], api.Templates.Undone);
        Assert.Empty((await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary")))["Destinations"]!.AsObject());
    }

    [Fact]
    public async Task RevokeDevice_WithItems_TakesItemsAndRulesAndEndsItsLinks()
    {
        await using var api = await ApiUnderTest.StartAsync();
        var account = await SeedAsync(api);
        api.Links.Links.Add(Accounts.TestLinks.Link("c1", account, "d1"));
        Assert.Equal((200, "OK"), await api.EnvelopeAsync("admin/revoke-device", ("TargetUser", "mary"), ("TargetDevice", "d1")));
        var profile = await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary"));
        Assert.Empty(profile["Devices"]!.AsObject());
        Assert.Equal(["i2"], profile["Sources"]!.AsObject().Select(static p => p.Key));
        Assert.Equal(["r2"], profile["BackupRules"]!.AsObject().Select(static p => p.Key));
        Assert.Equal((account, "d1", AgentProtocol.CloseCodes.Revoked), Assert.Single(api.Links.Ended));
        var (status, message) = await api.EnvelopeAsync("admin/revoke-device", ("TargetUser", "mary"), ("TargetDevice", "d1"));
        Assert.Equal(404, status);
        Assert.Contains("ERR_UNKNOWN_DEVICE", message);
    }

    [Fact]
    public async Task MetaVersion_Restart_SameInstanceOtherStart()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await SeedAsync(api);
        var version = await api.CallAsync("admin/meta/version");
        Assert.Equal(1, (int)version["ConfiguredDevices"]!);
        Assert.Equal(ServerVersion.Text, (string)version["Version"]!);
        await api.Server.StopAsync();
        await using var again = await Support.TestServer.StartAsync(api.Server.Folder);
        var identity = again.Get<Features.Server.InstanceIdentity>();
        Assert.Equal((string)version["ServerLicenseHash"]!, identity.LicenseHash);
        Assert.NotEqual((string)version["ServerStartHash"]!, identity.StartHash);
    }

    private static async Task AssertShapeAsync(ApiUnderTest api, string type, string path, params (string Name, string Value)[] fields)
    {
        var answer = await api.CallAsync(path, fields);
        using var document = JsonDocument.Parse(answer.ToJsonString());
        Assert.Empty(ContractFile.Differences(document.RootElement, type));
    }

    [Fact]
    public async Task SetUserProfile_LargerThanCanBeStored_RefusedWithBothSizesAndNothingChanged()
    {
        await using var api = await ApiUnderTest.StartAsync();
        await api.AddUserAsync("mary");
        var (status, message) = await SetAsync(api, $$"""{"Username":"mary","Note":"{{new string('x', AccountStore.MaxProfile)}}"}""");
        Assert.Equal(400, status);
        Assert.Contains(ByteSize.Format(AccountStore.MaxProfile), message);
        Assert.Null((await api.CallAsync("admin/get-user-profile", ("TargetUser", "mary")))["Note"]);
        Assert.Equal((400, "The profile has no Username. Put mary there."), await SetAsync(api, "{}"));
    }

    private static Task<(int Status, string Message)> SetAsync(ApiUnderTest api, string profile) =>
        api.EnvelopeAsync("admin/set-user-profile", ("TargetUser", "mary"), ("ProfileData", profile));

    /// <summary>mary with device d1, item i1 on it, item i2 of a device that is gone, a vault and a rule of each item.</summary>
    private static async Task<AccountId> SeedAsync(ApiUnderTest api)
    {
        await api.AddUserAsync("mary");
        var store = api.Server.Get<AccountStore>();
        var id = store.FindByName("mary")!.Id;
        var report = new DeviceReport("d1", "Laptop", "1.2.3", "Europe/Berlin", new OsInfo("linux", "amd64", "Debian", "6.1"));
        Assert.True((await api.Server.Get<IAccountDevices>().RegisterAsync(id, report, Ct)).Ok);
        var seeded = await store.ChangeAsync(
            id,
            null,
            d =>
            {
                foreach (var (item, device, rule) in new[] { ("i1", "d1", "r1"), ("i2", "d2", "r2") })
                {
                    var source = ProfileTemplates.Item();
                    new FileItem("Home", device, ["/home"], ["*.tmp"]).WriteTo(source);
                    d.Items[item] = source;
                    d.Rules[rule] = new JsonObject { ["Source"] = item, ["Destination"] = "v1" };
                }

                d.Vaults["v1"] = ProfileTemplates.Vault();
                return Outcome.Done;
            },
            tellDevices: false,
            Ct);
        Assert.True(seeded.Ok);
        return id;
    }
}
