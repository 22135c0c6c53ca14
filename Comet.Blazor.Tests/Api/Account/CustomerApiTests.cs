using System.Text.Json.Nodes;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Api.Account;

/// <summary>Customers as callers (spec/06 §8, user/web).</summary>
public sealed class CustomerApiTests
{
    private const string Read = "user/web/get-user-profile-and-hash";
    private static readonly (string, string)[] Admin = ApiRig.Password("admin", "admin");
    private static readonly (string, string)[] Mary = ApiRig.Password("mary", "correct horse");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_StartedReadRevoked_OwnProfileWithoutSecrets()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        await api.AddUserAsync("peter", "another horse");
        var mary = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", Mary));
        var own = await api.ShapeAsync("GetProfileAndHashResponseMessage", Read, mary);
        Assert.Equal(("mary", "", ""), ((string)own["Profile"]!["Username"]!, (string)own["Profile"]!["PasswordHash"]!, (string)own["Profile"]!["TOTPKey"]!));
        Assert.Equal((string)(await api.CallAsync("admin/get-user-profile-hash", Admin, ("TargetUser", "mary")))["ProfileHash"]!, (string)own["ProfileHash"]!);
        Assert.Equal("mary", (string)(await api.CallAsync(Read, Mary))["Profile"]!["Username"]!); // by password, each time
        Assert.Equal("mary", (string)(await api.CallAsync(Read, mary, ("TargetUser", "peter")))["Profile"]!["Username"]!);
        Assert.Equal(401, (await api.TryAsync(Read, ApiRig.Session("peter", mary[2].Item2))).Status);
        Assert.Equal(401, (await api.TryAsync("admin/list-users", Mary)).Status);
        Assert.Equal((200, "OK"), await api.TryAsync("user/web/session/revoke", mary));
        Assert.Equal(401, (await api.TryAsync(Read, mary)).Status);
    }

    [Fact]
    public async Task Suspended_OrKeptFromTheWeb_IsRefused_AndSessionsEnd()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        var mary = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", Mary));
        await api.EditUserAsync("mary", static p => p["IsSuspended"] = true);
        Assert.Equal(401, (await api.TryAsync(Read, mary)).Status);
        Assert.Equal((403, "This account is suspended. Contact your backup administrator."), await api.TryAsync("user/web/session/start", Mary));
        Assert.Equal(401, (await api.TryAsync("user/web/session/start", ApiRig.Password("mary", "wrong"))).Status); // not told to others
        await api.EditUserAsync("mary", static p => p["IsSuspended"] = false);
        await api.StartSessionAsync("user/web/session/start", Mary);

        var accounts = api.Server.Get<Comet.Blazor.Features.Accounts.AccountStore>();
        await accounts.ChangeAsync(accounts.FindByName("mary")!.Id, null, static d => { d.Root["Policy"]!["PreventOpenWebUI"] = true; return Comet.Blazor.Kernel.Outcome.Done; }, false, Ct);
        Assert.Equal((403, "This account may not use the web. Contact your backup administrator."), await api.TryAsync("hybrid/session/start", Mary));
        Assert.Equal(403, (await api.TryAsync("admin/account/session-start-as-user", Admin, ("TargetUser", "mary"))).Status);
    }

    [Fact]
    public async Task Guesses_OfKnownAndUnknownNames_SameWordsAndSameWait()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        foreach (var name in new[] { "mary", "nobody" })
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal((401, "The username or password is wrong."), await api.TryAsync("user/web/session/start", ApiRig.Password(name, "wrong")));
            }

            Assert.Equal((429, "Too many failed attempts. Try again in 300 seconds."), await api.TryAsync("user/web/session/start", ApiRig.Password(name, "correct horse")));
        }
    }

    [Fact]
    public async Task Totp_MadeTriedAndRequired()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        var mary = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", Mary));
        var hash = (string)(await api.CallAsync(Read, mary))["ProfileHash"]!;
        Assert.Equal(409, (await api.TryAsync("user/web/account/regenerate-totp", mary, ("ProfileHash", "old"))).Status);
        Assert.Equal((409, "There is no TOTP secret yet. Make one first."), await api.TryAsync("user/web/account/validate-totp", mary, ("ProfileHash", hash), ("TOTPCode", "123456")));
        var other = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", Mary));
        var made = await api.ShapeAsync("TotpRegeneratedResponse", "user/web/account/regenerate-totp", mary, ("ProfileHash", hash));
        Assert.Equal(401, (await api.TryAsync(Read, other)).Status);
        var (now, secret) = ((string)made["ProfileHash"]!, ApiRig.SecretOf(made));
        Assert.NotEqual(hash, now);
        Assert.Equal(409, (await api.TryAsync("user/web/account/validate-totp", mary, ("ProfileHash", hash), ("TOTPCode", api.Code(secret)))).Status);
        Assert.Equal(401, (await api.TryAsync("user/web/account/validate-totp", mary, ("ProfileHash", now), ("TOTPCode", "00000x"))).Status);
        Assert.Equal((200, "OK"), await api.TryAsync("user/web/account/validate-totp", mary, ("ProfileHash", now), ("TOTPCode", api.Code(secret))));
        Assert.DoesNotContain(secret, (await api.CallAsync("admin/get-user-profile", Admin, ("TargetUser", "mary"))).ToJsonString());

        await api.EditUserAsync("mary", static p => p["AllowPasswordLogin"] = false);
        Assert.Equal(401, (await api.TryAsync(Read, mary)).Status); // another factor is another sign-in
        Assert.Equal((403, "ERR_TOTP_REQUIRED"), await api.TryAsync("user/web/session/start", Mary));
        Assert.Equal((403, "ERR_TOTP_REQUIRED"), await api.TryAsync("hybrid/session/start", Mary));
        api.Clock.Advance(TimeSpan.FromSeconds(30));
        var code = api.Code(secret);
        await api.StartSessionAsync("user/web/session/start", ApiRig.Codes("mary", "correct horse", code));
        Assert.Equal(401, (await api.TryAsync("hybrid/session/start", ApiRig.Codes("mary", "correct horse", code))).Status);
        api.Clock.Advance(TimeSpan.FromSeconds(30));
        await api.StartSessionAsync("hybrid/session/start", ApiRig.Codes("mary", "correct horse", api.Code(secret)));

        var profile = await api.CallAsync("admin/get-user-profile", Admin, ("TargetUser", "mary"));
        profile["TOTPKey"] = "something else";
        Assert.Equal(400, (await api.TryAsync("admin/set-user-profile", Admin, ("TargetUser", "mary"), ("ProfileData", profile.ToJsonString()))).Status);
    }

    [Fact]
    public async Task ResetPassword_WrapsVaultKeysAnew_AndEndsOtherSessions()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary", edit: static p => p["RequirePasswordChange"] = true);
        var keys = Derive(api, "correct horse");
        await api.EditUserAsync("mary", p => p["Destinations"] = new JsonObject
        {
            ["v1"] = new JsonObject { ["Description"] = "One", ["EncryptionKeyEncryptionMethod"] = WrappedKeys.AesGcm, ["EncryptedEncryptionKey"] = VaultKeyWrap.Wrap("v1", "repository", keys.WrapKey) },
            ["v2"] = new JsonObject { ["Description"] = "Two" },
        });
        var mary = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", Mary));
        var other = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", Mary));
        var hash = (string)(await api.CallAsync(Read, mary))["ProfileHash"]!;
        Assert.StartsWith("Change your password first", (await api.TryAsync("user/web/account/regenerate-totp", mary, ("ProfileHash", hash))).Message);
        Task<(int Status, string Message)> Reset(string old, string next, string? require = null) => api.TryAsync(
            "user/web/account/reset-password", mary, ("ProfileHash", require ?? hash), ("OldPassword", old), ("NewPassword", next));
        Assert.Equal((401, "The current password is wrong."), await Reset("wrong", "a new password"));
        Assert.Equal(400, (await Reset("correct horse", "short")).Status);
        Assert.Equal(400, (await Reset("correct horse", "correct horse")).Status);
        Assert.Equal(409, (await Reset("correct horse", "a new password", "old")).Status);
        Assert.Equal((200, "OK"), await Reset("correct horse", "a new password"));

        Assert.Equal(200, (await api.TryAsync(Read, mary)).Status);
        Assert.Equal(401, (await api.TryAsync(Read, other)).Status);
        Assert.Equal(401, (await api.TryAsync(Read, Mary)).Status);
        Assert.Equal(200, (await api.TryAsync(Read, ApiRig.Password("mary", "a new password"))).Status);
        var profile = (await api.CallAsync(Read, mary))["Profile"]!;
        Assert.False((bool)profile["RequirePasswordChange"]!);
        Assert.Equal("repository", VaultKeyWrap.TryUnwrap("v1", (string)profile["Destinations"]!["v1"]!["EncryptedEncryptionKey"]!, Derive(api, "a new password").WrapKey));
        Assert.True((await api.Server.Get<ICustomerCredentials>().VerifyKeyAsync("mary", Derive(api, "a new password").AuthKey, Ct)).Ok); // devices
    }

    [Fact]
    public async Task ResetPassword_AVaultKeyCantBeOpened_NothingChanges()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary", edit: static p => p["Destinations"] = new JsonObject { ["v1"] = new JsonObject { ["Description"] = "One", ["EncryptionKeyEncryptionMethod"] = 2, ["EncryptedEncryptionKey"] = "AAAA" } });
        var hash = (string)(await api.CallAsync(Read, Mary))["ProfileHash"]!;
        Assert.Equal(409, (await api.TryAsync("user/web/account/reset-password", Mary, ("ProfileHash", hash), ("OldPassword", "correct horse"), ("NewPassword", "a new password"))).Status);
        Assert.Equal(hash, (string)(await api.CallAsync(Read, Mary))["ProfileHash"]!);
    }

    [Fact]
    public async Task PasswordSetByAdministrator_EndsTheUsersSessions()
    {
        await using var api = await ApiRig.StartAsync();
        await api.AddUserAsync("mary");
        var key = await api.StartSessionAsync("user/web/session/start", Mary);
        await api.EditUserAsync("mary", static p => p["AccountName"] = "Mary Doe");
        Assert.NotNull(api.Server.Get<SessionStore>().Find(key));
        await api.EditUserAsync("mary", static p => (p["PasswordFormat"], p["PasswordHash"]) = (0, "a new password"));
        Assert.Null(api.Server.Get<SessionStore>().Find(key));
    }

    private static PasswordKeys Derive(ApiRig api, string password)
    {
        var parameters = api.Server.Get<ICustomerCredentials>().ParametersFor("mary");
        return PasswordKeys.Derive(password, parameters.Salt, parameters.Iterations);
    }
}
