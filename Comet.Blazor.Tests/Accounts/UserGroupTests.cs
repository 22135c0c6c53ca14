using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users.Bulk;
using Comet.Blazor.Features.Accounts.Users.Deletion;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Rights;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Groups of users (spec/01 §13), and commands for many users at once.</summary>
public sealed class UserGroupTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Groups_ThroughTheApi_FromNewToDelete()
    {
        await using var rig = await TenantsRig.StartAsync();
        async Task<JsonObject> Call(string path, params (string, string)[] fields) => JsonNode.Parse(await rig.CallAsync("top-admin", "admin/user-groups/" + path, fields))!.AsObject();

        var made = await Call("new", ("Name", " Managed "));
        Assert.Empty(ContractFile.Differences(Element(made), "CreateUserGroupResponse"));
        var id = (string)made["UserGroupID"]!;
        Assert.Equal(409, (int)(await Call("new", ("Name", "managed")))["Status"]!);
        Assert.Equal(400, (int)(await Call("new", ("Name", " ")))["Status"]!);
        Assert.Equal("Managed", (string?)(await Call("list"))[id]);
        Assert.Empty(ContractFile.Differences(Element((JsonObject)(await Call("list-full"))[id]!), "UserGroup"));

        Assert.Equal(400, (int)(await Call("set-users-for-group", ("GroupID", id), ("Users", $"[\"{rig.Alpha.User}\"]")))["Status"]!);
        Assert.Equal(404, (int)(await Call("set-users-for-group", ("GroupID", id), ("Users", "[\"nobody\"]")))["Status"]!);
        Assert.Equal(400, (int)(await Call("set-users-for-group", ("GroupID", id), ("Users", "{}")))["Status"]!);
        Assert.Equal(200, (int)(await Call("set-users-for-group", ("GroupID", id), ("Users", $"[\"{rig.Top.User}\"]")))["Status"]!);
        var whole = await Call("get", ("GroupID", id), ("IncludeUsers", "true"));
        Assert.Equal(id, (string?)whole["Users"]![rig.Top.User]!["GroupID"]);
        Assert.Empty((await Call("get", ("GroupID", id)))["Users"]!.AsObject());

        Assert.Equal(200, (int)(await Call("set", ("GroupID", id), ("Group", """{"Name":"Renamed","OrganizationID":"beta"}""")))["Status"]!);
        Assert.Equal("", (string?)(await Call("list-full"))[id]!["OrganizationID"]);
        Assert.Equal("Renamed", (string?)(await Call("list"))[id]);

        Assert.Equal(200, (int)(await Call("delete", ("GroupID", id)))["Status"]!);
        Assert.Empty(await Call("list"));
        Assert.Equal("", rig.Server.Get<AccountStore>().EntryByName(rig.Top.User)!.Facts.GroupId);
        Assert.Equal(404, (int)(await Call("delete", ("GroupID", id)))["Status"]!);
    }

    [Fact]
    public async Task Groups_SurviveARestart_AndStayWithTheirTenant()
    {
        await using var rig = await TenantsRig.StartAsync();
        var group = (await rig.Server.Get<SaveUserGroup>().RunAsync(TenantsRig.Actor("alpha"), null, "Alpha's", null)).Value!;
        Assert.Equal("alpha", group.OrganizationId);
        Assert.Null(rig.Server.Get<UserGroupStore>().Find(TenantsRig.Actor("beta"), group.Id));
        Assert.Equal(404, TenantsRig.Envelope(await rig.CallAsync("beta-admin", "admin/user-groups/get", ("GroupID", group.Id))).Status);

        var again = new UserGroupStore(rig.Server.Get<Comet.Blazor.Data.UsersStore>());
        await again.OpenAsync(Ct);
        Assert.Equal(group, Assert.Single(again.All(Actor.Server)));
    }

    [Fact]
    public async Task Bulk_DoesEachUserOnItsOwn_AndTellsWhatFailed()
    {
        await using var rig = await TenantsRig.StartAsync();
        var by = TenantsRig.Actor("");
        var group = (await rig.Server.Get<SaveUserGroup>().RunAsync(by, null, "Top", null)).Value!;
        var accounts = rig.Server.Get<AccountStore>();
        AccountId[] all = [rig.Alpha.Account, rig.Top.Account, AccountId.New()];
        var bulk = rig.Server.Get<BulkRun>();

        var moved = (await bulk.RunAsync(by, all, (name, ct) => rig.Server.Get<MoveToGroup>().RunAsync(by, name, group.Id, ct), null, Ct)).Value!;
        Assert.Equal([("alpha-user", false), ("top-user", true), ("(gone 1)", false)], moved.Select(static l => (l.Username, l.Outcome.Ok)));
        Assert.Contains("since it was chosen", moved[2].Outcome.Why, StringComparison.Ordinal); // nobody is passed over in silence
        all = all[..2];
        Assert.Contains("another organization", moved[0].Outcome.Why, StringComparison.Ordinal);

        Assert.All((await bulk.RunAsync(by, all, (name, ct) => rig.Server.Get<SetEmailReports>().RunAsync(by, name, false, ct), null, Ct)).Value!, static l => Assert.True(l.Outcome.Ok));
        Assert.All((await bulk.RunAsync(by, all, (name, ct) => rig.Server.Get<SuspendUser>().RunAsync(by, name, true, ct), null, Ct)).Value!, static l => Assert.True(l.Outcome.Ok));
        Assert.True(accounts.Entry(rig.Top.Account)!.Ref.IsSuspended);
        Assert.False(accounts.Entry(rig.Top.Account)!.Facts.EmailReports);
        Assert.False(accounts.Entry(rig.Beta.Account)!.Ref.IsSuspended);

        // A tenant reaches its own users only, and nobody anything without the right.
        Assert.Equal([("alpha-user", true), ("(gone 1)", false)], (await bulk.RunAsync(TenantsRig.Actor("alpha"), all, static (_, _) => Task.FromResult(Outcome.Done), null, Ct)).Value!.Select(static l => (l.Username, l.Outcome.Ok)));
        var viewer = by with { Limits = new ActorLimits { Denied = [Right.AccountsManage] } };
        Assert.Equal(Refusal.Denied, (await bulk.RunAsync(viewer, all, static (_, _) => Task.FromResult(Outcome.Done), null, Ct)).Kind);

        await using var scope = rig.Server.Services.CreateAsyncScope();
        var rows = scope.ServiceProvider.GetRequiredService<UserList>();
        Assert.Same(rows.Rows(by), rows.Rows(by));
        Assert.Equal(["top-user"], rows.Rows(by, new UserFilter(null, null, group.Id)).Select(static r => r.Username));
        Assert.Equal(["alpha-user", "top-user"], rows.Rows(by, new UserFilter(UserListViews.Suspended, UserListViews.None, null)).Select(static r => r.Username).Order());
        Assert.Equal("Top", rows.Rows(by).Single(static r => r.Username == "top-user").Group);

        Assert.All((await bulk.RunAsync(by, all, async (name, ct) => (await rig.Server.Get<DeleteUser>().RunAsync(by, name, null, ct)).Plain, null, Ct)).Value!, static l => Assert.True(l.Outcome.Ok));
        Assert.Equal(["beta-user"], accounts.All.Select(static a => a.Username));
        Assert.Single(rows.Rows(by));
    }

    private static JsonElement Element(JsonObject node) => JsonSerializer.SerializeToElement(node);
}
