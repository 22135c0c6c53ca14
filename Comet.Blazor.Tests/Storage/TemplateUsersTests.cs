using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Features.Storage.Templates;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Storage;

/// <summary>Users who name a Storage Template for their new devices, while templates come and go (spec/03 §2).</summary>
public sealed class TemplateUsersTests
{
    private const string Here = "http://127.0.0.1:1/";
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Set_WithAReplacement_MovesUsersOfRemovedTemplatesAlone()
    {
        await using var server = await TestServer.StartAsync();
        await SaveAsync(server, Comet("a"), Comet("b"), Comet("c"));
        await UserAsync(server, "anna", "a");
        await UserAsync(server, "bert", "b");
        await UserAsync(server, "carl", "");
        await UserAsync(server, "dora", "long-gone");
        Assert.Equal(new Dictionary<string, int> { ["a"] = 1, ["b"] = 1, ["long-gone"] = 1 }, server.Get<IAutoVaults>().Counts(Admin));

        var answer = await CallAsync(server, new JsonArray(Comet("b"), Comet("c")), "c");

        Assert.Equal(200, (int)answer["Status"]!);
        Assert.Equal(("c", "b", "", "c"), (Named(server, "anna"), Named(server, "bert"), Named(server, "carl"), Named(server, "dora")));
        Assert.Equal("c", (await server.Get<AccountStore>().ReadAsync(server.Get<AccountStore>().EntryByName("anna")!.Id, Ct))!.Root.Text("AutoStorageTemplateGUID"));
        Assert.Equal(200, (int)(await CallAsync(server, new JsonArray(Comet("b"), Comet("c")), "c"))["Status"]!); // again does no harm
    }

    [Fact]
    public async Task Set_WithAReplacementThatCantBe_ChangesNothing()
    {
        await using var server = await TestServer.StartAsync();
        await SaveAsync(server, Comet("a"));
        await UserAsync(server, "anna", "a");
        var imported = new JsonObject { ["ID"] = "w", ["Type"] = "ldap", ["Description"] = "People" };

        var unknown = await CallAsync(server, new JsonArray(Comet("b")), "nowhere");
        var unfit = await CallAsync(server, new JsonArray(Comet("b"), imported), "w");
        var reader = Admin with { Limits = new ActorLimits { Denied = [Right.AccountsManage] } };
        var denied = await server.Get<SaveStorageTemplates>().RunAsync(reader, new JsonArray(Comet("b")), Here, replacement: "b");

        Assert.Equal((400, true), ((int)unknown["Status"]!, ((string)unknown["Message"]!).Contains("ReplacementAutoVaultID", StringComparison.Ordinal)));
        Assert.Equal(400, (int)unfit["Status"]!);
        Assert.Equal(Refusal.Denied, denied.Kind);
        Assert.Equal("a", Named(server, "anna"));
        Assert.Equal("a", (string)server.Get<ReadStorageTemplates>().Run(Admin).Value![0]!["ID"]!);
    }

    [Fact]
    public async Task List_DefaultTemplate_ComesFirst()
    {
        await using var server = await TestServer.StartAsync();
        var last = Comet("z");
        last["Default"] = true;
        await SaveAsync(server, Comet("a"), last);

        Assert.Equal(["z", "a"], server.Get<IStorageTemplates>().List(Actor.Server, "").Value!.Select(static t => t.Id));
    }

    [Fact]
    public async Task TemplateOfAnotherServer_MakesItsBucketsThere_AndTakesThemBack()
    {
        await using var other = await TestServer.StartAsync();
        await using var server = await TestServer.StartAsync();
        JsonObject There(string password, string address) => new()
        {
            ["ID"] = "there", ["Type"] = "comet", ["Description"] = "Other", ["RemoteAddress"] = address, ["Username"] = "admin", ["Password"] = password, ["StorageLimitEnabled"] = true, ["StorageLimitBytes"] = 1000,
        };
        var test = server.Get<TestStorageTemplate>();

        var works = await test.RunAsync(Admin, There("admin", other.Address), server.Address, Ct);
        var wrong = await test.RunAsync(Admin, There("wrong", other.Address), server.Address, Ct);
        var nobody = await test.RunAsync(Admin, There("admin", "http://127.0.0.1:9/"), server.Address, Ct);
        var noServer = await test.RunAsync(Admin, There("admin", other.Address + "storage/"), server.Address, Ct);

        Assert.True(works.Ok, works.Why);
        Assert.Equal((Refusal.DeviceRefused, true), (wrong.Kind, wrong.Why.Contains("refused: ", StringComparison.Ordinal)));
        Assert.Equal((Refusal.DeviceRefused, true), (nobody.Kind, nobody.Why.Contains("can't be reached", StringComparison.Ordinal)));
        Assert.Equal((Refusal.DeviceRefused, true), (noServer.Kind, noServer.Why.Contains("no Comet server", StringComparison.Ordinal)));
        Assert.Empty(other.Get<BucketStore>().All);

        await SaveAsync(server, There("admin", other.Address));
        Assert.DoesNotContain("\"Password\":\"admin\"", (await CallAsync(server, "admin/meta/remote-storage-vault/get")).ToJsonString(), StringComparison.Ordinal);
        var storage = await server.Get<StorageTemplates>().ProvisionAsync(Actor.Server, "", "there", server.Address, Ct);
        Assert.True(storage.Ok, storage.Why);
        Assert.Equal((other.Address.TrimEnd('/') + "/", Assert.Single(other.Get<BucketStore>().All).Id, 1000), (storage.Value.Address, storage.Value.Bucket, storage.Value.LimitBytes));
        Assert.True(BucketSecret.Verify(storage.Value.BucketKey, Assert.Single(other.Get<BucketStore>().All).Document.ReadWriteKey));
        await server.Get<StorageTemplates>().UndoAsync(Actor.Server, storage.Value, Ct);
        Assert.Empty(other.Get<BucketStore>().All);
        Assert.Empty(server.Get<BucketStore>().All);
    }

