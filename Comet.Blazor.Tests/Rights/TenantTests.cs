using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Devices;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Features.Storage.Lists;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Tests.Rights;

/// <summary>Tenants are kept apart (spec/04 §17): what belongs to another one answers exactly as what does not exist.</summary>
public sealed partial class TenantTests
{
    /// <summary>Calls that the walk leaves out. This list has a reason for each.</summary>
    private static readonly Dictionary<string, string> NotWalked = new()
    {
        ["admin/add-user"] = "a username is taken on the whole server: a test of its own",
        ["admin/add-user-from-profile"] = "the same",
        ["admin/storage/register-bucket"] = "names nothing of others: every call makes a bucket of the caller's own",
        ["admin/user-groups/new"] = "names nothing of others: every call makes a group of the caller's own",
        ["admin/policies/new"] = "names nothing of others: every call makes a policy of the caller's own",
        ["admin/policies/set"] = "makes a policy of the caller's own when nobody has the key: a test of its own",
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Calls about the caller's own account take no names of others; walking them would change the caller's password and end its session.
    private static bool IsWalked(string path) => !NotWalked.ContainsKey(path) && (!path.StartsWith("admin/account/", StringComparison.Ordinal) || path.Contains("user", StringComparison.Ordinal));

    [Fact]
    public async Task EveryCall_WithAnotherTenantsNames_AnswersAsForWhatDoesNotExist()
    {
        await using var rig = await TenantsRig.StartAsync();
        var before = await StateAsync(rig);
        var calls = ApiCalls.Of(rig.Server).Keys.Where(IsWalked).ToList();
        Assert.Contains("admin/job/cancel", calls);

        foreach (var path in calls)
        {
            foreach (var other in new[] { rig.Beta, rig.Top })
            {
                var (theirs, nobodys) = (ApiCalls.Naming(other), ApiCalls.NamingNothing(other.Tenant.Length == 0 ? "" : "gamma")); // an empty organization is the caller's own
                var told = Neutral(await rig.CallAsync("alpha-admin", path, theirs), theirs);
                var expected = Neutral(await rig.CallAsync("alpha-admin", path, nobodys), nobodys);

                Assert.True(expected == told, $"{path} tells a tenant about {other.User}: {told} instead of {expected}");
                foreach (var secret in Secrets(other))
                {
                    Assert.DoesNotContain(secret, told, StringComparison.OrdinalIgnoreCase);
                }
            }
        }

        Assert.Equal(before, await StateAsync(rig));
    }

    [Fact]
    public async Task Calls_WithOnesOwnNames_Answer()
    {
        await using var rig = await TenantsRig.StartAsync();
        foreach (var (administrator, user) in new[] { ("alpha-admin", rig.Alpha), ("beta-admin", rig.Beta), ("top-admin", rig.Alpha), ("top-admin", rig.Top) })
        {
            foreach (var path in new[]
            {
                "admin/list-users", "admin/get-user-profile", "admin/get-user-profile-hash", "admin/get-user-profile-and-hash", "admin/get-jobs-all", "admin/get-jobs-for-user",
                "admin/get-job-properties", "admin/get-job-log", "admin/get-job-log-entries", "admin/dispatcher/list-active", "admin/storage/list-buckets", "admin/meta/version",
                "admin/request-storage-vault-providers", "admin/policies/list", "admin/policies/list-full", "admin/policies/get",
            })
            {
                var names = ApiCalls.Naming(user).Where(p => p.Value.Length > 0);
                Assert.Equal((path, 200, ""), (path, TenantsRig.Envelope(await rig.CallAsync(administrator, path, names)).Status, ""));
            }
        }

        Assert.Equal("""["alpha-user"]""", await rig.CallAsync("alpha-admin", "admin/list-users"));
        Assert.Equal("""["alpha-user","beta-user","top-user"]""", await rig.CallAsync("top-admin", "admin/list-users"));
        Assert.Single(JsonNode.Parse(await rig.CallAsync("alpha-admin", "admin/get-jobs-all"))!.AsArray());
        Assert.Equal(3, JsonNode.Parse(await rig.CallAsync("top-admin", "admin/get-jobs-all"))!.AsArray().Count);
        var (own, whole) = (JsonNode.Parse(await rig.CallAsync("alpha-admin", "admin/meta/version"))!, JsonNode.Parse(await rig.CallAsync("top-admin", "admin/meta/version"))!);
        Assert.Equal((1, 3), ((int)own["ConfiguredDevices"]!, (int)whole["ConfiguredDevices"]!));
        Assert.Equal(("", 0L), ((string)own["ServerStartHash"]!, (long)own["ServerStartTime"]!));
        Assert.NotEqual("", (string)whole["ServerStartHash"]!);
    }

    [Fact]
    public async Task Lists_ShowATenantItsOwn_AndTheTopLevelAll()
    {
        await using var rig = await TenantsRig.StartAsync();
        var server = rig.Server;
        foreach (var (tenant, expected) in new[] { ("alpha", new[] { rig.Alpha }), ("beta", [rig.Beta]), ("", [rig.Alpha, rig.Beta, rig.Top]) })
        {
            var by = TenantsRig.Actor(tenant);
            var users = expected.Select(static u => u.User).Order();
            await using var tab = server.Services.CreateAsyncScope();
            Assert.Equal(users, tab.ServiceProvider.GetRequiredService<UserList>().Rows(by).Select(static r => r.Username).Order());
            Assert.Equal(users, server.Get<ConnectedDevices>().List(by).Value!.Select(static r => r.Username).Order());
            Assert.Equal(expected.Length, server.Get<ConnectedDevices>().Count(by).Value.Connections);
            Assert.Equal(expected.Select(static u => u.Bucket).Order(), server.Get<BucketLists>().Buckets(by).Select(static b => b.Id).Order());
            Assert.All(server.Get<BucketLists>().Buckets(by), b => Assert.Single(b.Users));
            Assert.Equal(tenant.Length == 0, server.Get<BucketLists>().Disk(by) is not null);

            var history = server.Get<JobHistory>();
            Assert.Equal(expected.Length, history.Count(by, JobFilter.All).Value);
            foreach (var sort in new[] { JobColumns.Started, JobColumns.User, JobColumns.Duration })
            {
                var page = await history.Open(by, JobFilter.All).Value!.PageAsync(PageRequest.First() with { Sort = [new SortKey(sort, Descending: true)] }, Ct);
                Assert.Equal(users, page.Rows.Select(static r => r.Username).Order());
                Assert.Equal((expected.Length, expected.Length), (page.Total, page.Unfiltered));
            }

            Assert.Equal(expected.Length, (await history.Open(by, JobFilter.All).Value!.PageAsync(PageRequest.First() with { Filter = "secrets" }, Ct)).Total);
            Assert.Equal(expected.Length, history.Count(by, new JobFilter { Status = JobStatusGroup.Running }).Value);
            Assert.Equal(expected.Contains(rig.Beta) ? 1 : 0, history.Count(by, new JobFilter { Account = rig.Beta.Account }).Value);
            Assert.Equal(expected.Length, history.Days(by, [1_799_990_000, 1_800_100_000]).Value!.Count);
        }
    }

    [Fact]
    public async Task Services_WithAnotherTenantsThings_RefuseAsMissing()
    {
        await using var rig = await TenantsRig.StartAsync();
        var (by, other, server) = (TenantsRig.Actor("alpha"), rig.Beta, rig.Server);
        Assert.Equal(Refusal.Missing, server.Get<AccountLists>().User(by, other.User).Kind);
        Assert.Empty(server.Get<AccountLists>().Devices(by, other.Account));
        Assert.Empty(server.Get<AccountLists>().Items(by, other.Account));
        Assert.Empty(server.Get<AccountLists>().Vaults(by, other.Account));
        Assert.Empty(server.Get<AccountLists>().VaultsFor(by, other.Account, "device-beta"));
        Assert.Equal(Refusal.Missing, (await server.Get<DeleteProtectedItem>().RunAsync(by, other.User, other.Item, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await server.SaveFileAsync(by, other.User, other.Item, new FileItem("x", "device-beta", ["/x"], []), Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await server.Get<RunItemNow>().RunAsync(by, other.User, other.Item, other.Vault, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await server.Get<IRunBackup>().RunAsync(by, other.Connection, other.Item, other.Vault, new BackupOptions(), Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await server.Get<CancelRunningJob>().RunAsync(by, null, other.Job, Ct)).Kind);
        Assert.Equal(Refusal.Missing, server.Get<JobDetails>().Watch(by, other.Job).Kind);
        Assert.Equal(Refusal.Missing, server.Get<JobDetails>().Earlier(by, other.Job, 5).Kind);
        Assert.Equal(Refusal.Missing, server.Get<JobDetails>().Log(by, other.Job).Kind);
        Assert.Equal(Refusal.Missing, server.Get<RequestVault>().Templates(by, other.User).Kind);
        Assert.Equal(Refusal.Missing, (await server.Get<CreateBucket>().RunAsync(by, new NewBucket { OrganizationId = "beta" }, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await server.Get<StorageTemplates>().ProvisionAsync(by, "alpha", "template-beta", server.Address, Ct)).Kind);
    }

    [Fact]
    public async Task TenantsUser_BelongsToTheTenant_AndStaysThere()
    {
        await using var rig = await TenantsRig.StartAsync();
        Assert.Equal(409, TenantsRig.Envelope(await Add(rig, "alpha-admin", "beta-user")).Status);
        var likeTheirs = TenantsRig.Envelope(await Add(rig, "alpha-admin", "BETA-USER"));
        Assert.Equal(409, likeTheirs.Status);
        Assert.DoesNotContain("beta-user", likeTheirs.Message, StringComparison.Ordinal);
        Assert.Equal((404, "There is no such organization."), TenantsRig.Envelope(await Add(rig, "alpha-admin", "new", "beta")));
        Assert.Equal((404, "There is no such organization."), TenantsRig.Envelope(await Add(rig, "alpha-admin", "new", "gamma")));
        Assert.Equal((404, "There is no such organization."), TenantsRig.Envelope(await Add(rig, "top-admin", "new", "gamma")));
        Assert.Equal(200, TenantsRig.Envelope(await Add(rig, "alpha-admin", "new-a")).Status);
        Assert.Equal(200, TenantsRig.Envelope(await Add(rig, "top-admin", "new-b", "beta")).Status);
        Assert.Equal(("alpha", "beta"), (OrganizationOf(rig, "new-a"), OrganizationOf(rig, "new-b")));

        Assert.Equal(403, TenantsRig.Envelope(await Move(rig, "alpha-admin", "new-a", "")).Status);
        Assert.Equal(403, TenantsRig.Envelope(await Move(rig, "alpha-admin", "new-a", "beta")).Status);
        Assert.Equal(404, TenantsRig.Envelope(await Move(rig, "top-admin", "new-a", "gamma")).Status);
        Assert.Equal("alpha", OrganizationOf(rig, "new-a"));
        Assert.Equal(200, TenantsRig.Envelope(await Move(rig, "top-admin", "new-a", "beta")).Status);
        Assert.Equal(404, TenantsRig.Envelope(await rig.CallAsync("alpha-admin", "admin/get-user-profile", ("TargetUser", "new-a"))).Status);
        Assert.Equal(200, TenantsRig.Envelope(await rig.CallAsync("beta-admin", "admin/get-user-profile", ("TargetUser", "new-a"))).Status);
    }

    private static Task<string> Add(TenantsRig rig, string administrator, string user, string organization = "") =>
        rig.CallAsync(administrator, "admin/add-user", ("TargetUser", user), ("TargetPassword", TenantsRig.Password), ("TargetOrganization", organization));

    private static Task<string> Move(TenantsRig rig, string administrator, string user, string organization) =>
        rig.CallAsync(administrator, "admin/set-user-profile", ("TargetUser", user), ("ProfileData", $$"""{"Username":"{{user}}","OrganizationID":"{{organization}}"}"""));

    private static string OrganizationOf(TenantsRig rig, string user) => rig.Server.Get<AccountStore>().EntryByName(user)!.Ref.OrganizationId;

    // What the caller sent may come back; times go on.
    private static string Neutral(string answer, IReadOnlyList<(string Name, string Value)> sent)
    {
        foreach (var (_, value) in sent.Where(static s => s.Value.Length > 7).OrderByDescending(static s => s.Value.Length))
        {
            answer = answer.Replace(value, "…", StringComparison.Ordinal);
        }

        return Moving().Replace(answer, "");
    }

    private static string[] Secrets(TenantUser of)
    {
        var name = of.User.Split('-')[0];
        return [$"Company {name}", $"Secrets of {name}", $"the secrets of {name}", $"Storage of {name}", $"Policy of {name}", of.Bucket, $"cancel-{name}"];
    }

    private static async Task<string> StateAsync(TenantsRig rig)
    {
        var parts = new List<string>();
        foreach (var user in new[] { rig.Beta, rig.Top })
        {
            var document = await rig.Server.Get<AccountStore>().ReadAsync(user.Account, Ct);
            var job = await rig.Server.Get<JobDetails>().GetAsync(Actor.Server, user.Job, Ct);
            parts.Add($"{document!.Root.ToJsonString()} {job.Value!.Job.Status} {rig.Server.Get<ILiveConnections>().Find(user.Connection)?.Id}");
        }

        parts.AddRange(rig.Server.Get<BucketStore>().All.Select(static b => b.Id).Order());
        return string.Join('\n', parts);
    }

    [GeneratedRegex("\"CurrentTime\":[0-9]+,")]
    private static partial Regex Moving();
}
