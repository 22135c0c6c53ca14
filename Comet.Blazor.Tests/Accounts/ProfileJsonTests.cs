using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Kernel;
using CsCheck;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Profiles as documents: nothing is lost, and the hash sees what it should.</summary>
public sealed class ProfileJsonTests
{
    private static readonly Gen<string> Name = Gen.OneOf(
        Gen.String[Gen.Char['a', 'z'], 1, 6], Gen.String[Gen.Char[' ', '\uD7FF'], 0, 6], Const("Statistics", "Sources", "Description", "EngineProps", "a.b", "🐑"));

    private static readonly Gen<string> Scalar = Gen.OneOf(
        Const("null", "true", "false", "0", "-0", "1.0", "1e3", "123456789012345678901234567890", "1125899906842624", "18446744073709551615", "0.1"),
        Gen.Long.Select(static n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)), Name.Select(static s => JsonSerializer.Serialize(s)));

    private static Gen<string> Const(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void SaveAndLoad_AnyDocument_KeepsEveryFieldAtEveryLevel() => Value(4).Sample(static json =>
    {
        var root = new JsonObject { ["Extra"] = JsonNode.Parse(json), ["Sources"] = new JsonObject { ["i1"] = new JsonObject { ["Unknown"] = JsonNode.Parse(json) } } };
        var saved = ProfileJson.Save(root);
        var again = ProfileJson.Load(saved);
        Assert.True(JsonNode.DeepEquals(root, again));
        Assert.Equal(saved, ProfileJson.Save(again));
    });

    [Fact]
    public void Hash_PropertiesInAnotherOrder_Same() => Value(3).Sample(static json =>
    {
        var root = new JsonObject { ["A"] = JsonNode.Parse(json), ["B"] = 1 };
        var turned = new JsonObject { ["B"] = 1, ["A"] = JsonNode.Parse(json) };
        Assert.Equal(Hash(root), Hash(turned));
    });

    [Fact]
    public void Hash_Statistics_IgnoredWhereTheyAreStatisticsOnly()
    {
        var profile = (JsonObject)JsonNode.Parse("""{"Username":"a","Sources":{"i1":{"Description":"x","EngineProps":{"Statistics":"y"}},"Statistics":{"Description":"z"}},"Destinations":{"v1":{}}}""")!;
        var hash = Hash(profile);
        profile["Sources"]!["i1"]!["Statistics"] = new JsonObject { ["LastStartTime"] = 7 };
        profile["Destinations"]!["v1"]!["Statistics"] = new JsonObject { ["ClientProvidedSize"] = new JsonObject { ["Size"] = 1 } };
        Assert.Equal(hash, Hash(profile));

        // An item or a setting that happens to be called so is part of the profile.
        profile["Sources"]!["i1"]!["EngineProps"]!["Statistics"] = "changed";
        var changed = Hash(profile);
        Assert.NotEqual(hash, changed);
        profile["Sources"]!["Statistics"]!["Description"] = "changed";
        Assert.NotEqual(changed, Hash(profile));
    }

    [Theory]
    [InlineData("Username", "\"b\"")]
    [InlineData("AccountName", "\"\"")]
    [InlineData("Unknown", "null")]
    [InlineData("Emails", "[[]]")]
    public void Hash_AnyOtherChange_Differs(string field, string value)
    {
        var profile = (JsonObject)JsonNode.Parse("""{"Username":"a","Emails":[]}""")!;
        var hash = Hash(profile);
        profile[field] = JsonNode.Parse(value);
        Assert.NotEqual(hash, Hash(profile));
    }

    [Theory]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("{\"a\":1", "not valid JSON")]
    [InlineData("{\"a\":1,\"a\":2}", "not valid JSON")]
    [InlineData("{\"a\":{\"b\":1,\"b\":2}}", "not valid JSON")]
    [InlineData("{\"a\":\"\\ud800\"}", "not valid Unicode")]
    [InlineData("{\"\\udc00\":1}", "not valid Unicode")]
    public void Parse_NotAProfile_RefusedWithAReason(string json, string reason)
    {
        var outcome = ProfileJson.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Equal(Refusal.Invalid, outcome.Kind);
        Assert.Contains(reason, outcome.Why);
    }

    [Fact]
    public void Parse_NestedTooDeep_Refused()
    {
        var deep = "{\"a\":" + string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100)) + "}";
        Assert.Equal(Refusal.Invalid, ProfileJson.Parse(Encoding.UTF8.GetBytes(deep)).Kind);
    }

    [Fact]
    public async Task Store_UnknownFieldsAtEveryLevel_SurviveEveryCommandAndARestart()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        var extras = new[] { "", "Devices/d1/", "Devices/d1/PlatformVersion/", "Sources/i1/", "Sources/i1/EngineProps/", "Destinations/v1/", "Destinations/v1/Statistics/", "Policy/" };
        await all.EditAsync(user.Id, d =>
        {
            foreach (var (map, template) in new[] { (d.Devices, ProfileTemplates.Device()), (d.Items, ProfileTemplates.Item()), (d.Vaults, ProfileTemplates.Vault()) })
            {
                map[map == d.Devices ? "d1" : map == d.Items ? "i1" : "v1"] = template;
            }

            new FileItem("Home", "d1", ["/home"], []).WriteTo(d.Item("i1")!);
            foreach (var path in extras)
            {
                At(d.Root, path)["X-Future"] = "kept";
            }
        });
        await all.Devices.RegisterAsync(user.Id, new("d1", "n", "2", "UTC", new("linux", "arm64", "", "")), Ct);
        await all.Devices.OfferVaultKeyAsync(user.Id, "d1", new("v1", 2, Convert.ToBase64String(new byte[60])), Ct);
        await all.Statistics.RecordAsync(user.Id, "i1", "v1", "{\"StartTime\":5}"u8.ToArray(), 5000, 5, 10, Ct);
        var save = new SaveProtectedItem(all.Store, all.Policies, all.ProfileAudit, all.Clock);
        Assert.True((await all.Store.SaveFileAsync(save, AccountsUnderTest.Admin, "mary", "i1", new FileItem("Home", "d1", ["/srv"], ["*.bak"]), null, Ct)).Ok);
        var document = (await (await all.ReopenAsync()).ReadAsync(user.Id, Ct))!;
        Assert.All(extras, path => Assert.Equal("kept", At(document.Root, path).Text("X-Future")));
        Assert.Equal("/srv", document.Item("i1")!.Map("EngineProps").Text("INCLUDE0"));
    }

    private static JsonObject At(JsonObject root, string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, static (at, name) => at.MapForWrite(name));

    private static string Hash(JsonObject root)
    {
        using var document = JsonDocument.Parse(ProfileJson.Save(root));
        return ProfileJson.Hash(document.RootElement);
    }

    private static Gen<string> Value(int depth) => depth == 0 ? Scalar : Gen.OneOf(
        Scalar,
        Value(depth - 1).Array[0, 3].Select(static a => "[" + string.Join(",", a) + "]"),
        Gen.Dictionary(Name, Value(depth - 1))[0, 4].Select(static d => "{" + string.Join(",", d.Select(static p => JsonSerializer.Serialize(p.Key) + ":" + p.Value)) + "}"));
}
