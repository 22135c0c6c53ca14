using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Tests.Contract;

namespace Comet.Blazor.Tests.Rights;

/// <summary>Each permission of an administrator (contract: AdminUserPermissions; spec/04 §3.1) takes away exactly what it says, in the services and in the API.</summary>
public sealed partial class PermissionTests
{
    private const string Vaults = "Destinations";

    /// <summary>Permissions whose feature does not exist yet, with the right that it will have to ask for. Whoever builds it moves its line to <see cref="Cases"/>.</summary>
    private static readonly Dictionary<string, Right> FeatureToCome = new()
    {
        ["PreventServerShutdown"] = Right.ServerStop,
        ["AllowEditBranding"] = Right.BrandingEdit,
        ["AllowEditWebhooks"] = Right.WebhooksEdit,
        ["AllowEditExternalAuthSources"] = Right.SignInSourcesEdit,
        ["DenyConstellationRole"] = Right.ClusterUse,
        ["DenySoftwareBuildRole"] = Right.ClientSoftwareUse,
        ["DenyViewServerHistory"] = Right.ServerHistoryView,
    };

    /// <summary>Permissions for a tenant's own settings of which only the server's exist so far: the right guards those, and a tenant never reaches them.</summary>
    private static readonly string[] OwnSettingsToCome = ["AllowEditEmailOptions"];

    /// <summary>Permissions that give a tenant something; tried by tests of their own.</summary>
    private static readonly string[] Given = ["AllowEditRemoteStorage"];

