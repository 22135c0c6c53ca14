using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Features.Storage.Templates;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Secrets;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Storage;

/// <summary>Storage Templates: what may be saved, how secrets are kept, and what is made from them.</summary>
public sealed class StorageTemplateTests
{
    private const string Here = "http://127.0.0.1:1/";
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_S3Template_SealsItsSecret_MakesFoldersOfTheirOwn()
    {
        await using var server = await TestServer.StartAsync();
        var saved = await server.Get<SaveStorageTemplates>().RunAsync(Admin, new JsonArray(S3("https://s3.example.com:9000")), Here);
        Assert.True(saved.Ok, saved.Why);
        Assert.DoesNotContain("s3cret", server.Get<SettingsFile>().Read(static root => root["AuthenticationRole"]!.ToJsonString()), StringComparison.Ordinal);

        var shown = server.Get<ReadStorageTemplates>().Run(Admin).Value!;
        Assert.Equal(Obscured.Text, (string)shown[0]!["S3"]!["SecretKey"]!);
        var id = (string)shown[0]!["ID"]!;
        var one = await server.Get<StorageTemplates>().ProvisionAsync(Actor.Server, "", id, Here, Ct);
        var two = await server.Get<StorageTemplates>().ProvisionAsync(Actor.Server, "", id, Here, Ct);

        Assert.Equal((VaultTypes.S3, 5_000_000, true), (one.Value!.Type, one.Value.LimitBytes, one.Value.Rebrand));
        Assert.Equal(
            ("s3.example.com:9000", true, "key", "s3cret", "backups", "eu-1"),
            ((string)one.Value.Location!["S3Server"]!, (bool)one.Value.Location["S3UsesTLS"]!, (string)one.Value.Location["S3AccessKey"]!, (string)one.Value.Location["S3SecretKey"]!,
                (string)one.Value.Location["S3BucketName"]!, (string)one.Value.Location["S3CustomRegion"]!));
        Assert.Null(VaultLocations.Reason(VaultTypes.S3, f => one.Value.Location[f]?.ToString() ?? "")); // devices take what templates make
        Assert.StartsWith("users/", (string)one.Value.Location["S3Subdir"]!, StringComparison.Ordinal);
        Assert.NotEqual((string)one.Value.Location["S3Subdir"]!, (string)two.Value!.Location!["S3Subdir"]!);
    }

