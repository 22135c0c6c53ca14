using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Tests.Accounts;

public sealed class VaultCommandTests
{
    private static readonly Actor Admin = AccountsUnderTest.Admin;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<int> AllTypes => [.. VaultTypes.All];

    [Theory]
    [MemberData(nameof(AllTypes))]
    public async Task Save_NewVaultOfEachType_IsInTheProfileAsTheContractWantsIt_OrRefusedWithTheReason(int type)
    {
        await using var all = await OpenAsync();
        var draft = Filled(type);

        var saved = await Save(all).RunAsync(Admin, "mary", null, draft, null, Ct);

        if (VaultTypes.Reason(type) is { } reason)
        {
            Assert.Equal((Refusal.Unsupported, reason), (saved.Kind, saved.Why));
            return;
        }

        Assert.True(saved.Ok, saved.Why);
        var vault = await VaultAsync(all, saved.Value);
        Assert.True(ProfileShape.Check((await ProfileAsync(all)).Root).Ok);
        Assert.Equal((type, "Mine", 7_000_000), (vault.Number("DestinationType"), vault.Text("Description"), vault.Number("StorageLimitBytes")));
        Assert.Equal(all.Clock.UnixNow(), vault.Number("CreateTime"));
        Assert.Equal(draft.Retention, RetentionPolicy.Read(vault.Map("DefaultRetention")));
        foreach (var field in VaultFields.Of(type).Where(static f => f.Kind is VaultFieldKind.Secret))
        {
            var at = field.Path.Split('.') is [var outer, var inner] ? vault.Map(outer).Text(inner) : vault.Text(field.Path);
            Assert.Equal("s3cret value", at);
        }
    }

    [Fact]
    public async Task Edit_SecretNotNamed_Stays_UnknownFieldsToo()
    {
        await using var all = await OpenAsync();
        var id = (await Save(all).RunAsync(Admin, "mary", null, Filled(VaultTypes.S3), null, Ct)).Value!;
        await all.EditAsync(all.Store.EntryByName("mary")!.Id, d => d.Vault(id)!["Newer"] = new JsonObject { ["a"] = 1 });

        var draft = VaultDraft.From(await VaultAsync(all, id));
        Assert.DoesNotContain(draft.Fields, static f => f.Value == "s3cret value");
        Assert.Contains("S3SecretKey", draft.KnownSecrets);
        Assert.True((await Save(all).RunAsync(Admin, "mary", id, draft with { Description = "Renamed", Limit = null, Devices = ["d1"], Rebrand = true }, null, Ct)).Ok);

        var vault = await VaultAsync(all, id);
        Assert.Equal(("Renamed", "s3cret value", false, true, 1), (vault.Text("Description"), vault.Text("S3SecretKey"), vault.Flag("StorageLimitEnabled"), vault.Flag("RebrandStorage"), vault.Map("Newer").Number("a")));
        Assert.Equal(["d1"], vault.Texts("AssociatedDevices"));
    }

