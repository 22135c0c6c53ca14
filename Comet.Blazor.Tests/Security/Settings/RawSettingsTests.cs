using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.Settings.Raw;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Settings;

/// <summary>"Edit raw settings" (spec/04 §6, §7): secrets stay hidden and stay kept, nothing unusable is written, nobody is locked out.</summary>
public sealed class RawSettingsTests : IAsyncLifetime
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin", null, "127.0.0.1");
    private TestServer _server = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private RawSettings Raw => _server.Get<RawSettings>();

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Secrets_AreNeverShown_AndUnchangedOnesAreKept_WhereverTheirEntryIsMoved()
    {
        Settings(static root =>
        {
            root["Email"] = new JsonObject { ["SMTPHost"] = "mail", ["SMTPPassword"] = "smtp-secret-1" };
            root["WebhookOptions"] = new JsonObject { ["hook"] = new JsonObject { ["URL"] = "https://me:url-secret-2@example.com/", ["CustomHeaders"] = new JsonObject { ["X-Any"] = "header-secret-3" } } };
            root["PSAConfigs"] = new JsonArray(new JsonObject { ["Name"] = "one", ["Token"] = "token-secret-4" }, new JsonObject { ["Name"] = "two", ["Token"] = "token-secret-5" });
            root["FromTomorrow"] = 7;
        });
        var before = Current();

        var (text, mark) = Read();
        var hash = (string)before["AdminUsers"]![0]!["Password"]!;
        foreach (var secret in new[] { "smtp-secret-1", "url-secret-2", "header-secret-3", "token-secret-4", "token-secret-5", hash })
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }

        Assert.True((await Raw.SaveAsync(Admin, text, mark, null)).Ok);
        Assert.True(JsonNode.DeepEquals(before, Current()));

        var edited = JsonNode.Parse(text)!;
        var (first, second) = (edited["PSAConfigs"]![0]!.DeepClone(), edited["PSAConfigs"]![1]!.DeepClone());
        edited["PSAConfigs"] = new JsonArray(second, first);
        edited["Email"]!["SMTPPassword"] = "new-secret";
        Assert.True((await Raw.SaveAsync(Admin, edited.ToJsonString(), Read().Mark, null)).Ok);
        Assert.Equal(["token-secret-5", "token-secret-4"], Current()["PSAConfigs"]!.AsArray().Select(static p => (string)p!["Token"]!));
        Assert.Equal("new-secret", (string)Current()["Email"]!["SMTPPassword"]!);
        Assert.True(JsonNode.DeepEquals(before, JsonNode.Parse(await File.ReadAllTextAsync(_server.Folder.Sub("cometd.cfg.bak"), Ct))));
    }

    [Theory]
    [InlineData("FromName")] // shown
    [InlineData("SMTPUsername")]
    [InlineData("OtherPassword")] // hidden as well, but another field
    public async Task Mark_InAnotherField_IsRefused(string field)
    {
        Settings(static root => root["Email"] = new JsonObject { ["SMTPPassword"] = "smtp-secret-1" });
        var (text, mark) = Read();
        var edited = JsonNode.Parse(text)!;
        edited["Email"]![field] = edited["Email"]!["SMTPPassword"]!.DeepClone();

        var saved = await Raw.SaveAsync(Admin, edited.ToJsonString(), mark, null);

        Assert.Equal(Refusal.Invalid, saved.Kind);
        Assert.Contains(field, saved.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"a\": 1,\n  \"b\" 2\n}", "line 3")]
    [InlineData("[]", "one JSON object")]
    [InlineData("", "line 1")]
    [InlineData("{\"a\":1,\"a\":2}", "not valid JSON")]
    [InlineData("{\n \"a\": \"x\\ud800\"}", "line 2, character 7: A text holds half")]
    [InlineData("{\"\\udc00\":1}", "line 1, character 2: A text holds half")]
    [InlineData("{\"AdminUsers\":{}}", "AdminUsers must be a list")]
    [InlineData("{\"AdminUsers\":[7]}", "AdminUsers must be a list")]
    [InlineData("{\"AdminUsers\":[{}]}", "needs a Username")]
    [InlineData("{\"AdminUsers\":[{\"Username\":5}]}", "AdminUsers")]
    [InlineData("{\"AdminUsers\":[{\"Username\":\"a\",\"PasswordFormat\":21},{\"Username\":\"a\",\"PasswordFormat\":21}]}", "2 administrators named a")]
    [InlineData("{\"AdminUsers\":[{\"Username\":\"a\",\"PasswordFormat\":21,\"IPWhitelist\":\"(\"}]}", "administrator a")]
    [InlineData("{\"AdminUsers\":[{\"Username\":\"a\",\"PasswordFormat\":0,\"Password\":\"x\"}]}", "at least 8")]
    [InlineData("{\"Email\":\"x\"}", "Email must be an object")]
    [InlineData("{\"Organizations\":{\"o\":1}}", "Organizations must be")]
    [InlineData("{\"ExperimentalOptions\":[1]}", "ExperimentalOptions must be a list of texts")]
    [InlineData("{\"TrustXForwardedFor\":\"yes\"}", "true or false")]
    [InlineData("{\"LoginProtection\":{\"Enabled\":true,\"FailureThreshold\":-1}}", "FailureThreshold")]
    [InlineData("{\"SessionSettings\":{\"ExpiredInSeconds\":-5}}", "ExpiredInSeconds")]
    [InlineData("{\"SessionSettings\":{\"ExpiredInSeconds\":604801}}", "ExpiredInSeconds")]
    [InlineData("{\"AuthenticationRole\":{\"RemoteStorage\":{}}}", "RemoteStorage")]
    public async Task WhatCantBeUsed_IsRefusedWithItsPlace_AndNothingIsWritten(string text, string expected)
    {
        var before = Current();

        var saved = await Raw.SaveAsync(Admin, text, Read().Mark, null);

        Assert.Equal(Refusal.Invalid, saved.Kind);
        Assert.Contains(expected, saved.Why, StringComparison.Ordinal);
        Assert.Equal(saved, Raw.Preview(Admin, text, Read().Mark).Plain);
        Assert.True(JsonNode.DeepEquals(before, Current()));
    }

    [Theory]
    [InlineData("AllowPasswordLogin", "false")]
    [InlineData("OrganizationID", "\"org-1\"")]
    [InlineData("Permissions", "{\"PreventEditServerSettings\":true}")]
    [InlineData("Permissions", "{\"HideCloudStorageBranding\":true}")]
    [InlineData("IPWhitelist", "\"^10[.]\"")]
    [InlineData("Username", "\"somebody-else\"")]
    public async Task WhatLocksTheWriterOrEverybodyOut_IsRefused(string field, string value)
    {
        var (text, mark) = Read();
        var edited = JsonNode.Parse(text)!;
        edited["AdminUsers"]![0]![field] = JsonNode.Parse(value);

        Assert.Equal(Refusal.Conflict, (await Raw.SaveAsync(Admin, edited.ToJsonString(), mark, null)).Kind);

        edited["AdminUsers"] = new JsonArray();
        Assert.Equal(Refusal.Conflict, (await Raw.SaveAsync(Admin, edited.ToJsonString(), mark, null)).Kind);
        Assert.NotNull(_server.Get<AdministratorStore>().Find("admin"));
    }

    [Fact]
    public async Task ChangedMeanwhile_IsAConflict()
    {
        var (text, mark) = Read();
        Settings(static root => root["FromTomorrow"] = 7);

        Assert.Equal(Refusal.Conflict, Raw.Preview(Admin, text, mark).Kind);
        Assert.Equal(Refusal.Conflict, (await Raw.SaveAsync(Admin, text, mark, null)).Kind);
        Assert.Equal(7, (int)Current()["FromTomorrow"]!);
    }

    [Fact]
    public async Task PlainPassword_IsHashedAtOnce_OpensAndEndsSessions_AndNoSecretIsInThePreview()
    {
        await _server.Get<AddAdministrator>().RunAsync(Admin, new NewAdministrator("maria", "long enough 1"), Ct);
        var session = await _server.Get<SessionStore>().StartAsync(SessionOwner.Administrator("maria", null, null, ActorVia.Web), Ct);
        var (text, mark) = Read();
        var edited = JsonNode.Parse(text)!;
        edited["AdminUsers"]![1]!["PasswordFormat"] = 0;
        edited["AdminUsers"]![1]!["Password"] = "very new one 2";

        var preview = Raw.Preview(Admin, edited.ToJsonString(), mark).Value!;
        Assert.Equal([("AdminUsers[1].Password", "changed")], preview.Select(static d => (d.Path, d.Secret!)));
        Assert.True((await Raw.SaveAsync(Admin, edited.ToJsonString(), mark, null)).Ok);

        Assert.True((await _server.Get<AdministratorStore>().VerifyAsync("maria", "very new one 2", Ct)).Ok);
        Assert.DoesNotContain("very new one 2", Current().ToJsonString(), StringComparison.Ordinal);
        Assert.Null(_server.Get<SessionStore>().Find(session));
    }

    [Fact]
    public async Task WithoutTheRight_NothingIsShownOrSaved_AndRestrictionsCantBeLiftedHere()
    {
        var (text, mark) = Read();
        foreach (var by in new[] { Admin with { Limits = new AdministratorPermissions { PreventEditServerSettings = true }.LimitsFor("") }, Admin with { Limits = new AdministratorPermissions().LimitsFor("org-1") }, new Actor(ActorKind.Customer, "admin") })
        {
            Assert.Equal(Refusal.Denied, Raw.Read(by).Kind);
            Assert.Equal(Refusal.Denied, Raw.Preview(by, text, mark).Kind);
            Assert.Equal(Refusal.Denied, (await Raw.SaveAsync(by, text, mark, null)).Kind);
        }

        await _server.Get<AddAdministrator>().RunAsync(Admin, new NewAdministrator("maria", "long enough 1") { Permissions = new() { PreventDeleteStorageVault = true } }, Ct);
        var maria = _server.Get<AdministratorStore>().Find("maria")!.ActAs("127.0.0.1", ActorVia.Web);
        (text, mark) = Read();
        foreach (var change in new Action<JsonNode>[] { static a => a[1]!["Permissions"] = new JsonObject(), static a => a[0]!["RequirePasswordChange"] = true, static a => a.AsArray().Add(new JsonObject { ["Username"] = "eve", ["PasswordFormat"] = 0, ["Password"] = "long enough 1" }) })
        {
            var edited = JsonNode.Parse(text)!;
            change(edited["AdminUsers"]!);
            Assert.Equal(Refusal.Denied, (await Raw.SaveAsync(maria, edited.ToJsonString(), mark, null)).Kind);
        }

        var harmless = JsonNode.Parse(text)!;
        harmless["FromTomorrow"] = 8;
        Assert.True((await Raw.SaveAsync(maria, harmless.ToJsonString(), mark, null)).Ok);
    }

    [Fact]
    public void Shape_FitsTheContract()
    {
        foreach (var (name, (type, _)) in ContractFile.Struct("ServerConfigOptions"))
        {
            JsonNode good = type.StartsWith("[]", StringComparison.Ordinal) ? new JsonArray() : type == "bool" ? JsonValue.Create(true) : new JsonObject();
            Assert.True(SettingsShape.Check(new JsonObject { [name] = good }).Ok, name);
            Assert.False(SettingsShape.Check(new JsonObject { [name] = 5 }).Ok, name);
            Assert.True(SettingsShape.Check(new JsonObject { [name] = null }).Ok, name);
        }
    }

    private (string Json, string Mark) Read()
    {
        var read = Raw.Read(Admin);
        Assert.True(read.Ok, read.Why);
        return (read.Value.Json, read.Value.Mark);
    }

    private JsonObject Current() => _server.Get<SettingsFile>().Read(static root => (JsonObject)root.DeepClone());

    private void Settings(Action<JsonObject> change) => _server.Get<SettingsFile>().Update(root =>
    {
        change(root);
        return true;
    });
}
