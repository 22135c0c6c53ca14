using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users.Deletion;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Tests.Rights;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Deleting a user with everything that belongs to it (spec/01 §3), and creating one from a profile.</summary>
public sealed class DeleteUserTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delete_TakesProfileJobsLinksAndNothingElse()
    {
        await using var rig = await TenantsRig.StartAsync();
        var history = rig.Server.Get<IAccountHistory>();
        Assert.Equal(1, history.Count(rig.Alpha.Account));
        var counts = rig.Server.Get<DeleteUser>().Look(TenantsRig.Actor("alpha"), rig.Alpha.User).Value!;
        Assert.Equal((1, 1, 1), (counts.Jobs, counts.Online, counts.Account.Vaults.Length));

        Assert.Equal((200, "OK"), TenantsRig.Envelope(await rig.CallAsync("alpha-admin", "admin/delete-user", ("TargetUser", rig.Alpha.User))));

        Assert.Null(rig.Server.Get<AccountStore>().Entry(rig.Alpha.Account));
        Assert.Equal(0, history.Count(rig.Alpha.Account));
        Assert.Equal(1, history.Count(rig.Beta.Account));
        await Wait.UntilAsync(() => rig.Server.Get<ILiveConnections>().Find(rig.Alpha.Connection) is null, "the link is gone");
        Assert.Equal(404, TenantsRig.Envelope(await rig.CallAsync("alpha-admin", "admin/delete-user", ("TargetUser", rig.Alpha.User))).Status);
        Assert.Equal(404, TenantsRig.Envelope(await rig.CallAsync("alpha-admin", "admin/delete-user", ("TargetUser", rig.Beta.User))).Status);
        Assert.Equal("[]", await rig.CallAsync("alpha-admin", "admin/list-users"));
        Assert.Equal(200, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/get-job-log", ("JobID", rig.Beta.Job))).Status);
        Assert.Equal(404, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/get-job-log", ("JobID", rig.Alpha.Job))).Status);

        // The file agrees with its totals, and the index with the file.
        var jobs = rig.Server.Get<JobStore>();
        Assert.Equal(jobs.Index.Current.Rows.Count, (await jobs.ReadAsync(static reader => JobRebuild.Run(reader, "jobs"), Ct)).Current.Rows.Count);
        Assert.Contains("account.deleted", await AuditAsync(rig), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_InterruptedByACrash_IsFinishedAtTheNextStart()
    {
        await using var rig = await TenantsRig.StartAsync();
        var accounts = rig.Server.Get<AccountStore>();
        Assert.True((await accounts.DeleteAsync(rig.Alpha.Account, db => DeletionNotes.Write(db, rig.Alpha.Account), null, Ct)).Ok);
        var history = rig.Server.Get<IAccountHistory>();
        Assert.Equal(1, history.Count(rig.Alpha.Account)); // the crash

        // What the device still has on the way is refused, so that nothing follows the removal.
        var late = await rig.Server.Get<IJobIntake>().ReceiveAsync(
            rig.Alpha.Account, "device-alpha", "epoch-alpha", new JobStarted(3, Guid.NewGuid().ToString(), JobKind.Backup, "i", "v", 1_800_000_000, "1.2.3", "c"), Ct);
        Assert.Equal(Refusal.Denied, late.Kind);

        await rig.Server.Get<DeletionNotes>().OpenAsync(Ct);

        Assert.Equal(0, history.Count(rig.Alpha.Account));
        Assert.Empty(await rig.Server.Get<UsersStore>().Db.ReadAsync(static db => db.Scan("deletions").ToList(), Ct));
        await rig.Server.Get<DeletionNotes>().OpenAsync(Ct);
    }

    [Fact]
    public async Task Delete_WithoutTheRights_IsRefused_AndRecorded()
    {
        await using var rig = await TenantsRig.StartAsync();
        rig.AddAdministrator("bound", "", new AdministratorPermissions { PreventDeleteStorageVault = true });

        var (status, message) = TenantsRig.Envelope(await rig.CallAsync("bound", "admin/delete-user", ("TargetUser", rig.Top.User)));

        Assert.Equal(403, status);
        Assert.Contains("has Storage Vaults", message, StringComparison.Ordinal);
        Assert.NotNull(rig.Server.Get<AccountStore>().Entry(rig.Top.Account));
        Assert.Equal(400, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/delete-user", ("TargetUser", rig.Top.User), ("UninstallConfig", "[true]"))).Status);
        Assert.Equal(400, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/delete-user", ("TargetUser", rig.Top.User), ("UninstallConfig", "{"))).Status);
        Assert.NotNull(rig.Server.Get<AccountStore>().Entry(rig.Top.Account));
    }

    [Fact]
    public async Task History_OfManyJobs_GoesInTurns_AndOthersKeepTheirs()
    {
        await using var rig = await Jobs.JobsRig.OpenAsync();
        var (ann, other) = (rig.Ann, AccountId.New());
        for (var i = 0; i < 150; i++)
        {
            await rig.Store.WriteAsync(
                w =>
                {
                    foreach (var account in new[] { ann, other })
                    {
                        var key = w.Insert(new Features.Jobs.Job { Id = Guid.NewGuid().ToString(), Status = JobStatus.Success, Classification = JobKind.Backup, StartTime = 1_700_000_000 + i }, new JobOwner(account, true));
                        w.AppendLog(key, new Features.Jobs.JobEntry(1_700_000_000, "I", "a line"), new Features.Jobs.JobEntry(1_700_000_001, "I", "another"));
                    }

                    w.SetSequence(JobCollections.SequenceKey(ann, "d", "e"), i);
                    return true;
                },
                Ct);
        }

        Assert.Equal(150, await new AccountHistory(rig.Store, rig.Live).RemoveAsync(ann, Ct));

        Assert.Equal(150, rig.Store.Index.Current.Rows.Count);
        Assert.Equal(150, await rig.Store.ReadAsync(static r => r.Scan(JobCollections.Logs).Count(), Ct));
        Assert.Empty(await rig.Store.ReadAsync(static r => r.Scan(JobCollections.Sequences).ToList(), Ct));

        // New jobs find their places, also after the table of ids has grown over those that went.
        for (var i = 0; i < 300; i++)
        {
            await rig.Store.WriteAsync(w => w.Insert(new Features.Jobs.Job { Id = Guid.NewGuid().ToString(), Status = JobStatus.Success, StartTime = 1_700_000_000 + i }, new JobOwner(ann, true)), Ct);
        }

        await rig.RestartAsync();
        Assert.Equal(450, rig.Store.Index.Current.Rows.Count);
        Assert.Equal(300, new AccountHistory(rig.Store, rig.Live).Count(ann));
    }

    [Fact]
    public async Task AddFromProfile_CarriesPasswordAndKeysOver_AsANewAccount()
    {
        await using var rig = await TenantsRig.StartAsync();
        var profile = JsonNode.Parse(await rig.CallAsync("top-admin", "admin/get-user-profile", ("TargetUser", rig.Top.User)))!.AsObject();
        Task<string> Add(string name) => rig.CallAsync("top-admin", "admin/add-user-from-profile", ("TargetUser", name), ("ProfileData", profile.ToJsonString()));

        Assert.Equal(400, TenantsRig.Envelope(await Add("second")).Status);
        profile["Username"] = "second";
        Assert.Equal((200, "OK"), TenantsRig.Envelope(await Add("second")));
        Assert.Equal(409, TenantsRig.Envelope(await Add("second")).Status);

        var copy = JsonNode.Parse(await rig.CallAsync("top-admin", "admin/get-user-profile", ("TargetUser", "second")))!.AsObject();
        foreach (var field in new[] { "PasswordHash", "PasswordFormat", "Devices", "AccountName" })
        {
            Assert.True(JsonNode.DeepEquals(profile[field], copy[field]), field);
        }

        Assert.Equal((string?)profile["Destinations"]![rig.Top.Vault]!["CometBucketKey"], (string?)copy["Destinations"]![rig.Top.Vault]!["CometBucketKey"]);
        Assert.NotEqual((string?)profile["CreationGUID"], (string?)copy["CreationGUID"]);
        var device = await AgentClient.SignInAsync(rig.Server, "second", TenantsRig.Password, "device-top", "epoch-second");
        Assert.NotNull(device.Welcome);
        await device.DisposeAsync();

        profile["PasswordHash"] = "";
        profile["Username"] = "third";
        Assert.Contains("no PasswordHash", TenantsRig.Envelope(await Add("third")).Message, StringComparison.Ordinal);

        var full = JsonNode.Parse(await rig.CallAsync("top-admin", "admin/list-users-full"))!.AsObject();
        Assert.Equal(["alpha-user", "beta-user", "second", "top-user"], full.Select(static p => p.Key));
        Assert.Equal("Company alpha", (string?)full["alpha-user"]!["AccountName"]);
        Assert.Equal(["alpha-user"], JsonNode.Parse(await rig.CallAsync("alpha-admin", "admin/list-users-full"))!.AsObject().Select(static p => p.Key));
    }

    private static async Task<string> AuditAsync(TenantsRig rig)
    {
        var records = await rig.Server.Get<ServerStore>().Db.ReadAsync(static db => db.Scan(AuditChain.Entries).Select(static r => System.Text.Encoding.UTF8.GetString(r.Json)).ToList(), Ct);
        return string.Join('\n', records);
    }
}