    [Theory]
    [InlineData("S3SecretKey", "", "Secret key is missing.")]
    [InlineData("S3BucketName", " ", "Bucket is missing.")]
    [InlineData("S3ObjectLockDays", "-1", "must be a whole number")]
    [InlineData("S3ObjectLockMode", "7", "must be one of")]
    [InlineData("S3Server", "a\nb", "control character")]
    public async Task Edit_WrongField_IsNamed(string field, string value, string expected)
    {
        await using var all = await OpenAsync();
        var draft = Filled(VaultTypes.S3);

        var saved = await Save(all).RunAsync(Admin, "mary", null, draft with { Fields = draft.Fields.SetItem(field, value) }, null, Ct);

        Assert.Equal(Refusal.Invalid, saved.Kind);
        Assert.Contains(expected, saved.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_ThingsThatMustNotBe_AreRefusedWithoutAChange()
    {
        await using var all = await OpenAsync();
        var draft = Filled(VaultTypes.Local);
        var id = (await Save(all).RunAsync(Admin, "mary", null, draft, null, Ct)).Value!;
        var hash = all.Store.EntryByName("mary")!.Hash;

        Assert.Contains("name", (await Save(all).RunAsync(Admin, "mary", null, draft with { Description = " " }, null, Ct)).Why, StringComparison.Ordinal);
        Assert.Contains("absolute", (await Save(all).RunAsync(Admin, "mary", id, draft with { Fields = draft.Fields.SetItem("LocalcopyPath", "backup") }, null, Ct)).Why, StringComparison.Ordinal);
        Assert.Contains("ERR_UNKNOWN_DEVICE", (await Save(all).RunAsync(Admin, "mary", id, draft with { Devices = ["elsewhere"] }, null, Ct)).Why, StringComparison.Ordinal);
        Assert.Contains("at least one rule", (await Save(all).RunAsync(Admin, "mary", id, draft with { Retention = RetentionPolicy.Except() }, null, Ct)).Why, StringComparison.Ordinal);
        Assert.Contains("type", (await Save(all).RunAsync(Admin, "mary", id, Filled(VaultTypes.S3), null, Ct)).Why, StringComparison.Ordinal);
        Assert.Equal(Refusal.Invalid, (await Save(all).RunAsync(Admin, "mary", id, draft with { Limit = 0 }, null, Ct)).Kind);
        Assert.Equal(Refusal.Conflict, (await Save(all).RunAsync(Admin, "mary", id, draft, "old", Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await Save(all).RunAsync(Admin, "mary", "gone", draft, null, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await Save(all).RunAsync(Admin, "joe", id, draft, null, Ct)).Kind);
        Assert.Equal(hash, all.Store.EntryByName("mary")!.Hash);
    }

    [Fact]
    public async Task Rights_EachOfThem_TakesAwayWhatItSays()
    {
        await using var all = await OpenAsync();
        var id = (await Save(all).RunAsync(Admin, "mary", null, Filled(VaultTypes.Local), null, Ct)).Value!;
        var draft = VaultDraft.From(await VaultAsync(all, id));
        var moved = draft with { Fields = draft.Fields.SetItem("LocalcopyPath", "/elsewhere") };
        Actor Without(Right right) => Admin with { Limits = new ActorLimits { Denied = [right] } };

        Assert.Equal(Refusal.Denied, (await Save(all).RunAsync(Without(Right.VaultAddByHand), "mary", null, draft, null, Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await Save(all).RunAsync(Without(Right.AccountsManage), "mary", id, draft, null, Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await Save(all).RunAsync(Without(Right.VaultDelete), "mary", id, moved, null, Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await Save(all).RunAsync(Admin with { Limits = new ActorLimits { Providers = [VaultTypes.S3] } }, "mary", null, draft, null, Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await Delete(all).RunAsync(Without(Right.VaultDelete), "mary", id, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await Delete(all).RunAsync(Admin with { OrganizationId = "other" }, "mary", id, Ct)).Kind);
        Assert.True((await Save(all).RunAsync(Without(Right.VaultDelete), "mary", id, draft with { Description = "Other words" }, null, Ct)).Ok);
        Assert.True((await Save(all).RunAsync(Admin, "mary", id, moved, null, Ct)).Ok);
    }

    [Fact]
    public async Task Policy_EnforcedRetention_ReplacesTheVaults_AdministratorsRestrictionDoesNot()
    {
        await using var all = await OpenAsync();
        await all.EditAsync(all.Store.EntryByName("mary")!.Id, static d =>
        {
            d.Root["PolicyID"] = "p";
            d.Root["Policy"] = JsonNode.Parse("""{"EnforceStorageVaultRetention": true, "DefaultStorageVaultRetention": {"Mode": 802, "Ranges": [{"Type": 900, "Jobs": 3}]}, "PreventAddCustomStorageVault": true}""");
        });

        var saved = await Save(all).RunAsync(Admin, "mary", null, Filled(VaultTypes.Local), null, Ct);

        Assert.True(saved.Ok, saved.Why); // spec/01 §4.2: a policy never stops an administrator's call
        Assert.Equal(3, Assert.Single(RetentionPolicy.Read((await VaultAsync(all, saved.Value)).Map("DefaultRetention")).Ranges).Jobs);
    }

    [Fact]
    public async Task Delete_Vault_TakesItsRulesAndOverridesWithIt_AndIsOnRecord()
    {
        await using var all = await OpenAsync();
        var id = (await Save(all).RunAsync(Admin, "mary", null, Filled(VaultTypes.Local), null, Ct)).Value!;
        await all.EditAsync(all.Store.EntryByName("mary")!.Id, d =>
        {
            d.Items["i1"] = new JsonObject
            {
                ["Description"] = "Docs", ["OverrideDestinationRetention"] = new JsonObject { [id] = new JsonObject { ["Mode"] = 801 }, ["other"] = new JsonObject { ["Mode"] = 801 } },
            };
            d.Rules["r1"] = new JsonObject { ["Source"] = "i1", ["Destination"] = id };
            d.Rules["r2"] = new JsonObject { ["Source"] = "i1", ["Destination"] = "other" };
        });

        var gone = await Delete(all).RunAsync(Admin, "mary", id, Ct);

        Assert.Equal(1, gone.Value);
        var profile = await ProfileAsync(all);
        Assert.Null(profile.Vault(id));
        Assert.Equal(["r2"], profile.Rules.Select(static r => r.Key));
        Assert.Equal(["other"], profile.Item("i1")!.Map("OverrideDestinationRetention").Select(static o => o.Key));
        Assert.Equal(Refusal.Missing, (await Delete(all).RunAsync(Admin, "mary", id, Ct)).Kind);
    }

    private static SaveVault Save(AccountsUnderTest all) => new(all.Store, all.ProfileAudit, all.Clock);

    private static DeleteVault Delete(AccountsUnderTest all) => new(all.Store, all.ProfileAudit);

    private static VaultDraft Filled(int type) => VaultDraft.New(type, RetentionPolicy.Except(new RetentionRange(900) { Jobs = 30 })) with
    {
        Description = "Mine",
        Limit = 7_000_000,
        Fields = VaultDraft.New(type, RetentionPolicy.KeepEverything).Fields.SetItems(VaultFields.Of(type).Where(static f => f.Required || f.IsSecret).Select(static f => KeyValuePair.Create(
            f.Path, f.IsSecret ? "s3cret value" : f.Path switch { "CometServer" => "https://storage.example.com", "LocalcopyPath" => "/mnt/backup", _ => "value" }))),
    };

    private static async Task<AccountDocument> ProfileAsync(AccountsUnderTest all) => (await all.Store.ReadAsync(all.Store.EntryByName("mary")!.Id, Ct))!;

    private static async Task<JsonObject> VaultAsync(AccountsUnderTest all, string id) => (await ProfileAsync(all)).Vault(id)!;

    private static async Task<AccountsUnderTest> OpenAsync()
    {
        var all = await AccountsUnderTest.OpenAsync();
        var mary = await all.UserAsync();
        var device = new DeviceReport("d1", "Laptop", "0.1.0", "Europe/Amsterdam", new OsInfo("linux", "amd64", "Debian", "6"));
        Assert.True((await all.Devices.RegisterAsync(mary.Id, device, Ct)).Ok);
        return all;
    }
}
