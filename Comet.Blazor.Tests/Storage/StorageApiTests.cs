using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Storage;

/// <summary>The storage calls of the HTTP API, by their shape in the contract.</summary>
public sealed class StorageApiTests(StorageServer shared) : IClassFixture<StorageServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListBuckets_NamesAndTypesOfTheContractAndNoKey()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, new NewBucket { Id = "Second", OrganizationId = "tenant", AppendOnly = true, LimitBytes = 9_999_999 });
        await using var other = await StorageLab.OnAsync(shared.Server);
        await lab.StoreAsync("data", StorageLab.Bytes(123_456));
        await shared.Server.Get<BucketSizes>().MeasureAsync(lab.Live, Ct);
        await lab.StoreAsync("data", StorageLab.Bytes(44));

        var answer = await CallAsync("admin/storage/list-buckets");

        Assert.Empty(ContractFile.Differences(JsonSerializer.SerializeToElement(answer), "map[string]BucketProperties"));
        Assert.Contains(other.Bucket.Id, answer.AsObject().Select(static p => p.Key));
        var bucket = answer["Second"]!;
        Assert.Equal("tenant", (string)bucket["OrganizationID"]!);
        Assert.InRange((long)bucket["CreateTime"]!, 1_700_000_000, 5_000_000_000);
        Assert.NotEqual(0, (int)bucket["ReadWriteKeyFormat"]!); // 0 means clear text
        Assert.DoesNotContain(lab.Bucket.Key, answer.ToJsonString());
        Assert.Equal(123_500, (long)bucket["Size"]!["Size"]!);
        Assert.InRange((long)bucket["Size"]!["MeasureStarted"]!, (long)bucket["CreateTime"]!, 5_000_000_000);
        Assert.InRange((long)bucket["Size"]!["MeasureCompleted"]!, (long)bucket["Size"]!["MeasureStarted"]!, 5_000_000_000);
    }

    [Fact]
    public async Task Providers_FreshServer_ThisServerByItsId()
    {
        var answer = (await CallAsync("admin/request-storage-vault-providers")).AsObject();

        Assert.Empty(ContractFile.Differences(JsonSerializer.SerializeToElement(answer), "map[string]string"));
        var (id, description) = Assert.Single(answer);
        Assert.True(Guid.TryParse(id, out _));
        Assert.Equal("This server", (string)description!);
    }

    [Fact]
    public async Task Providers_OfAnOrganization_AreItsOwn()
    {
        shared.Server.Get<SettingsFile>().Update(static root => root["Organizations"] = new JsonObject
        {
            ["tenant"] = new JsonObject { ["RemoteStorage"] = new JsonArray(new JsonObject { ["ID"] = "t-1", ["Type"] = "comet", ["Description"] = "Tenant's own" }) },
        });

        Assert.Equal("""{"t-1":"Tenant's own"}""", Plain(await CallAsync("admin/request-storage-vault-providers", ("TargetOrganization", "tenant"))));
        Assert.Equal(404, (int)(await CallAsync("admin/request-storage-vault-providers", ("TargetOrganization", "no such")))["Status"]!);
        Assert.Equal("This server", (string)Assert.Single((await CallAsync("admin/request-storage-vault-providers", ("TargetOrganization", ""))).AsObject()).Value!);
    }

    [Theory]
    [InlineData("admin/storage/list-buckets")]
    [InlineData("admin/request-storage-vault-providers")]
    public async Task Call_WithoutCredentials_401AndNoData(string path)
    {
        using var response = await shared.Server.Client.PostAsync("api/v1/" + path, new FormUrlEncodedContent([]), Ct);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!.AsObject();

        Assert.Equal(200, (int)response.StatusCode);
        Assert.InRange((int)answer["Status"]!, 400, 401);
        Assert.Equal(2, answer.Count);
    }

    [Fact]
    public async Task Template_MakesABucketThatItsKeyOpens_AndTakesItBack()
    {
        var templates = shared.Server.Get<StorageTemplates>();
        var id = templates.List(Actor.Server, "").Value!.Single().Id;
        var before = shared.Server.Get<BucketStore>().All.Count;

        var made = await templates.ProvisionAsync(Actor.Server, "", id, shared.Server.Address, Ct);
        Assert.True(made.Ok, made.Why);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = StorageLab.Basic(made.Value.Bucket, made.Value.BucketKey);
        using var created = await client.PostAsync($"{made.Value.Address}storage/{made.Value.Bucket}/?create=true", null, Ct);
        await templates.UndoAsync(Actor.Server, made.Value, Ct);
        using var gone = await client.GetAsync($"{made.Value.Address}storage/{made.Value.Bucket}/data/", Ct);

        Assert.Equal((1003, "This server"), (made.Value.Type, made.Value.Description));
        Assert.Equal([200, 401], [(int)created.StatusCode, (int)gone.StatusCode]);
        Assert.Equal(before, shared.Server.Get<BucketStore>().All.Count);
        Assert.False(Directory.Exists(shared.Server.Get<BucketStore>().PathOf(made.Value.Bucket)));
        Assert.Equal(Refusal.Missing, (await templates.ProvisionAsync(Actor.Server, "", "no such", shared.Server.Address, Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await templates.ProvisionAsync(new Actor(ActorKind.Customer, "mary"), "", id, shared.Server.Address, Ct)).Kind);
    }

    [Fact]
    public async Task Template_WithOptions_BucketsHaveThem()
    {
        await using var server = await TestServer.StartAsync();
        server.Get<SettingsFile>().Update(static root =>
        {
            var template = root["AuthenticationRole"]!["RemoteStorage"]![0]!;
            (template["AppendOnly"], template["Sync"], template["StorageLimitEnabled"], template["StorageLimitBytes"]) = (true, "file", true, 5000);
            return true;
        });
        var templates = server.Get<StorageTemplates>();

        var made = await templates.ProvisionAsync(Actor.Server, "", templates.List(Actor.Server, "").Value!.Single().Id, server.Address, Ct);

        Assert.True(made.Ok, made.Why);
        var bucket = server.Get<BucketStore>().Find(made.Value.Bucket)!.Document;
        Assert.Equal((true, SyncPolicy.File, 5000L), (bucket.AppendOnly, bucket.Sync, bucket.LimitBytes));
        Assert.Equal(5000, made.Value.LimitBytes);
    }

    private static string Plain(JsonNode node) => node.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private async Task<JsonNode> CallAsync(string path, params (string Name, string Value)[] fields)
    {
        (string Name, string Value)[] all = [("Username", "admin"), ("AuthType", "Password"), ("Password", "admin"), .. fields];
        using var response = await shared.Server.Client.PostAsync("api/v1/" + path, new FormUrlEncodedContent(all.Select(static f => KeyValuePair.Create(f.Name, f.Value))), Ct);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }
}
