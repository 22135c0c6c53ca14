using System.Text.Json.Nodes;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.WebAuthn;

namespace Comet.Blazor.Tests.Api.Account;

/// <summary>An administrator's own account and the list of administrators, by API (spec/04 §3, §5).</summary>
public sealed class OwnAccountApiTests
{
    private static readonly (string, string)[] Admin = ApiRig.Password("admin", "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Properties_HaveTheContractsShape_AndNoSecrets()
    {
        await using var api = await ApiRig.StartAsync();
        var secret = await api.EnrolAsync();
        api.Edit("admin", static one => one with { Keys = [new SecurityKey { Id = [1, 2, 3], Description = "Blue", Credential = new() { PublicKey = [4], Aaguid = new byte[16] } }] });
        var record = api.Administrators.Find("admin")!;
        var properties = await api.ShapeAsync("AdminAccountPropertiesResponse", "admin/account/properties", Admin);
        Assert.Equal("********", (string)properties["Security"]!["Password"]!);
        Assert.Equal("********", (string)properties["Security"]!["TOTPKey"]!);
        Assert.Equal("Blue", (string)properties["Security"]!["WebAuthnRegistrations"]![0]!["Description"]!);
        var list = await api.ShapeAsync("[]AllowedAdminUser", "admin/admin-user/list", Admin);
        foreach (var text in new[] { properties.ToJsonString(), list.ToJsonString() })
        {
            Assert.DoesNotContain(secret, text);
            Assert.DoesNotContain(record.PasswordRecord, text);
            Assert.DoesNotContain(record.TotpKey!, text);
        }
    }

    [Fact]
    public async Task SetProperties_WhatWasReadUnchanged_ChangesNothing()
    {
        await using var api = await ApiRig.StartAsync();
        await api.EnrolAsync();
        var mine = ApiRig.Session("admin", await api.StartSessionAsync());
        var before = api.Administrators.Find("admin")!;
        var security = (await api.CallAsync("admin/account/properties", mine))["Security"]!;
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/set-properties", mine, ("Security", security.ToJsonString())));
        Assert.Equal((before.PasswordRecord, before.TotpKey, before.AllowPassword), (api.Administrators.Find("admin")!.PasswordRecord, api.Administrators.Find("admin")!.TotpKey, true));
    }

    [Fact]
    public async Task SetProperties_Password_NeedsThePresentOneInTheCall_AndEndsSessions()
    {
        await using var api = await ApiRig.StartAsync();
        var mine = ApiRig.Session("admin", await api.StartSessionAsync());
        Task<(int Status, string Message)> Set((string, string)[] who, string security) => api.TryAsync("admin/account/set-properties", who, ("Security", security));
        const string Change = """{"PasswordFormat":0,"Password":"a better one"}""";
        Assert.Equal(403, (await Set(mine, Change)).Status);
        Assert.Equal(401, (await Set(ApiRig.Password("admin", "wrong"), Change)).Status);
        Assert.Equal((400, "The new password needs at least 8 characters."), await Set(Admin, """{"Password":"short"}"""));
        Assert.Equal(400, (await Set(Admin, $$"""{"Password":"{{new string('p', 1001)}}"}""")).Status);
        Assert.Equal(400, (await Set(Admin, """{"PasswordFormat":0,"Password":"********"}""")).Status);
        Assert.Equal(400, (await Set(Admin, """{"PasswordFormat":21,"Password":"1.aaaa.bbbb"}""")).Status);
        Assert.Equal((200, "OK"), await Set(Admin, Change));
        Assert.Equal(401, (await api.PingAsync(mine)).Status);
        Assert.Equal(401, (await api.PingAsync(Admin)).Status);

        api.Edit("admin", static one => one with { Permissions = new AdministratorPermissions { PreventChangePassword = true } });
        Assert.Equal(403, (await Set(ApiRig.Password("admin", "a better one"), """{"Password":"yet another one"}""")).Status);
    }

    [Theory]
    [InlineData("""{"TOTPKey":"JBSWY3DP"}""", 400)]
    [InlineData("""{"AllowPasswordAndU2FLogin":true}""", 400)]
    [InlineData("""{"WebAuthnRegistrations":[{"ID":"CQ=="}]}""", 400)]
    [InlineData("""{"WebAuthnRegistrations":[{}]}""", 400)]
    [InlineData("""{"IPWhitelist":"("}""", 400)]
    [InlineData("""{"IPWhitelist":"^10\\."}""", 400)]
    [InlineData("""{"AllowPasswordLogin":false}""", 409)]
    [InlineData("""{"AllowPasswordLogin":false,"AllowPasswordAndTOTPLogin":true}""", 409)]
    [InlineData("""{"AllowPasswordLogin":false,"AllowPasswordAndWebAuthnLogin":true}""", 409)]
    [InlineData("""{"AllowPasswordLogin":"yes"}""", 400)]
    [InlineData("null", 400)]
    [InlineData("", 400)]
    [InlineData("[", 400)]
    public async Task SetProperties_Wrong_IsRefusedAndNothingChanges(string security, int status)
    {
        await using var api = await ApiRig.StartAsync();
        var before = api.Administrators.Find("admin");
        Assert.Equal(status, (await api.TryAsync("admin/account/set-properties", Admin, ("Security", security))).Status);
        Assert.Same(before, api.Administrators.Find("admin"));
    }

    [Fact]
    public async Task SetProperties_KeysAndAddresses_RenamedRemovedAndKept()
    {
        await using var api = await ApiRig.StartAsync();
        api.Edit("admin", static one => one with { Keys = [new SecurityKey { Id = [1], Description = "Blue" }, new SecurityKey { Id = [2], Description = "Red" }], AllowWebAuthn = true });
        var mine = ApiRig.Session("admin", await api.StartSessionAsync());
        var other = ApiRig.Session("admin", await api.StartSessionAsync());
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/set-properties", mine, ("Security", """{"WebAuthnRegistrations":[{"ID":"Ag==","Description":" Green "}],"IPWhitelist":"^127"}""")));
        var now = api.Administrators.Find("admin")!;
        Assert.Equal(("Green", "^127"), (Assert.Single(now.Keys).Description, now.AllowedAddresses));
        Assert.Equal(200, (await api.PingAsync(mine)).Status);
        Assert.Equal(401, (await api.PingAsync(other)).Status);

        api.Edit("admin", static one => one with { AllowPassword = false });
        Assert.Equal((409, "The last security key can't be removed while a second factor is required."), await api.TryAsync("admin/account/set-properties", mine, ("Security", """{"WebAuthnRegistrations":[]}""")));
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/set-properties", mine, ("Security", """{"AllowPasswordLogin":true}"""))); // a whole one: what is left out is zero
        Assert.Null(api.Administrators.Find("admin")!.AllowedAddresses);
    }

    [Fact]
    public async Task AdminUsers_AddedListedDeleted()
    {
        await using var api = await ApiRig.StartAsync();
        Task<(int Status, string Message)> Add(string name, string password = "correct horse") => api.TryAsync("admin/admin-user/new", Admin, ("TargetUser", name), ("TargetPassword", password));
        Assert.Equal((200, "OK"), await Add("robot"));
        Assert.Equal(409, (await Add("robot")).Status);
        Assert.Equal(400, (await Add("rob ot")).Status);
        Assert.Equal(400, (await Add("other", "short")).Status);
        var robot = ApiRig.Password("robot", "correct horse");
        var key = await api.StartSessionAsync(who: robot);
        Assert.Equal(["admin", "robot"], (await api.CallAsync("admin/admin-user/list", robot)).AsArray().Select(static a => (string)a!["Username"]!));
        Assert.Equal(409, (await api.TryAsync("admin/admin-user/delete", robot, ("TargetUser", "robot"))).Status);
        Assert.Equal(404, (await api.TryAsync("admin/admin-user/delete", Admin, ("TargetUser", "nobody"))).Status);
        Assert.Equal((200, "OK"), await api.TryAsync("admin/admin-user/delete", Admin, ("TargetUser", "robot")));
        Assert.Equal(401, (await api.PingAsync(ApiRig.Session("robot", key))).Status);
        Assert.Equal(401, (await api.PingAsync(robot)).Status);
    }

    [Fact]
    public async Task AdminUsers_WithoutThePermission_AreNobodysBusiness()
    {
        await using var api = await ApiRig.StartAsync();
        foreach (var (name, edit) in new (string, Func<Administrator, Administrator>)[]
        {
            ("tenant", static one => one with { OrganizationId = "one" }), ("limited", static one => one with { Permissions = new AdministratorPermissions { PreventEditServerSettings = true } }),
        })
        {
            await api.TryAsync("admin/admin-user/new", Admin, ("TargetUser", name), ("TargetPassword", "correct horse"));
            api.Edit(name, edit);
            var who = ApiRig.Password(name, "correct horse");
            Assert.Equal(403, (await api.TryAsync("admin/admin-user/list", who)).Status);
            Assert.Equal(403, (await api.TryAsync("admin/admin-user/new", who, ("TargetUser", "x"), ("TargetPassword", "correct horse"))).Status);
            Assert.Equal(403, (await api.TryAsync("admin/admin-user/delete", who, ("TargetUser", "admin"))).Status);
            Assert.Equal("bare", (await api.TryAsync("admin/account/properties", who)).Message);
        }
    }

    [Fact]
    public async Task FirstAdministrator_TwentyCallsAtOnce_OneWins()
    {
        await using var api = await ApiRig.StartAsync("--Comet:DefaultAdmin", "false");
        Assert.True((bool)(await BrandingAsync(api))["ServerIsEmpty"]!);
        Assert.Equal(400, (await api.TryAsync("admin/add-first-admin-user", [], ("TargetUser", "first"), ("TargetPassword", "short"))).Status);
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => api.TryAsync("admin/add-first-admin-user", [], ("TargetUser", $"first{i}"), ("TargetPassword", "correct horse"))));
        Assert.Single(all, static e => e == (200, "OK"));
        Assert.All(all.Where(static e => e.Status != 200), static e => Assert.Equal(403, e.Status));
        var one = Assert.Single(api.Administrators.All);
        Assert.Equal(200, (await api.PingAsync(ApiRig.Password(one.Name, "correct horse"))).Status);
        Assert.False((bool)(await BrandingAsync(api))["ServerIsEmpty"]!);
    }

    [Fact]
    public async Task FirstAdministrator_WhereThereIsOne_Refused()
    {
        await using var api = await ApiRig.StartAsync();
        Assert.Equal(403, (await api.TryAsync("admin/add-first-admin-user", [], ("TargetUser", "first"), ("TargetPassword", "correct horse"))).Status);
        Assert.Single(api.Administrators.All);
    }

    [Fact]
    public async Task Branding_HasTheContractsShape_AndIgnoresAFormSentWithIt()
    {
        await using var api = await ApiRig.StartAsync();
        using var document = System.Text.Json.JsonDocument.Parse((await BrandingAsync(api)).ToJsonString());
        Assert.Empty(Contract.ContractFile.Differences(document.RootElement, "ServerMetaBrandingProperties"));
        Assert.Equal(1800, document.RootElement.GetProperty("ExpiredInSeconds").GetInt64());
    }

    private static async Task<JsonNode> BrandingAsync(ApiRig api)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "gen/branding.props") { Content = new FormUrlEncodedContent([KeyValuePair.Create("Username", "x")]) };
        using var response = await api.Server.Client.SendAsync(request, Ct);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }
}
