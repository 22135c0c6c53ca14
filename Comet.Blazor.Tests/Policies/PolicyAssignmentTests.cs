using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Policies;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Policies;

/// <summary>Which policy a profile holds, and that a change of the policy reaches all of them (spec/01 §4.6).</summary>
public sealed class PolicyAssignmentTests
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_ReachesEveryProfile_ItsHash_AndTheConnectedDevice()
    {
        await using var fleet = await Fleet.StartAsync();
        await CreateAsync(fleet.Server, "gold", """{"PreventNewProtectedItem":true}""");
        await CreateAsync(fleet.Server, "other", "{}");
        await AssignAsync(fleet.Server, Fleet.User, "gold");
        await AddAsync(fleet.Server, "paul", "gold");
        await AddAsync(fleet.Server, "otto", "other");
        var told = new ConcurrentBag<AccountId>();
        fleet.Server.Get<IAccountDevices>().ProfileChanged += told.Add;
        var hashes = new[] { Fleet.User, "paul", "otto" }.Select(u => Entry(fleet.Server, u).Hash).ToArray();
        var progress = new List<int>();

        var changed = await ChangeAsync(fleet.Server, "gold", """{"PreventOpenWebUI":true}""", new Heard(progress));

        Assert.True(changed.Ok, changed.Why);
        Assert.Equal([true, true, false], new[] { Fleet.User, "paul", "otto" }.Select((u, i) => Entry(fleet.Server, u).Hash != hashes[i]));
        Assert.True(Entry(fleet.Server, "paul").SignIn.PreventsWeb);
        Assert.Equal(2, progress[^1]);
        Assert.Empty(await fleet.Server.Get<PolicyStore>().ErrandsAsync(Ct));
        Assert.Equal(new[] { Entry(fleet.Server, Fleet.User).Id.Value, Entry(fleet.Server, "paul").Id.Value }.Order(), told.Select(static t => t.Value).Order());
    }

    [Fact]
    public async Task ServerThatStoppedBetweenPolicyAndProfiles_GoesOnAtItsNextStart()
    {
        using var folder = new TempFolder();
        var server = await TestServer.StartAsync(folder);
        await CreateAsync(server, "gold", """{"DefaultSources":{"docs":{"Engine":"engine1/file","Description":"Documents"}}}""");
        await AddAsync(server, "paul", "gold");
        var added = await server.Get<AccountStore>().ChangeAsync(Entry(server, "paul").Id, null, static d =>
        {
            d.Items["i"] = new JsonObject { ["PolicySourceID"] = "docs", ["OwnerDevice"] = "d" };
            return Outcome.Done;
        }, tellDevices: false, Ct);
        Assert.True(added.Ok);

        // The policy's own write, and nothing after it.
        Assert.True((await server.Get<PolicyStore>().SaveAsync("gold", static before =>
        {
            var next = (JsonObject)before!.Document.Root.DeepClone();
            next["Policy"] = new JsonObject { ["PreventOpenWebUI"] = true };
            return next;
        }, ["docs"])).Ok);
        Assert.False(Entry(server, "paul").SignIn.PreventsWeb);
        await server.StopAsync();

        server = await TestServer.StartAsync(folder);
        await Wait.UntilAsync(() => Entry(server, "paul").SignIn.PreventsWeb, "the profile has the policy");
        Assert.Empty((await server.Get<AccountStore>().ReadAsync(Entry(server, "paul").Id, Ct))!.Items);
        await server.Get<PolicyPropagation>().RunAsync("gold", null, Ct);
        Assert.Empty(await server.Get<PolicyStore>().ErrandsAsync(Ct));
        await server.StopAsync();
    }

    [Fact]
    public async Task DiskThatRefusesTheProfiles_StopsNoServer_WhichTriesAgainByItself()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        FullDisk? disk = null;
        await using var server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock)
            .AddSingleton<IPolicyFollowers>(services => disk = new FullDisk(ActivatorUtilities.CreateInstance<PolicyFollowers>(services))));
        await CreateAsync(server, "gold", "{}");
        await AddAsync(server, "paul", "gold");

        disk!.Full = true;
        var policy = Policy(server, "gold");
        policy["Policy"] = JsonNode.Parse("""{"PreventOpenWebUI":true}""");
        await Assert.ThrowsAsync<IOException>(() => server.Get<ChangePolicy>().RunAsync(Admin, "gold", policy, null, []));
        var before = disk.Refused;
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(PolicyPropagation.Again);
                return disk.Refused > before;
            },
            "it tries again, in vain");
        Assert.False(Entry(server, "paul").SignIn.PreventsWeb);
        Assert.False(server.Get<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);

        disk.Full = false;
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(PolicyPropagation.Again);
                return Entry(server, "paul").SignIn.PreventsWeb;
            },
            "the profile has the policy");
    }

    [Fact]
    public async Task LinkedItems_FollowThePolicy_AndTheOthersStay()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "gold", """{"DefaultSources":{"a":{"Engine":"engine1/file","Description":"A"},"b":{"Engine":"engine1/file","Description":"B"}}}""");
        await AddAsync(server, "paul", "gold");
        var id = Entry(server, "paul").Id;
        await server.Get<AccountStore>().ChangeAsync(id, null, static d =>
        {
            d.Items["linked"] = Linked("a", update: true);
            d.Items["own"] = Linked("a", update: false);
            d.Items["gone"] = Linked("b", update: true);
            d.Rules["r"] = new JsonObject { ["Source"] = "gone" };
            return Outcome.Done;
        }, tellDevices: false, Ct);

        var policy = Policy(server, "gold");
        policy["Policy"] = JsonNode.Parse("""{"DefaultSources":{"a":{"Engine":"engine1/file","Description":"A2","OwnerDevice":"x","EngineProps":{"INCLUDE0":"/srv"}}}}""");
        Assert.True((await server.Get<ChangePolicy>().RunAsync(Admin, "gold", policy, null, ["b"])).Ok);

        var document = (await server.Get<AccountStore>().ReadAsync(id, Ct))!;
        Assert.Equal(["linked", "own"], document.Items.Select(static i => i.Key));
        Assert.Equal(("A2", "d", "/srv"), (document.Item("linked")!.Text("Description"), document.Item("linked")!.Text("OwnerDevice"), document.Item("linked")!.Map("EngineProps").Text("INCLUDE0")));
        Assert.Equal("old", document.Item("own")!.Text("Description"));
        Assert.Empty(document.Rules);
    }

    [Fact]
    public async Task Profile_WithAPolicy_TakesTheServersVersion_AndACustomOneIsEdited()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "gold", """{"PreventNewProtectedItem":true}""");
        await AddAsync(server, "paul", "");
        var save = server.Get<SaveProfile>();

        await SaveAsync("gold", """{"PreventOpenWebUI":true}""");
        Assert.Equal((true, false), await FlagsAsync());
        await SaveAsync("", """{"PreventOpenWebUI":true}""");
        Assert.Equal((false, true), await FlagsAsync());
        await SaveAsync("", null);
        Assert.Equal((false, true), await FlagsAsync());
        Assert.Equal(Refusal.Invalid, (await TrySaveAsync("nobody", null)).Kind);
        Assert.Contains("Policy.PreventOpenWebUI", (await TrySaveAsync("", """{"PreventOpenWebUI":"yes"}""")).Why);

        async Task SaveAsync(string policyId, string? policy) => Assert.Equal("", (await TrySaveAsync(policyId, policy)).Why);

        async Task<Outcome> TrySaveAsync(string policyId, string? policy)
        {
            var profile = (await server.Get<AccountStore>().ReadAsync(Entry(server, "paul").Id, Ct))!.Root;
            profile["PolicyID"] = policyId;
            profile["Policy"] = policy is null ? null : JsonNode.Parse(policy);
            return (await save.RunAsync(Admin, "paul", profile, null, Ct)).Plain;
        }

        async Task<(bool New, bool Web)> FlagsAsync()
        {
            var policy = (await server.Get<AccountStore>().ReadAsync(Entry(server, "paul").Id, Ct))!.Root.Map("Policy");
            return (policy.Flag("PreventNewProtectedItem"), policy.Flag("PreventOpenWebUI"));
        }
    }

    [Fact]
    public async Task DefaultPolicy_IsGivenToEachNewUser_AndItsModesDecide()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "gold", """{"ModeRequireUserResetPassword":3,"ModeAdminResetPassword":3}""", isDefault: true);
        await CreateAsync(server, "strict", """{"ModeAdminResetPassword":4}""");

        await AddAsync(server, "paul", null);
        await AddAsync(server, "otto", "");
        await AddAsync(server, "emma", "strict", recovery: true);

        Assert.Equal(("gold", true, true), await LookAsync("paul"));
        Assert.Equal(("", false, false), await LookAsync("otto"));
        Assert.Equal(("strict", false, false), await LookAsync("emma"));

        async Task<(string Policy, bool Change, bool Recovery)> LookAsync(string user)
        {
            var root = (await server.Get<AccountStore>().ReadAsync(Entry(server, user).Id, Ct))!.Root;
            return (root.Text("PolicyID"), root.Flag("RequirePasswordChange"), root.Text("PasswordRecovery").Length > 0);
        }
    }

    [Fact]
    public async Task PolicyInUse_IsNotDeleted_UnlessItsUsersMoveOrAreDetached()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "gold", """{"PreventOpenWebUI":true}""");
        await CreateAsync(server, "silver", """{"PreventNewProtectedItem":true}""");
        await AddAsync(server, "paul", "gold");
        var delete = server.Get<DeletePolicy>();

        var refused = await delete.RunAsync(Admin, "gold");
        Assert.Equal((Refusal.Conflict, true), (refused.Kind, refused.Why.Contains("1 user.", StringComparison.Ordinal)));
        Assert.Equal(Refusal.Invalid, (await delete.RunAsync(Admin, "gold", new PolicyFarewell("gold"))).Kind);
        Assert.True((await delete.RunAsync(Admin, "gold", new PolicyFarewell("silver"))).Ok);
        Assert.Equal(("silver", false), (Entry(server, "paul").PolicyId, Entry(server, "paul").SignIn.PreventsWeb));

        Assert.True((await delete.RunAsync(Admin, "silver", new PolicyFarewell(null))).Ok);
        var root = (await server.Get<AccountStore>().ReadAsync(Entry(server, "paul").Id, Ct))!.Root;
        Assert.Equal(("", true), (root.Text("PolicyID"), root.Map("Policy").Flag("PreventNewProtectedItem")));
    }

    [Fact]
    public async Task Preview_CountsWhatWouldChange_AndChangesNothing()
    {
        await using var fleet = await Fleet.StartAsync();
        await CreateAsync(fleet.Server, "gold", "{}");
        await AssignAsync(fleet.Server, Fleet.User, "gold");
        await using var device = await fleet.SignInAsync();
        await fleet.EditAsync(static d =>
        {
            d.Vaults["v"] = ProfileTemplates.Vault();
            d.Rules["r"] = new JsonObject { ["Source"] = "i", ["SkipAlreadyRunning"] = false };
        });
        var hash = Entry(fleet.Server, Fleet.User).Hash;

        var seen = await fleet.Server.Get<IPolicyFollowers>().PreviewAsync(
            "gold", JsonNode.Parse("""{"EnforceStorageVaultRetention":true,"DefaultStorageVaultRetention":{"Mode":802,"Ranges":[{"Type":900,"Jobs":3}]},"ModeScheduleSkipAlreadyRunning":3}""")!.AsObject(), Ct);

        Assert.Equal(new FollowPreview(1, 1, 1, 1, 0), seen);
        Assert.Equal(hash, Entry(fleet.Server, Fleet.User).Hash);
    }

    [Fact]
    public async Task PreviewOfGivingAPolicy_CountsWhatItOverrides_OfThoseWhoDoNotFollowItYet()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "strict", """{"EnforceStorageVaultRetention":true,"DefaultStorageVaultRetention":{"Mode":802,"Ranges":[{"Type":900,"Jobs":3}]},"ModeAdminResetPassword":4}""");
        await AddAsync(server, "paul", "", recovery: true);
        await AddAsync(server, "otto", "strict");
        await server.Get<AccountStore>().ChangeAsync(Entry(server, "paul").Id, null, static d =>
        {
            (d.Vaults["a"], d.Vaults["b"]) = (ProfileTemplates.Vault(), ProfileTemplates.Vault());
            return Outcome.Done;
        }, tellDevices: false, Ct);

        var seen = await server.Get<IPolicyFollowers>().PreviewAsync(
            [Entry(server, "paul").Id, Entry(server, "otto").Id, AccountId.New()], "strict", Policy(server, "strict").Map("Policy"), Ct);

        Assert.Equal(new FollowPreview(1, 0, 2, 0, 1), seen);
        Assert.Equal(["2 Storage Vaults get the policy's retention: the next retention pass deletes what it does not keep.",
            "1 user's password can't be reset by an administrator any more, until the user allows it again."], seen.Overrides);
    }

    [Fact]
    public async Task Preview_CountsLinkedItems_ThatChange_AndThoseWhoseOriginGoes()
    {
        await using var server = await TestServer.StartAsync();
        await CreateAsync(server, "gold", """{"DefaultSources":{"a":{"Engine":"engine1/file","Description":"old"},"b":{"Engine":"engine1/file","Description":"B"}}}""");
        await AddAsync(server, "paul", "gold");
        await server.Get<AccountStore>().ChangeAsync(Entry(server, "paul").Id, null, static d =>
        {
            (d.Items["linked"], d.Items["own"]) = (Linked("a", update: true), Linked("a", update: false));
            (d.Items["gone"], d.Items["unlinked"]) = (Linked("b", update: true), Linked("b", update: false));
            d.Items["other"] = new JsonObject { ["OwnerDevice"] = "d" };
            return Outcome.Done;
        }, tellDevices: false, Ct);

        var policy = Policy(server, "gold");
        policy["Policy"] = JsonNode.Parse("""{"DefaultSources":{"a":{"Engine":"engine1/file","Description":"A2"}}}""");
        var seen = (await server.Get<PreviewPolicy>().RunAsync(Admin, "gold", policy, Ct)).Value!;

        Assert.Equal((1, 2, "b"), (seen.Reach.Items, seen.Reach.Left, Assert.Single(seen.Removed)));
        Assert.Equal(5, (await server.Get<AccountStore>().ReadAsync(Entry(server, "paul").Id, Ct))!.Items.Count);
    }

    private static AccountEntry Entry(TestServer server, string user) => server.Get<AccountStore>().EntryByName(user)!;

    private static JsonObject Policy(TestServer server, string id) => (JsonObject)server.Get<PolicyStore>().Entry(id)!.Document.Root.DeepClone();

    private static JsonObject Linked(string source, bool update) => new() { ["PolicySourceID"] = source, ["ExistingUserUpdate"] = update, ["OwnerDevice"] = "d", ["Description"] = "old", ["Engine"] = "engine1/file" };

    private static async Task CreateAsync(TestServer server, string id, string policy, bool isDefault = false)
    {
        var made = await server.Get<CreatePolicy>().RunAsync(Admin, new JsonObject { ["Description"] = id, ["DefaultUserPolicy"] = isDefault, ["Policy"] = JsonNode.Parse(policy) }, id);
        Assert.True(made.Ok, made.Why);
    }

    private static async Task<Outcome> ChangeAsync(TestServer server, string id, string policy, IProgress<int>? progress = null)
    {
        var next = Policy(server, id);
        next["Policy"] = JsonNode.Parse(policy);
        return (await server.Get<ChangePolicy>().RunAsync(Admin, id, next, server.Get<PolicyStore>().Entry(id)!.Hash, [], progress)).Plain;
    }

    private static async Task AssignAsync(TestServer server, string user, string policyId)
    {
        var profile = (await server.Get<AccountStore>().ReadAsync(Entry(server, user).Id, Ct))!.Root;
        profile["PolicyID"] = policyId;
        var saved = await server.Get<SaveProfile>().RunAsync(Admin, user, profile, null, Ct);
        Assert.True(saved.Ok, saved.Why);
    }

    private static async Task AddAsync(TestServer server, string user, string? policyId, bool recovery = false)
    {
        var added = await server.Get<AddUser>().RunAsync(Admin, new NewUser(user, "correct horse") { PolicyId = policyId, StoreRecoveryCode = recovery }, Ct);
        Assert.True(added.Ok, added.Why);
    }

    private sealed class Heard(List<int> values) : IProgress<int>
    {
        public void Report(int value) => values.Add(value);
    }

    /// <summary>The profiles on a disk that may be full.</summary>
    private sealed class FullDisk(IPolicyFollowers followers) : IPolicyFollowers
    {
        public bool Full { get; set; }

        public int Refused { get; private set; }

        public IReadOnlyDictionary<string, int> Counts() => followers.Counts();

        public int Count(string policyId) => followers.Count(policyId);

        public IReadOnlyList<AccountRef> Of(string policyId) => followers.Of(policyId);

        public Task<FollowResult> RefreshAsync(string policyId, IReadOnlyList<string> deleteSources, IProgress<int>? progress, CancellationToken ct)
        {
            if (Full)
            {
                Refused++;
                throw new IOException("No space left on device");
            }

            return followers.RefreshAsync(policyId, deleteSources, progress, ct);
        }

        public Task<FollowResult> MoveAsync(string policyId, string? replacement, IProgress<int>? progress, CancellationToken ct) =>
            followers.MoveAsync(policyId, replacement, progress, ct);

        public Task<FollowPreview> PreviewAsync(string policyId, JsonObject policy, CancellationToken ct) => followers.PreviewAsync(policyId, policy, ct);

        public Task<FollowPreview> PreviewAsync(IReadOnlyCollection<AccountId> accounts, string policyId, JsonObject policy, CancellationToken ct) =>
            followers.PreviewAsync(accounts, policyId, policy, ct);
    }
}
