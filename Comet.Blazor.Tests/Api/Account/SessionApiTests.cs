using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Passwords;
using Comet.Blazor.Security.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Tests.Api.Account;

/// <summary>Sessions by API (spec/04 §4.4, §4.5; spec/06 §2).</summary>
public sealed class SessionApiTests
{
    private const string Over = "The session has ended, or is none of this name. Start a new one.";
    private static readonly (string, string)[] Admin = ApiRig.Password("admin", "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_StartedUsedRevoked()
    {
        await using var api = await ApiRig.StartAsync();
        var started = await api.ShapeAsync("SessionKeyRegeneratedResponse", "admin/account/session-start", Admin, ("SelfAddress", "http://127.0.0.1"));
        Assert.Equal("admin", (string)started["SessionType"]!);
        var mine = ApiRig.Session("admin", (string)started["SessionKey"]!);
        var slow = api.Server.Get<VerifiedPasswords>().SlowChecks;
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal((200, "bare"), await api.PingAsync(mine));
        }

        Assert.Equal(slow, api.Server.Get<VerifiedPasswords>().SlowChecks);
        Assert.Equal(400, (await api.TryAsync("admin/account/session-start", mine)).Status); // no key from a key
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/session-revoke", mine));
        Assert.Equal((401, Over), await api.PingAsync(mine));
        Assert.Equal((401, Over), await api.TryAsync("admin/account/session-revoke", mine));
        Assert.Equal(400, (await api.TryAsync("admin/account/session-revoke", Admin)).Status);
    }

    [Fact]
    public async Task Session_IsKeptOverARestart_EndsWithoutUse_AndEachCallRenewsIt()
    {
        await using var api = await ApiRig.StartAsync();
        var mine = ApiRig.Session("admin", await api.StartSessionAsync());
        await api.RestartAsync();
        for (var i = 0; i < 3; i++)
        {
            api.Clock.Advance(TimeSpan.FromMinutes(29));
            Assert.Equal(200, (await api.PingAsync(mine)).Status);
        }

        await api.RestartAsync(); // the renewal was written
        api.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(200, (await api.PingAsync(mine)).Status);
        api.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal((401, Over), await api.PingAsync(mine));
    }

    [Fact]
    public async Task Session_OfAnotherNameOrKind_OrNone_IsRefused()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        var admin = await api.StartSessionAsync();
        var mary = await api.StartSessionAsync("user/web/session/start", ApiRig.Password("mary", "correct horse"));
        foreach (var who in new[] { ApiRig.Session("other", admin), ApiRig.Session("ADMIN", admin), ApiRig.Session("", admin), ApiRig.Session("admin", ""), ApiRig.Session("admin", mary), ApiRig.Session("admin", new string('k', 100_000)) })
        {
            Assert.Equal((401, Over), await api.PingAsync(who));
        }

