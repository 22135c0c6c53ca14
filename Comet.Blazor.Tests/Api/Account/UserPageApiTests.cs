using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Own;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Api.Account;

/// <summary>What an administrator does with one user, through every door: suspension, renaming, TOTP, looking at the user's pages.</summary>
public sealed class UserPageApiTests
{
    private static readonly Actor Boss = new(ActorKind.Administrator, "admin", null, "192.0.2.7");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Suspended_EveryDoorIsClosed_AndOpensAgain()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        var account = api.Server.Get<AccountStore>().EntryByName("mary")!.Id;
        var session = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", ApiRig.Password("mary", "correct horse")));
        await using var device = await AgentClient.SignInAsync(api.Server, "mary", "correct horse");
        var view = await api.Server.Get<UserViews>().StartAsync(Boss, "mary", Ct);
        var connection = device.Welcome!.ConnectionId;
        var suspend = api.Server.Get<SuspendUser>();

        var at = api.Clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.True((await suspend.RunAsync(Boss, "mary", suspend: true, Ct)).Ok);

        Assert.Equal(AgentProtocol.CloseCodes.Forbidden, (await device.EndAsync())!.Code);
        Assert.Equal(401, (await api.TryAsync("user/web/get-user-profile-and-hash", session)).Status);
        Assert.Equal((403, SuspendUser.Sentence), await api.TryAsync("user/web/session/start", ApiRig.Password("mary", "correct horse")));
        Assert.Equal((403, SuspendUser.Sentence), await api.TryAsync("hybrid/session/start", ApiRig.Password("mary", "correct horse")));
        Assert.Equal((403, SuspendUser.Sentence), await api.TryAsync("admin/account/session-start-as-user", ApiRig.Password("admin", "admin"), ("TargetUser", "mary")));
        Assert.False(api.Server.Get<UserViews>().Enter(Boss, view.Value!).Ok);
        Assert.Equal(SuspendUser.Sentence, (await api.Server.Get<UserViews>().StartAsync(Boss, "mary", Ct)).Why);
        await using var again = await AgentClient.ConnectAsync(api.Server);
        Assert.Equal(AgentProtocol.CloseCodes.Forbidden, (await RefusedAsync(api, again)).Code);
        Assert.Equal(404, (int)(await api.Server.Get<IRunBackup>().RunAsync(Boss, connection, "i", "v", new BackupOptions(), Ct)).Kind);
        var profile = await api.CallAsync("admin/get-user-profile", ApiRig.Password("admin", "admin"), ("TargetUser", "mary"));
        Assert.True((bool)profile["IsSuspended"]!);
        Assert.Equal(at, (long)profile["LastSuspended"]!);