    [Fact]
    public async Task RegisterBucket_RandomNamedOrByHash_DeleteBucket_TakesItAway()
    {
        await using var server = await TestServer.StartAsync();
        const string register = "admin/storage/register-bucket";
        var hash = BucketSecret.Hash("the caller's own");

        var random = await CallAsync(server, register);
        var named = await CallAsync(server, register, ("SetBucketValue", "mine"), ("SetKeyHashFormat", "101"), ("SetKeyHashValue", hash));
        var again = await CallAsync(server, register, ("SetBucketValue", "mine"), ("SetKeyHashFormat", "101"), ("SetKeyHashValue", hash));
        var taken = await CallAsync(server, register, ("SetBucketValue", "mine"));
        var format = await CallAsync(server, register, ("SetKeyHashFormat", "0"), ("SetKeyHashValue", "clear text"));
        var noHash = await CallAsync(server, register, ("SetKeyHashFormat", "101"), ("SetKeyHashValue", "pbkdf2-sha512$2000000000$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        var path = await CallAsync(server, register, ("SetBucketValue", "../up"));

        Assert.Equal((200, 200, 200, 409, 501, 400, 400), (Status(random), Status(named), Status(again), Status(taken), Status(format), Status(noHash), Status(path)));
        Assert.True(BucketSecret.Verify((string)random["NewBucketKey"]!, server.Get<BucketStore>().Find((string)random["NewBucketID"]!)!.Document.ReadWriteKey));
        Assert.Equal(("mine", ""), ((string)named["NewBucketID"]!, (string)named["NewBucketKey"]!));
        Assert.True(BucketSecret.Verify("the caller's own", server.Get<BucketStore>().Find("mine")!.Document.ReadWriteKey));

        var folder = server.Get<BucketStore>().PathOf("mine");
        Assert.True(Directory.Exists(folder));
        Assert.Equal((200, 404), (Status(await CallAsync(server, "admin/storage/delete-bucket", ("BucketID", "mine"))), Status(await CallAsync(server, "admin/storage/delete-bucket", ("BucketID", "mine")))));
        Assert.False(Directory.Exists(folder));
    }

    private static int Status(JsonNode answer) => (int)answer["Status"]!;

    private static JsonObject Comet(string id) => new() { ["ID"] = id, ["Type"] = "comet", ["Description"] = $"Template {id}" };

    private static string Named(TestServer server, string user) => server.Get<AccountStore>().EntryByName(user)!.AutoTemplate;

    private static async Task SaveAsync(TestServer server, params JsonNode[] templates)
    {
        var saved = await server.Get<SaveStorageTemplates>().RunAsync(Admin, new JsonArray(templates), server.Address);
        Assert.True(saved.Ok, saved.Why);
    }

    private static async Task UserAsync(TestServer server, string name, string template)
    {
        var added = await server.Get<AddUser>().RunAsync(Admin, new NewUser(name, "correct horse"), Ct);
        Assert.True(added.Ok, added.Why);
        Assert.True((await server.Get<AccountStore>().ChangeAsync(added.Value.Id, null, d => { d.Root["AutoStorageTemplateGUID"] = template; return Outcome.Done; }, tellDevices: false, Ct)).Ok);
    }

    private static Task<JsonNode> CallAsync(TestServer server, JsonArray templates, string replacement) =>
        CallAsync(server, "admin/meta/remote-storage-vault/set", ("RemoteStorageOptions", templates.ToJsonString()), ("ReplacementAutoVaultID", replacement));

    private static async Task<JsonNode> CallAsync(TestServer server, string path, params (string Name, string Value)[] fields)
    {
        using var response = await server.Client.PostAsync(
            "api/v1/" + path, new FormUrlEncodedContent([new("Username", "admin"), new("AuthType", "Password"), new("Password", "admin"), .. fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))]), Ct);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }
}