        Assert.Equal((403, "This is a user's session. Calls under admin/ need an administrator's."), await api.PingAsync(ApiRig.Session("mary", mary)));
        Assert.Equal((403, "This is an administrator's session. Calls under user/ need a user's."), await api.TryAsync("user/web/get-user-profile-and-hash", ApiRig.Session("admin", admin)));
    }

    [Fact]
    public async Task Starts_TenAtOnce_AllGetASessionOfTheirOwn()
    {
        await using var api = await ApiRig.StartAsync();
        var keys = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.StartSessionAsync()));
        Assert.Equal(10, keys.Distinct().Count());
        Assert.All(await Task.WhenAll(keys.Select(k => api.PingAsync(ApiRig.Session("admin", k)))), static e => Assert.Equal(200, e.Status));
    }

    [Fact]
    public async Task Starts_WithoutEnd_TheLeastUsedOneMakesRoom()
    {
        await using var api = await ApiRig.StartAsync();
        var sessions = api.Server.Get<SessionStore>();
        var keys = new List<string>();
        for (var i = 0; i <= SessionStore.MostOfOne; i++)
        {
            keys.Add(await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Api), Ct));
            api.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Null(sessions.Find(keys[0]));
        Assert.Equal(SessionStore.MostOfOne, keys.Count(k => sessions.Find(k) is not null));
    }

    [Fact]
    public async Task Pending_OpensNothingButItsUpgrade_WhichTakesACodeOnce()
    {
        await using var api = await ApiRig.StartAsync();
        var secret = await api.EnrolAsync();
        api.Edit("admin", static one => one with { AllowTotp = true });
        var pending = SessionOwner.Administrator("admin", null, null, ActorVia.Api) with { Pending = true };
        var (key, other) = (await api.Server.Get<SessionStore>().StartAsync(pending, Ct), await api.Server.Get<SessionStore>().StartAsync(pending, Ct));
        foreach (var call in new[] { "admin/meta/version", "admin/account/properties", "admin/account/session-revoke", "admin/account/session-start" })
        {
            var (status, message) = await api.TryAsync(call, ApiRig.Session("admin", key));
            Assert.Equal(403, status);
            Assert.Contains("ERR_TOTP_REQUIRED", message);
        }

        (string, string)[] Upgrade(string session, string code, string name = "admin") => [("Username", name), ("AuthType", "TOTP"), ("TOTP", code), ("SessionKey", session)];
        var code = api.Code(secret);
        Assert.Equal(400, (await api.TryAsync("admin/account/session-upgrade", ApiRig.Session("admin", key))).Status);
        Assert.Equal((401, Over), await api.TryAsync("admin/account/session-upgrade", Upgrade(key, code, "other")));
        Assert.Equal((401, Over), await api.TryAsync("admin/account/session-upgrade", Upgrade("none", code)));
        Assert.Equal(401, (await api.TryAsync("admin/account/session-upgrade", Upgrade(key, "12345x"))).Status);
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/session-upgrade", Upgrade(key, code)));
        Assert.Equal(200, (await api.PingAsync(ApiRig.Session("admin", key))).Status);
        Assert.Equal((401, "This code was used already. Wait for the next one."), await api.TryAsync("admin/account/session-upgrade", Upgrade(other, code)));
        Assert.Equal(403, (await api.PingAsync(ApiRig.Session("admin", other))).Status);
        Assert.Equal((409, "The session is complete already."), await api.TryAsync("admin/account/session-upgrade", Upgrade(key, code)));
    }

    [Fact]
    public async Task Cookies_AreNeitherTakenNorGiven()
    {
        await using var api = await ApiRig.StartAsync();
        var key = await api.StartSessionAsync();
        var options = api.Server.Get<IOptionsMonitor<CookieAuthenticationOptions>>().Get(CookieAuthenticationDefaults.AuthenticationScheme);
        var ticket = new AuthenticationTicket(SessionCookie.PrincipalOf("admin", key), CookieAuthenticationDefaults.AuthenticationScheme);
        api.Server.Client.DefaultRequestHeaders.Add("Cookie", $"{api.Server.Get<SessionCookie>().Name}={options.TicketDataFormat.Protect(ticket)}");
        Assert.Equal((400, "The parameter AuthType is missing."), await api.PingAsync([]));
        Assert.Equal((401, Over), await api.PingAsync(ApiRig.Session("admin", "")));

        // The cookie of a session that is over is not even taken back; the rig asserts that no call sets one.
        await api.TryAsync("admin/account/session-revoke", ApiRig.Session("admin", key));
        Assert.Equal((400, "The parameter AuthType is missing."), await api.PingAsync([]));
        Assert.Equal(200, (await api.PingAsync(Admin)).Status);
    }

    [Fact]
    public async Task Headers_OfAnUpload_AreCredentialsToo()
    {
        await using var api = await ApiRig.StartAsync();
        var key = await api.StartSessionAsync();
        async Task<int> Send(params (string Name, string Value)[] headers)
        {
            using var upload = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "upload" } };
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/admin/account/properties") { Content = upload };
            foreach (var (name, value) in headers)
            {
                request.Headers.Add("X-Comet-Admin-" + name, value);
            }

            using var response = await api.Server.Client.SendAsync(request, Ct);
            return (int?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!["Status"] ?? 200;
        }

        Assert.Equal(400, await Send());
        Assert.Equal(200, await Send(("Username", "admin"), ("AuthType", "SessionKey"), ("SessionKey", key)));
        Assert.Equal(200, await Send(("Username", "admin"), ("AuthType", "Password"), ("Password", "admin")));
        Assert.Equal(401, await Send(("Username", "admin"), ("AuthType", "Password"), ("Password", "wrong")));
    }

    [Fact]
    public async Task Hybrid_TellsWhichKindItIs_AndCountsOneFailure()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        await api.AddUserAsync("admin", "as a customer");
        Task<JsonNode> Start(string name, string password) => api.ShapeAsync("SessionKeyRegeneratedResponse", "hybrid/session/start", ApiRig.Password(name, password));
        Assert.Equal("admin", (string)(await Start("admin", "admin"))["SessionType"]!);
        Assert.Equal("user", (string)(await Start("admin", "as a customer"))["SessionType"]!);
        for (var i = 0; i < 12; i++) // more than a name has failures free: a customer's sign-in is no failed administrator's
        {
            Assert.Equal("user", (string)(await Start("mary", "correct horse"))["SessionType"]!);
        }

        var wrong = await api.TryAsync("hybrid/session/start", ApiRig.Password("mary", "wrong"));
        Assert.Equal((401, "The username or password is wrong."), wrong);
        Assert.Equal(wrong, await api.TryAsync("hybrid/session/start", ApiRig.Password("nobody", "wrong")));
        Assert.Equal(wrong, await api.TryAsync("hybrid/session/start", ApiRig.Password("admin", "wrong")));
        Assert.Equal(400, (await api.TryAsync("hybrid/session/start", ApiRig.Session("admin", "x"))).Status);
    }

    [Fact]
    public async Task StartAsUser_OpensTheUsersCalls_AndEndsWithTheAdministrator()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        await api.AddUserAsync("gone", edit: static p => p["IsSuspended"] = true);
        Assert.Equal(404, (await api.TryAsync("admin/account/session-start-as-user", Admin, ("TargetUser", "nobody"))).Status);
        Assert.Equal(403, (await api.TryAsync("admin/account/session-start-as-user", Admin, ("TargetUser", "gone"))).Status);
        Assert.Equal((200, "OK"), await api.TryAsync("admin/admin-user/new", Admin, ("TargetUser", "helper"), ("TargetPassword", "correct horse")));
        var started = await api.ShapeAsync("SessionKeyRegeneratedResponse", "admin/account/session-start-as-user", ApiRig.Password("helper", "correct horse"), ("TargetUser", "mary"));
        Assert.Equal("user", (string)started["SessionType"]!);
        var asMary = ApiRig.Session("mary", (string)started["SessionKey"]!);
        Assert.Equal("mary", (string)(await api.CallAsync("user/web/get-user-profile-and-hash", asMary))["Profile"]!["Username"]!);
        await api.RestartAsync();
        Assert.Equal(200, (await api.TryAsync("user/web/get-user-profile-and-hash", asMary)).Status);
        Assert.Equal((200, "OK"), await api.TryAsync("user/web/session/revoke", ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", ApiRig.Password("mary", "correct horse")))));
        var hash = (string)(await api.CallAsync("user/web/get-user-profile-and-hash", asMary))["ProfileHash"]!;
        Assert.Equal(200, (await api.TryAsync("user/web/account/regenerate-totp", asMary, ("ProfileHash", hash))).Status);
        Assert.Contains("By the administrator helper", await NotesAsync(api, "totp.regenerated"));
        Assert.DoesNotContain("helper", await NotesAsync(api, "session.ended"));

        api.Edit("helper", static one => one with { AllowedAddresses = "^10[.]" });
        Assert.Equal((401, Over), await api.TryAsync("user/web/get-user-profile-and-hash", asMary)); // the administrator could not come from here either
        api.Edit("helper", static one => one with { AllowedAddresses = null, RequirePasswordChange = true });
        Assert.Equal((401, Over), await api.TryAsync("user/web/get-user-profile-and-hash", asMary));
        api.Edit("helper", static one => one with { RequirePasswordChange = false });
        Assert.Equal(200, (await api.TryAsync("user/web/get-user-profile-and-hash", asMary)).Status);

        api.Edit("helper", static one => one with { OrganizationId = "elsewhere" });
        Assert.Equal((404, "There is no user named mary."), await api.TryAsync("admin/account/session-start-as-user", ApiRig.Password("helper", "correct horse"), ("TargetUser", "mary")));
        Assert.Equal((401, Over), await api.TryAsync("user/web/get-user-profile-and-hash", asMary)); // nor does the one that is open go on
        api.Edit("helper", static one => one with { OrganizationId = "" });
        Assert.Equal(200, (await api.TryAsync("user/web/get-user-profile-and-hash", asMary)).Status);
        Assert.Equal((200, "OK"), await api.TryAsync("admin/admin-user/delete", Admin, ("TargetUser", "helper")));
        Assert.Equal((401, Over), await api.TryAsync("user/web/get-user-profile-and-hash", asMary));
    }

    private static Task<string> NotesAsync(ApiRig api, string action) => api.Server.Get<ServerStore>().Db.ReadAsync(
        db => string.Join('\n', db.Scan(AuditChain.Entries).Select(static r => AuditEntry.Read(r.Json)!).Where(e => e.Action == action).Select(static e => e.Note)), Ct);

    [Fact]
    public async Task PasswordChangeRequired_OpensOnlyTheWayToIt()
    {
        await using var api = await ApiRig.StartAsync();
        api.Edit("admin", static one => one with { RequirePasswordChange = true });
        var key = await api.StartSessionAsync();
        var mine = ApiRig.Session("admin", key);
        foreach (var who in new[] { mine, Admin })
        {
            foreach (var call in new[] { "admin/meta/version", "admin/list-users", "admin/admin-user/list", "admin/account/regenerate-totp", "admin/account/validate-totp" })
            {
                var (status, message) = await api.TryAsync(call, who, ("TOTPCode", "123456"));
                Assert.Equal(403, status);
                Assert.StartsWith("Change your password first", message);
            }
        }

        Assert.True((bool)(await api.CallAsync("admin/account/properties", mine))["Security"]!["RequirePasswordChange"]!);
        Assert.Equal(403, (await api.TryAsync("admin/account/set-properties", Admin, ("Security", """{"IPWhitelist":"127"}"""))).Status);
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/set-properties", Admin, ("Security", """{"Password":"a better one"}""")));
        Assert.Equal((401, Over), await api.PingAsync(mine)); // others end
        Assert.Equal(200, (await api.PingAsync(ApiRig.Password("admin", "a better one"))).Status);
    }

    [Fact]
    public async Task Addresses_HoldForSessionsToo()
    {
        await using var api = await ApiRig.StartAsync();
        var mine = ApiRig.Session("admin", await api.StartSessionAsync());
        api.Edit("admin", static one => one with { AllowedAddresses = @"^10\." });
        Assert.Equal((401, Over), await api.PingAsync(mine));
        Assert.Equal((401, "The username or password is wrong."), await api.PingAsync(Admin));
    }

    [Fact]
    public async Task Names_VeryLongAndUnicode_AreWrongCredentialsLikeOthers()
    {
        await using var api = await ApiRig.StartAsync();
        foreach (var name in new[] { new string('n', 100_000), "ädmin", "админ", "admin ", "🦊" })
        {
            Assert.Equal((401, "The username or password is wrong."), await api.PingAsync(ApiRig.Password(name, "admin")));
            Assert.Equal((401, "The username or password is wrong."), await api.TryAsync("user/web/session/start", ApiRig.Password(name, "admin")));
        }

        Assert.Equal(401, (await api.PingAsync(ApiRig.Password("admin", new string('p', 200_000)))).Status);
        Assert.Equal((400, "The parameter Password is longer than 262144 characters."), await api.PingAsync(ApiRig.Password("admin", new string('p', 1_000_000))));
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/set-properties", Admin, ("Security", new JsonObject { ["Password"] = "pässwörd 🦊 пароль" }.ToJsonString())));
        Assert.Equal(200, (await api.PingAsync(ApiRig.Password("admin", "pässwörd 🦊 пароль"))).Status);
    }
}