        Assert.True((await suspend.RunAsync(Boss, "mary", suspend: false, Ct)).Ok);
        await using var back = await AgentClient.SignInAsync(api.Server, "mary", "correct horse");
        Assert.Equal(200, (await api.TryAsync("user/web/session/start", ApiRig.Password("mary", "correct horse"))).Status);
        Assert.Equal(0, (await api.Server.Get<AccountStore>().ReadAsync(account, Ct))!.Root.Number("LastSuspended"));
    }

    [Fact]
    public async Task TheManualsWayToRename_WorksByApi_ItemsVaultsAndPasswordCarriedOver()
    {
        await using var api = await ApiRig.StartAsync();
        var admin = ApiRig.Password("admin", "admin");
        await api.AddUserAsync("mary", edit: static p =>
        {
            p["AccountName"] = "Mary Ltd";
            p["Sources"] = new JsonObject { ["i1"] = new JsonObject { ["Engine"] = "engine1/file", ["Description"] = "Documents", ["OwnerDevice"] = "d1", ["EngineProps"] = new JsonObject() } };
            p["Devices"] = new JsonObject { ["d1"] = new JsonObject { ["FriendlyName"] = "MD-FS01" } };
            p["FieldOfTomorrow"] = 7;
        });
        Assert.Equal((200, "OK"), await api.TryAsync("admin/add-user", admin, ("TargetUser", "maria"), ("TargetPassword", "will be replaced")));
        var created = (string)(await api.CallAsync("admin/get-user-profile", admin, ("TargetUser", "maria")))["CreationGUID"]!;
        var profile = await api.CallAsync("admin/get-user-profile", admin, ("TargetUser", "mary"));

        var (status, message) = await api.TryAsync("admin/set-user-profile", admin, ("TargetUser", "maria"), ("ProfileData", profile.ToJsonString()));
        Assert.Equal(400, status);
        Assert.Contains("Change its Username to maria", message, StringComparison.Ordinal);
        profile["Username"] = "maria";
        Assert.Equal((200, "OK"), await api.TryAsync("admin/set-user-profile", admin, ("TargetUser", "maria"), ("ProfileData", profile.ToJsonString())));

        var copy = await api.CallAsync("admin/get-user-profile", admin, ("TargetUser", "maria"));
        Assert.Equal(("Mary Ltd", "Documents", "MD-FS01", 7, created), (
            (string)copy["AccountName"]!, (string)copy["Sources"]!["i1"]!["Description"]!, (string)copy["Devices"]!["d1"]!["FriendlyName"]!, (int)copy["FieldOfTomorrow"]!, (string)copy["CreationGUID"]!));
        Assert.Equal(200, (await api.TryAsync("user/web/session/start", ApiRig.Password("maria", "correct horse"))).Status);
        Assert.Equal(401, (await api.TryAsync("user/web/session/start", ApiRig.Password("maria", "will be replaced"))).Status);
    }

    [Fact]
    public async Task Renamed_ConnectedDeviceStaysAndIsToldToReadItsProfile_WhichNamesTheNewName()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        await using var device = await AgentClient.SignInAsync(api.Server, "mary", "correct horse");

        Assert.True((await api.Server.Get<RenameUser>().RunAsync(Boss, "mary", "maria", Ct)).Ok);

        var news = await device.ReadAsync<Request>();
        Assert.Equal(AgentProtocol.Actions.RefetchProfile, news.Action);
        await device.SendAsync(new Request("1", AgentProtocol.DeviceActions.Profile));
        Assert.Contains("\"maria\"", (await device.ReadAsync<Response>()).Body!.Value.GetRawText(), StringComparison.Ordinal);
        await using var late = await AgentClient.SignInAsync(api.Server, "mary", "correct horse", "device-2");
        Assert.Equal(api.Server.Get<AccountStore>().EntryByName("maria")!.Id.Value, late.Welcome!.AccountId);
        Assert.Equal(401, (await api.TryAsync("user/web/session/start", ApiRig.Password("mary", "correct horse"))).Status);
    }

    [Fact]
    public async Task TotpDisabled_ThePasswordAloneOpens_AndSessionsEnd()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        var session = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", ApiRig.Password("mary", "correct horse")));
        var hash = (string)(await api.CallAsync("user/web/get-user-profile-and-hash", session))["ProfileHash"]!;
        Assert.Equal(200, (await api.TryAsync("user/web/account/regenerate-totp", session, ("ProfileHash", hash))).Status);
        await api.EditUserAsync("mary", static p => p["AllowPasswordLogin"] = false);
        Assert.NotEqual(200, (await api.TryAsync("user/web/session/start", ApiRig.Password("mary", "correct horse"))).Status);

        await api.ShapeAsync("CometAPIResponseMessage", "admin/disable-user-totp", ApiRig.Password("admin", "admin"), ("TargetUser", "mary"));

        Assert.Equal(200, (await api.TryAsync("user/web/session/start", ApiRig.Password("mary", "correct horse"))).Status);
        Assert.Equal(401, (await api.TryAsync("user/web/get-user-profile-and-hash", session)).Status);
        Assert.Equal(404, (await api.TryAsync("admin/disable-user-totp", ApiRig.Password("admin", "admin"), ("TargetUser", "nobody"))).Status);
    }

    [Fact]
    public async Task LoginAsUser_ShowsThatUsersThingsAlone_ToThatAdministratorAlone()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary", edit: static p => p["Devices"] = new JsonObject { ["d1"] = new JsonObject { ["FriendlyName"] = "Laptop" } });
        await api.AddUserAsync("john", edit: static p => p["Devices"] = new JsonObject { ["d2"] = new JsonObject { ["FriendlyName"] = "Secret" } });
        var views = api.Server.Get<UserViews>();
        var view = (await views.StartAsync(Boss, "mary", Ct)).Value!;

        var customer = views.Enter(Boss, view).Value!;
        Assert.Equal((ActorKind.Customer, "mary", "admin"), (customer.Kind, customer.Name, customer.Behind));
        Assert.False(customer.May(Right.AccountsView));
        Assert.Equal("Laptop", Assert.Single(api.Server.Get<OwnOverview>().Read(customer).Value!.Devices).Device.Name);
        Assert.False(api.Server.Get<OwnOverview>().Read(Boss).Ok);
        Assert.False(views.Enter(Boss with { Name = "other" }, view).Ok);
        Assert.Equal(401, (await api.TryAsync("user/web/get-user-profile-and-hash", ApiRig.Session("mary", view))).Status); // the id is no key

        Assert.Equal(Refusal.Missing, (await views.StartAsync(Boss with { OrganizationId = "elsewhere" }, "mary", Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await views.StartAsync(Boss with { Limits = new ActorLimits { Denied = [Right.AccountsManage] } }, "mary", Ct)).Kind);
        var id = api.Server.Get<AccountStore>().EntryByName("mary")!.Id;
        await api.Server.Get<AccountStore>().ChangeAsync(id, null, static d => { d.Root["Policy"] = new JsonObject { ["PreventOpenWebUI"] = true }; return Outcome.Done; }, tellDevices: false, Ct);
        Assert.Contains("may not use the web", views.Enter(Boss, view).Why, StringComparison.Ordinal);
        await api.Server.Get<AccountStore>().ChangeAsync(id, null, static d => { d.Root["Policy"] = new JsonObject(); return Outcome.Done; }, tellDevices: false, Ct);
        Assert.True(views.Enter(Boss, view).Ok);
        await views.EndAsync(Boss, view);
        Assert.False(views.Enter(Boss, view).Ok);
    }

    [Fact]
    public async Task Terminate_EndsTheOlderOfTwoConnections_ForGood()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        await using var older = await AgentClient.SignInAsync(api.Server, "mary", "correct horse");
        await using var newer = await AgentClient.SignInAsync(api.Server, "mary", "correct horse", epoch: "epoch-2");
        var terminate = api.Server.Get<ITerminateConnection>();

        Assert.Equal(Refusal.Denied, (await terminate.RunAsync(Boss with { Limits = new ActorLimits { Denied = [Right.DevicesAct] } }, older.Welcome!.ConnectionId)).Kind);
        Assert.True((await terminate.RunAsync(Boss, older.Welcome!.ConnectionId)).Ok);

        var told = await older.EndAsync();
        Assert.Equal((AgentProtocol.CloseCodes.Dropped, true), (told!.Code, told.RetryAfterSeconds < 0));
        await newer.AssertAliveAsync();
        Assert.Equal(Refusal.Missing, (await terminate.RunAsync(Boss, older.Welcome!.ConnectionId)).Kind);
    }

    [Fact]
    public async Task OrganizationSuspended_TakesItsUsersAlong_AndNobodyElse()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        await api.AddUserAsync("john");
        var settings = api.Server.Get<SettingsFile>();
        settings.Update(static root => root["Organizations"] = new JsonObject { ["acme"] = new JsonObject { ["Name"] = "Acme" } });
        Assert.True((await api.Server.Get<TransferUser>().RunAsync(Boss, "mary", "acme", Ct)).Ok);
        await using var hers = await AgentClient.SignInAsync(api.Server, "mary", "correct horse");
        await using var his = await AgentClient.SignInAsync(api.Server, "john", "correct horse");
        var session = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", ApiRig.Password("mary", "correct horse")));

        settings.Update(static root => root["Organizations"]!["acme"]!["IsSuspended"] = true);

        Assert.Equal(403, (await api.TryAsync("user/web/session/start", ApiRig.Password("mary", "correct horse"))).Status);
        Assert.NotEqual(200, (await api.TryAsync("user/web/get-user-profile-and-hash", session)).Status);
        await using var again = await AgentClient.ConnectAsync(api.Server);
        Assert.Equal(AgentProtocol.CloseCodes.Forbidden, (await RefusedAsync(api, again)).Code);
        var live = api.Server.Get<ILiveConnections>();
        await Wait.UntilAsync(
            () =>
            {
                api.Clock.Advance(TimeSpan.FromMilliseconds(300));
                return live.Find(hers.Welcome!.ConnectionId) is null;
            },
            "her device is off");
        Assert.NotNull(live.Find(his.Welcome!.ConnectionId));
        settings.Update(static root => root["Organizations"]!["acme"]!["IsSuspended"] = false);
        Assert.Equal(200, (await api.TryAsync("user/web/session/start", ApiRig.Password("mary", "correct horse"))).Status);
    }

    [Fact]
    public async Task AutoVault_EachNewDevice_GetsOneOfItsOwn_AndAnOldOneNoSecond()
    {
        await using var api = await ApiRig.StartAsync();
        var template = api.Server.Get<IStorageTemplates>().List(Actor.Server, "").Value!.First();
        await api.AddUserAsync("mary", edit: p => p["AutoStorageTemplateGUID"] = template.Id);
        var store = api.Server.Get<AccountStore>();

        await using (await AgentClient.SignInAsync(api.Server, "mary", "correct horse", "d1"))
        {
            await Wait.UntilAsync(() => store.EntryByName("mary")!.Vaults.Length == 1, "the first device has its vault");
        }

        await using var again = await AgentClient.SignInAsync(api.Server, "mary", "correct horse", "d1");
        await using var second = await AgentClient.SignInAsync(api.Server, "mary", "correct horse", "d2");
        await Wait.UntilAsync(() => store.EntryByName("mary")!.Vaults.Length == 2, "the second device has its vault");
        Assert.Equal(["d1", "d2"], store.EntryByName("mary")!.Vaults.Select(static v => Assert.Single(v.Ref.Devices)).Order());
    }

    [Fact]
    public async Task DeviceRenamed_OnlyByAnAdministrator_WithAPossibleName()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary", edit: static p => p["Devices"] = new JsonObject { ["d1"] = new JsonObject { ["FriendlyName"] = "Laptop" } });
        var rename = api.Server.Get<RenameDevice>();
        Assert.Equal(Refusal.Invalid, (await rename.RunAsync(Boss, "mary", "d1", "  ", Ct)).Kind);
        Assert.Equal(Refusal.Invalid, (await rename.RunAsync(Boss, "mary", "d1", "a\nb", Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await rename.RunAsync(Boss, "mary", "d9", "Laptop", Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await rename.RunAsync(new Actor(ActorKind.Customer, "mary"), "mary", "d1", "Laptop", Ct)).Kind);
        Assert.True((await rename.RunAsync(Boss, "mary", "d1", " Mary's laptop ", Ct)).Ok);
        Assert.Equal("Mary's laptop", api.Server.Get<AccountStore>().EntryByName("mary")!.Device("d1")!.Name);
    }

    [Fact]
    public async Task Transferred_LeavesGroupAndPolicyBehind_AndTheOldOrganizationsSight()
    {
        await using var api = await ApiRig.StartAsync();
        api.Edit("admin", static one => one);
        var group = (await api.Server.Get<SaveUserGroup>().RunAsync(Boss, null, "Managed", null)).Value!;
        await api.AddUserAsync("mary", edit: p => p["GroupID"] = group.Id);
        Assert.Equal((200, "OK"), await api.TryAsync("admin/admin-user/new", ApiRig.Password("admin", "admin"), ("TargetUser", "tenant"), ("TargetPassword", "correct horse")));
        api.Edit("tenant", static one => one with { OrganizationId = "acme" });
        var transfer = api.Server.Get<TransferUser>();
        Assert.Equal(Refusal.Missing, (await transfer.RunAsync(Boss, "mary", "nowhere", Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await transfer.RunAsync(Boss with { OrganizationId = "acme" }, "mary", "acme", Ct)).Kind);

        Assert.True((await transfer.RunAsync(Boss, "mary", "acme", Ct)).Ok);

        var tenant = ApiRig.Password("tenant", "correct horse");
        var profile = await api.CallAsync("admin/get-user-profile", tenant, ("TargetUser", "mary"));
        Assert.Equal(("acme", ""), ((string)profile["OrganizationID"]!, (string)profile["GroupID"]!));
        Assert.True((await transfer.RunAsync(Boss, "mary", "", Ct)).Ok);
        Assert.Equal(404, (await api.TryAsync("admin/get-user-profile", tenant, ("TargetUser", "mary"))).Status);
    }

    /// <summary>The server keeps a refused device waiting, by a clock that stands still unless somebody moves it.</summary>
    private static async Task<Refused> RefusedAsync(ApiRig api, AgentClient device)
    {
        var answer = device.TryAsync("mary", "correct horse");
        await Wait.UntilAsync(
            () =>
            {
                api.Clock.Advance(TimeSpan.FromMilliseconds(300));
                return answer.IsCompleted;
            },
            "the device has its answer");
        return Assert.IsType<Refused>(await answer);
    }
}