    /// <summary>What each permission is tried by: true when the server did it, false when it refused as denied.</summary>
    private static readonly Dictionary<string, (AdministratorPermissions Permissions, Func<Trial, Task<bool>> Try)> Cases = new()
    {
        ["PreventEditServerSettings"] = (new() { PreventEditServerSettings = true }, static t => Task.FromResult(Denies(t.Guard()))),
        ["PreventChangePassword"] = (new() { PreventChangePassword = true }, static t => t.OwnPasswordAsync()),
        ["DenyViewServerInfo"] = (new() { DenyViewServerInfo = true }, static t => t.ServerInfoAsync()),
        ["PreventDeleteStorageVault"] = (new() { PreventDeleteStorageVault = true }, static t => t.ProfileAsync("delete users' Storage Vaults", static p => p[Vaults] = new JsonObject())),
        ["PreventRequestStorageVault"] = (new() { PreventRequestStorageVault = true }, static t => t.RequestAsync()),
        ["PreventAddCustomStorageVault"] = (new() { PreventAddCustomStorageVault = true }, static t => t.ProfileAsync("by hand", static p => p[Vaults]!["new"] = Vault(1003))),
        ["HideCloudStorageBranding"] = (new() { HideCloudStorageBranding = true }, static t => t.VendorAsync()),
        ["ShouldRestrictProviderList"] = (new() { ShouldRestrictProviderList = true, AllowedProvidersWhenRestricted = [1004] }, static t => t.RequestAsync()),
        ["AllowedProvidersWhenRestricted"] = (new() { ShouldRestrictProviderList = true, AllowedProvidersWhenRestricted = [1003] },
            static t => t.ProfileAsync("type 1000", static p => p[Vaults]!["new"] = Vault(1000))),
        ["AllowedUserPolicies"] = (new() { AllowedUserPolicies = ["gold"] }, static t => t.ProfileAsync("policy", static p => p["PolicyID"] = "silver")),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Permissions => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Permissions))]
    public async Task Permission_TakesAwayWhatItSays_AndNothingWithoutIt(string permission)
    {
        await using var rig = await TenantsRig.StartAsync();
        await AddPoliciesAsync(rig);
        var (permissions, attempt) = Cases[permission];
        rig.AddAdministrator("bound", "", permissions);

        Assert.False(await attempt(new Trial(rig, "bound", permissions)), $"{permission} takes nothing away");
        Assert.True(await attempt(new Trial(rig, "top-admin", new AdministratorPermissions())), $"Without {permission} it must be possible");
    }

    [Fact]
    public void EveryPermissionOfTheContract_IsTried_OrItsFeatureIsToCome()
    {
        var fields = ContractFile.Struct("AdminUserPermissions").Keys.Order();

        Assert.Equal(fields, Cases.Keys.Concat(FeatureToCome.Keys).Concat(OwnSettingsToCome).Concat(Given).Order());
    }

    [Fact]
    public async Task AllowEditRemoteStorage_LetsATenantChangeItsOwnTemplates_AndNoOthers()
    {
        await using var rig = await TenantsRig.StartAsync();
        rig.AddAdministrator("bound", "alpha");
        rig.AddAdministrator("allowed", "alpha", new AdministratorPermissions { AllowEditRemoteStorage = true });
        const string New = """[{"Type": "comet", "Description": "Alpha's own"}]""";
        var server = await rig.CallAsync("top-admin", "admin/meta/remote-storage-vault/get");

        Assert.Equal(403, TenantsRig.Envelope(await rig.CallAsync("bound", "admin/meta/remote-storage-vault/get")).Status);
        Assert.Equal(403, TenantsRig.Envelope(await rig.CallAsync("bound", "admin/meta/remote-storage-vault/set", ("RemoteStorageOptions", New))).Status);
        Assert.Equal(200, TenantsRig.Envelope(await rig.CallAsync("allowed", "admin/meta/remote-storage-vault/set", ("RemoteStorageOptions", New))).Status);

        Assert.Equal("Alpha's own", (string)JsonNode.Parse(await rig.CallAsync("allowed", "admin/meta/remote-storage-vault/get"))![0]!["Description"]!);
        Assert.Equal(server, await rig.CallAsync("top-admin", "admin/meta/remote-storage-vault/get"));
    }

    [Fact]
    public void RightOfAFeatureToCome_IsAskedForNowhere()
    {
        var asked = Directory.EnumerateFiles(Path.Combine(Top(), "Comet.Blazor"), "*.*", SearchOption.AllDirectories)
            .Where(static f => Path.GetExtension(f) is ".cs" or ".razor" && !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/Kernel/", StringComparison.Ordinal))
            .SelectMany(static f => Asked().Matches(File.ReadAllText(f))).Select(static m => m.Groups[1].Value).ToHashSet();

        Assert.Contains("VaultDelete", asked);
        Assert.Empty(FeatureToCome.Where(f => asked.Contains(f.Value.ToString())).Select(static f => $"{f.Key}: {f.Value} is asked for now; try it in Cases"));
    }

    [Theory]
    [InlineData("""{"Description":"Renamed","StorageLimitEnabled":true,"StorageLimitBytes":5}""", true)]
    [InlineData("""{"AssociatedDevices":["device-top"],"DefaultRetention":{"Mode":801}}""", true)]
    [InlineData("""{"CometBucket":"elsewhere"}""", false)]
    [InlineData("""{"DestinationType":1000}""", false)]
    [InlineData("""{"S3Server":"s3.example.com"}""", false)]
    [InlineData("""{"SpanTargets":[{"DestinationType":1000}]}""", false)]
    public async Task Profile_ThatTurnsAVaultIntoAnother_CountsAsDeletingIt(string change, bool allowed)
    {
        await using var rig = await TenantsRig.StartAsync();
        rig.AddAdministrator("bound", "", new AdministratorPermissions { PreventDeleteStorageVault = true });
        var profile = JsonNode.Parse(await rig.CallAsync("bound", "admin/get-user-profile", ("TargetUser", rig.Top.User)))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            profile[Vaults]![rig.Top.Vault]![name] = value?.DeepClone();
        }

        var (status, message) = TenantsRig.Envelope(await rig.CallAsync("bound", "admin/set-user-profile", ("TargetUser", rig.Top.User), ("ProfileData", profile.ToJsonString())));

        Assert.Equal((allowed ? 200 : 403, allowed), (status, !message.Contains("delete users' Storage Vaults", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task PolicyOutsideTheList_MayStayButNotBeTakenAway()
    {
        await using var rig = await TenantsRig.StartAsync();
        await AddPoliciesAsync(rig);
        var bound = new Trial(rig, "bound", new AdministratorPermissions { AllowedUserPolicies = ["gold"] });
        rig.AddAdministrator("bound", "", bound.Permissions);
        Assert.True(await bound.ProfileAsync("", static p => p["PolicyID"] = "gold"));
        Assert.True(await new Trial(rig, "top-admin", new AdministratorPermissions()).ProfileAsync("", static p => p["PolicyID"] = "silver"));
        Assert.True(await bound.ProfileAsync("", static p => p["AccountName"] = "Other words"));
        Assert.False(await bound.ProfileAsync("policy", static p => p["PolicyID"] = ""));
    }

    private static bool Denies(Outcome outcome)
    {
        Assert.True(outcome.Kind is Refusal.None or Refusal.Denied, outcome.Why);
        return outcome.Ok;
    }

    private static async Task AddPoliciesAsync(TenantsRig rig)
    {
        foreach (var id in new[] { "gold", "silver" })
        {
            Assert.True((await rig.Server.Get<CreatePolicy>().RunAsync(TenantsRig.Actor(""), new JsonObject { ["Description"] = id }, id)).Ok);
        }
    }

    private static JsonObject Vault(long type)
    {
        var vault = ProfileTemplates.Vault();
        (vault["DestinationType"], vault["Description"]) = (type, "By hand");
        return vault;
    }

    private static string Top([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex(@"(?:May|Needs)\([^)]*?Right\.(\w+)")]
    private static partial Regex Asked();

    /// <summary>An administrator who tries things, by the service and by the API; both must answer the same.</summary>
    private sealed class Trial(TenantsRig rig, string name, AdministratorPermissions permissions)
    {
        public AdministratorPermissions Permissions => permissions;

        private Actor By => new(ActorKind.Administrator, name) { Limits = permissions.LimitsFor(""), Via = ActorVia.Api };

        public Outcome Guard() => AdministratorGuards.MayManage(By, rig.Server.Get<AdministratorStore>().All);

        public async Task<bool> OwnPasswordAsync() => Denies(await rig.Server.Get<ChangeOwnPassword>().RunAsync(By, TenantsRig.Password, "another horse", "another horse", null, Ct));

        public async Task<bool> ServerInfoAsync()
        {
            var answer = JsonNode.Parse(await rig.CallAsync(name, "admin/meta/version"))!;
            Assert.NotEqual("", (string)answer["Version"]!);
            return (string)answer["ServerStartHash"]! != "" && (int)answer["ConfiguredDevices"]! > 0;
        }

        public Task<bool> VendorAsync()
        {
            var entry = rig.Server.Get<AccountLists>().Vaults(By, rig.Top.Account).Single();
            var foreign = entry with { Vault = entry.Vault with { Ref = new Comet.Blazor.Features.Accounts.Open.VaultRef("v", "v", 1000, "", []) } };
            return Task.FromResult(foreign.Type == "S3-compatible");
        }

        public async Task<bool> RequestAsync()
        {
            var organization = rig.Server.Get<IStorageTemplates>().List(TenantsRig.Actor(""), "").Value![0].Id;
            var byService = await rig.Server.Get<RequestVault>().RunAsync(By, rig.Top.User, organization, rig.Server.Address, null, null, Ct);
            var byApi = TenantsRig.Envelope(await rig.CallAsync(name, "admin/request-storage-vault", ("TargetUser", rig.Top.User), ("StorageProvider", organization)));
            var offered = JsonSerializer.Deserialize<JsonObject>(await rig.CallAsync(name, "admin/request-storage-vault-providers"))!;
            Assert.Equal(byService.Ok, byApi.Status == 200);
            Assert.Equal(byService.Ok, offered.ContainsKey(organization));
            Assert.True(byService.Ok || (byApi.Status == 403 && byApi.Message == byService.Why));
            return Denies(byService.Plain);
        }

        public async Task<bool> ProfileAsync(string named, Action<JsonObject> change)
        {
            var profile = JsonNode.Parse(await rig.CallAsync(name, "admin/get-user-profile", ("TargetUser", rig.Top.User)))!.AsObject();
            change(profile);
            var byApi = TenantsRig.Envelope(await rig.CallAsync(name, "admin/set-user-profile", ("TargetUser", rig.Top.User), ("ProfileData", profile.ToJsonString())));
            var byService = await rig.Server.Get<SaveProfile>().RunAsync(By, rig.Top.User, profile, null, Ct);
            Assert.Equal(byService.Ok, byApi.Status == 200);
            Assert.True(byService.Ok || (byApi.Status == 403 && byApi.Message == byService.Why && byService.Why.Contains(named, StringComparison.Ordinal)), byApi.Message);
            return Denies(byService.Plain);
        }
    }
}