    [Fact]
    public async Task Save_MaskedSecret_StaysWhereItWent_AndGoesNowhereElse()
    {
        await using var server = await TestServer.StartAsync();
        var save = server.Get<SaveStorageTemplates>();
        Assert.True((await save.RunAsync(Admin, new JsonArray(S3("https://s3.example.com")), Here)).Ok);
        var shown = server.Get<ReadStorageTemplates>().Run(Admin).Value!;

        shown[0]!["Description"] = "Renamed";
        Assert.True((await save.RunAsync(Admin, (JsonArray)shown.DeepClone(), Here)).Ok);
        Assert.Equal("s3cret", server.Get<StoredTemplates>().Find([""], (string)shown[0]!["ID"]!)!.Map("S3").Text("SecretKey"));
        shown[0]!["S3"]!["S3Endpoint"] = "https://elsewhere.example.com";
        var moved = await save.RunAsync(Admin, shown, Here);

        Assert.Equal(Refusal.Invalid, moved.Kind);
        Assert.Contains("The address of the template Renamed is another one: type S3.", moved.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Type":"b2","Description":"B2"}""", Refusal.Unsupported, "type s3")]
    [InlineData("""{"Type":"nonsense","Description":"X"}""", Refusal.Unsupported, "is no type")]
    [InlineData("""{"Type":"comet","Description":"Other","RemoteAddress":"https://other.example.com/"}""", Refusal.Invalid, "name of the administrator")]
    [InlineData("""{"Type":"comet","Description":"Other","RemoteAddress":"https://","Username":"a","Password":"b"}""", Refusal.Invalid, "must begin with https://")]
    [InlineData("""{"Type":"comet","Description":"Other","RemoteAddress":"https://a:b@other.example.com/","Username":"a","Password":"b"}""", Refusal.Invalid, "must begin with https://")]
    [InlineData("""{"Type":"localcopy","Description":"Folder"}""", Refusal.Unsupported, "by hand")]
    [InlineData("""{"Type":"s3","Description":"S","S3":{"S3Endpoint":"s3.example.com","UseObjectLock":true}}""", Refusal.Unsupported, "Object Lock")]
    [InlineData("""{"Type":"comet","Description":" "}""", Refusal.Invalid, "description")]
    [InlineData("""{"Type":"comet","Description":"Q","StorageLimitEnabled":true}""", Refusal.Invalid, "at least 1 byte")]
    [InlineData("""{"Type":"s3","Description":"S","S3":{"S3Endpoint":"s3.example.com"}}""", Refusal.Invalid, "S3.MasterBucket is missing")]
    [InlineData("""{"Type":"s3","Description":"S","S3":{"IAMEndpoint":"iam.example.com"}}""", Refusal.Unsupported, "IAM")]
    public async Task Save_TemplateThatCantWork_IsRefusedWithTheReason(string template, Refusal kind, string expected)
    {
        await using var server = await TestServer.StartAsync();

        var saved = await server.Get<SaveStorageTemplates>().RunAsync(Admin, new JsonArray(JsonNode.Parse(template)), Here);
        var tested = await server.Get<TestStorageTemplate>().RunAsync(Admin, (JsonObject)JsonNode.Parse(template)!, Here, Ct);

        Assert.Equal(kind, saved.Kind);
        Assert.Contains(expected, saved.Why, StringComparison.Ordinal);
        Assert.Equal(kind, tested.Kind);
        Assert.Equal("This server", (string)Assert.Single(server.Get<ReadStorageTemplates>().Run(Admin).Value!)!["Description"]!);
    }

    [Fact]
    public async Task Save_ImportedTemplateOfAnotherType_MayStay()
    {
        await using var server = await TestServer.StartAsync();
        server.Get<SettingsFile>().Update(static root =>
        {
            ((JsonArray)root["AuthenticationRole"]!["RemoteStorage"]!).Add((JsonNode)new JsonObject { ["ID"] = "old", ["Type"] = "wasabi", ["Description"] = "Imported" });
            return true;
        });

        var shown = server.Get<ReadStorageTemplates>().Run(Admin).Value!;
        Assert.True((await server.Get<SaveStorageTemplates>().RunAsync(Admin, shown, Here)).Ok);
        var made = await server.Get<StorageTemplates>().ProvisionAsync(Actor.Server, "", "old", Here, Ct);

        Assert.Equal(Refusal.Unsupported, made.Kind);
        Assert.Contains("Use a template of type s3", made.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheRight_NothingIsToldOrChanged()
    {
        await using var server = await TestServer.StartAsync();
        var by = Admin with { Limits = new ActorLimits { Denied = [Right.StorageTemplatesEdit] } };

        Assert.Equal(Refusal.Denied, server.Get<ReadStorageTemplates>().Run(by).Kind);
        Assert.Equal(Refusal.Denied, (await server.Get<SaveStorageTemplates>().RunAsync(by, [], Here)).Kind);
        Assert.Equal(Refusal.Denied, (await server.Get<TestStorageTemplate>().RunAsync(by, [], Here, Ct)).Kind);
    }

    private static JsonObject S3(string endpoint) => new()
    {
        ["Type"] = "s3", ["Description"] = "Cloud", ["StorageLimitEnabled"] = true, ["StorageLimitBytes"] = 5_000_000, ["RebrandStorage"] = true,
        ["S3"] = new JsonObject { ["S3Endpoint"] = endpoint, ["MasterBucket"] = "backups", ["AccessKey"] = "key", ["SecretKey"] = "s3cret", ["Prefix"] = "users/", ["Region"] = "eu-1" },
    };
}
