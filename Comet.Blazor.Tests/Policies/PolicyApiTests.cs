using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Rights;

namespace Comet.Blazor.Tests.Policies;

/// <summary>The calls admin/policies (spec/06 §8), with tenants, permissions, hashes and unknown fields.</summary>
public sealed class PolicyApiTests
{
    private const string Secret = """{"Description":"P","Policy":{"DefaultSources":{"s":{"Engine":"engine1/mysql","EngineProps":{"PASSWORD":"open sesame"}}}}}""";

    [Fact]
    public async Task Policies_AreMadeReadChangedAndDeleted_AndUnknownFieldsStay()
    {
        await using var rig = await TenantsRig.StartAsync();

        var made = JsonNode.Parse(await rig.CallAsync("top-admin", "admin/policies/new",
            ("Policy", """{"Description":"Gold","FutureField":{"a":[1]},"Policy":{"PreventOpenWebUI":true,"NewerRestriction":"x"}}""")))!;
        var id = (string)made["PolicyID"]!;
        var got = JsonNode.Parse(await rig.CallAsync("top-admin", "admin/policies/get", ("PolicyID", id)))!;
        var policy = got["Policy"]!.AsObject();

        Assert.Equal((string)made["PolicyHash"]!, (string)got["PolicyHash"]!);
        Assert.Equal(("Gold", true, "x", 1), ((string)policy["Description"]!, (bool)policy["Policy"]!["PreventOpenWebUI"]!, (string)policy["Policy"]!["NewerRestriction"]!, (int)policy["FutureField"]!["a"]![0]!));
        Assert.True((long)policy["CreatedDate"]! > 1_600_000_000);
        using var list = System.Text.Json.JsonDocument.Parse(await rig.CallAsync("top-admin", "admin/policies/list-full", ("TargetOrganization", "alpha")));
        Assert.Empty(ContractFile.Differences(list.RootElement, "map[string]GroupPolicy"));

        policy["Policy"]!["PreventNewProtectedItem"] = true;
        var hash = (string)got["PolicyHash"]!;
        Assert.Equal(200, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/policies/set", ("PolicyID", id), ("Policy", policy.ToJsonString()), ("CheckPolicyHash", hash))).Status);
        Assert.Equal(409, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/policies/set", ("PolicyID", id), ("Policy", policy.ToJsonString()), ("CheckPolicyHash", hash))).Status);
        Assert.Contains("\"Gold\"", await rig.CallAsync("top-admin", "admin/policies/list"));
        Assert.Contains("NewerRestriction", await rig.CallAsync("top-admin", "admin/policies/list-full"));

        Assert.Equal(200, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/policies/delete", ("PolicyID", id))).Status);
        Assert.Equal(404, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/policies/get", ("PolicyID", id))).Status);
        Assert.Equal(404, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/policies/delete", ("PolicyID", id))).Status);
    }

    [Fact]
    public async Task Set_WithANewKey_MakesThePolicy_ButNotOverAnotherTenants()
    {
        await using var rig = await TenantsRig.StartAsync();
        Assert.Equal(200, TenantsRig.Envelope(await Set(rig, "alpha-admin", "mine", "Mine")).Status);
        Assert.Equal("alpha", rig.Server.Get<PolicyStore>().Entry("mine")!.Ref.OrganizationId);
        Assert.Equal(404, TenantsRig.Envelope(await Set(rig, "beta-admin", "mine", "Theirs")).Status);
        Assert.Equal("Mine", rig.Server.Get<PolicyStore>().Entry("mine")!.Ref.Name);
        Assert.Equal("""{"mine":"Mine","policy-alpha":"Policy of alpha"}""", await rig.CallAsync("alpha-admin", "admin/policies/list"));
        Assert.Equal("""{"policy-beta":"Policy of beta"}""", await rig.CallAsync("top-admin", "admin/policies/list", ("TargetOrganization", "beta")));
        Assert.Equal(4, JsonNode.Parse(await rig.CallAsync("top-admin", "admin/policies/list"))!.AsObject().Count);
    }

    [Fact]
    public async Task Administrator_WhoIsHeldToAList_SeesAndChangesOnlyThose_AndAddsNone()
    {
        await using var rig = await TenantsRig.StartAsync();
        await Set(rig, "top-admin", "gold", "Gold");
        rig.AddAdministrator("bound", "", new() { AllowedUserPolicies = ["gold"] });

        Assert.Equal("""{"gold":"Gold"}""", await rig.CallAsync("bound", "admin/policies/list"));
        Assert.Equal(200, TenantsRig.Envelope(await Set(rig, "bound", "gold", "Gold and more")).Status);
        Assert.Equal(404, TenantsRig.Envelope(await rig.CallAsync("bound", "admin/policies/get", ("PolicyID", "policy-alpha"))).Status);
        Assert.Equal(403, TenantsRig.Envelope(await Set(rig, "bound", "another", "Another")).Status);
        Assert.Equal(403, TenantsRig.Envelope(await rig.CallAsync("bound", "admin/policies/new", ("Policy", """{"Description":"x"}"""))).Status);
    }

    [Fact]
    public async Task OnlyOnePolicyOfAnOrganization_IsTheDefault()
    {
        await using var rig = await TenantsRig.StartAsync();
        var store = rig.Server.Get<PolicyStore>();
        await rig.CallAsync("top-admin", "admin/policies/set", ("PolicyID", "policy-alpha"), ("Policy", """{"Description":"A","DefaultUserPolicy":true}"""));
        await rig.CallAsync("top-admin", "admin/policies/set", ("PolicyID", "one"), ("Policy", """{"Description":"One","DefaultUserPolicy":true}"""));
        await rig.CallAsync("top-admin", "admin/policies/set", ("PolicyID", "two"), ("Policy", """{"Description":"Two","DefaultUserPolicy":true}"""));

        Assert.Equal(("two", "policy-alpha", null), (store.Default("")?.Id, store.Default("alpha")?.Id, store.Default("beta")?.Id));
        Assert.False(store.Entry("one")!.Ref.IsDefault);
    }

    [Theory]
    [InlineData("""[]""", "JSON object")]
    [InlineData("""{"Description":"x","Policy":{"PreventOpenWebUI":1}}""", "Policy.PreventOpenWebUI")]
    [InlineData("""{"Description":"x","Policy":{"ModeAdminResetPassword":5}}""", "Policy.ModeAdminResetPassword")]
    [InlineData("""{"Description":"x","Policy":{"StorageVaultProviders":{"AllowedProvidersWhenRestricted":["a"]}}}""", "AllowedProvidersWhenRestricted")]
    [InlineData("""{"Description":"x","Policy":{"FileAndFolderMandatoryExclusions":[{"Exclude":"[","Regex":true}]}}""", "regular expression")]
    [InlineData("""{"Description":"x","Policy":{"FileAndFolderMandatoryExclusions":[{"Exclude":"^(?!.*keep)","Regex":true}]}}""", "looks around")]
    [InlineData("""{"Description":"x","Policy":{"RandomDelaySecs":-5}}""", "0 to 18000")]
    [InlineData("""{"Description":"x","Policy":{"RandomDelaySecs":90000}}""", "0 to 18000")]
    [InlineData("""{"Description":"x","Policy":{"ModeLastJobFailDoRetryCount":-3}}""", "ModeLastJobFailDoRetryCount")]
    [InlineData("""{"Description":"x","Policy":{"RotateStorageVaultKeysHours":-1}}""", "RotateStorageVaultKeysHours")]
    [InlineData("""{"Description":"x","Description":"y"}""", "valid JSON")]
    [InlineData("""{"Description":"\ud800"}""", "valid JSON")]
    [InlineData("""{"Description":" "}""", "needs a description")]
    [InlineData("""{"Description":"x\ny"}""", "single line")]
    [InlineData("{", "valid JSON")]
    public void PolicyThatIsNotOne_IsRefused_NamingWhatIsWrong(string policy, string named)
    {
        var parsed = PolicyJson.Parse(Encoding.UTF8.GetBytes(policy), "The policy");
        var refused = parsed.Ok ? PolicyShape.Check(parsed.Value) : parsed.Plain;

        Assert.Equal(Refusal.Invalid, refused.Kind);
        Assert.Contains(named, refused.Why);
    }

    [Fact]
    public async Task Changes_AreOnRecord_WithoutSecrets()
    {
        await using var rig = await TenantsRig.StartAsync();
        await rig.CallAsync("top-admin", "admin/policies/set", ("PolicyID", "p"),
            ("Policy", Secret));
        await rig.CallAsync("top-admin", "admin/policies/set", ("PolicyID", "p"), ("Policy", """{"Description":"Q","Policy":{"DefaultSources":{"s":{"Engine":"engine1/mysql","EngineProps":{"PASSWORD":"open sesame 2"}}}}}"""));
        await rig.CallAsync("top-admin", "admin/policies/delete", ("PolicyID", "p"));

        var found = (await rig.Server.Get<ServerStore>().Db.ReadAsync(static db => db.Scan(AuditChain.Entries).ToList(), TestContext.Current.CancellationToken))
            .Select(static r => (Entry: AuditEntry.Read(r.Json)!, Text: Encoding.UTF8.GetString(r.Json))).Where(static e => e.Entry.TargetId == "p").ToList();
        Assert.Equal(["policy.created", "policy.changed", "policy.deleted"], found.Select(static e => e.Entry.Action));
        Assert.Contains(found[1].Entry.Differences, static d => d.Path.EndsWith("PASSWORD", StringComparison.Ordinal) && d.Secret == "changed");
        Assert.DoesNotContain("sesame", string.Join('\n', found.Select(static e => e.Text)));
    }

    [Fact]
    public async Task SecretsInPolicies_AreSealedOnTheDisk_AndOpenAfterARestart()
    {
        using var folder = new Support.TempFolder();
        var server = await Support.TestServer.StartAsync(folder);
        Assert.True((await server.Get<CreatePolicy>().RunAsync(Actor.Server, JsonNode.Parse(Secret)!.AsObject(), "p")).Ok);
        var stored = await server.Get<UsersStore>().Db.ReadAsync(static db => Encoding.UTF8.GetString(db.Get("policies", "p")!.Json), TestContext.Current.CancellationToken);
        await server.StopAsync();
        server = await Support.TestServer.StartAsync(folder);

        Assert.DoesNotContain("sesame", stored);
        Assert.Contains("sesame", server.Get<PolicyStore>().Entry("p")!.Document.Root.ToJsonString());
        await server.StopAsync();
    }

    private static Task<string> Set(TenantsRig rig, string administrator, string id, string description) =>
        rig.CallAsync(administrator, "admin/policies/set", ("PolicyID", id), ("Policy", $$"""{"Description":"{{description}}"}"""));
}
