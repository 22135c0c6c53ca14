using System.Text.Json.Nodes;
using Comet.Blazor.Security.WebAuthn;
using Comet.Blazor.Tests.Security.WebAuthn;

namespace Comet.Blazor.Tests.Api.Account;

/// <summary>Codes and security keys by API (spec/04 §4.1 to §4.4; spec/06 §2).</summary>
public sealed class SecondFactorApiTests
{
    private const string Self = "https://comet.example/";
    private static readonly (string, string)[] Admin = ApiRig.Password("admin", "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Totp_Required_PasswordAloneIsToldSo_CodeOpensOnce()
    {
        await using var api = await ApiRig.StartAsync();
        var secret = await api.EnrolAsync();
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/set-properties", Admin, ("Security", """{"AllowPasswordLogin":false,"AllowPasswordAndTOTPLogin":true}""")));
        Assert.Equal("""{"Status":403,"Message":"ERR_TOTP_REQUIRED"}""", (await api.CallAsync("admin/account/session-start", Admin)).ToJsonString());
        Assert.Equal((403, "ERR_TOTP_REQUIRED"), await api.PingAsync(ApiRig.Codes("admin", "admin", "")));
        Assert.Equal((401, "The username or password is wrong."), await api.PingAsync(ApiRig.Codes("admin", "wrong", api.Code(secret))));
        Assert.Equal(401, (await api.PingAsync(ApiRig.Codes("admin", "admin", "000000"))).Status);

        var code = api.Code(secret);
        var key = await api.StartSessionAsync(who: ApiRig.Codes("admin", "admin", code));
        Assert.Equal(200, (await api.PingAsync(ApiRig.Session("admin", key))).Status);
        Assert.Equal((401, "This code was used already. Wait for the next one."), await api.TryAsync("admin/account/session-start", ApiRig.Codes("admin", "admin", code)));
        await api.RestartAsync();
        Assert.Equal((401, "This code was used already. Wait for the next one."), await api.TryAsync("hybrid/session/start", ApiRig.Codes("admin", "admin", code)));
        api.Clock.Advance(TimeSpan.FromSeconds(30));
        await api.StartSessionAsync("hybrid/session/start", ApiRig.Codes("admin", "admin", api.Code(secret)));
    }

    [Fact]
    public async Task Totp_TwentyCallsWithOneCode_OneIsIn()
    {
        await using var api = await ApiRig.StartAsync();
        var secret = await api.EnrolAsync();
        api.Edit("admin", static one => one with { AllowTotp = true, AllowPassword = false });
        var code = api.Code(secret);
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.TryAsync("admin/account/session-start", ApiRig.Codes("admin", "admin", code))));
        Assert.Single(all, static e => e.Status == 200);
        Assert.All(all.Where(static e => e.Status != 200), static e => Assert.Equal(401, e.Status));
    }

    [Fact]
    public async Task Totp_Guesses_AreLockedOutWithTheWaitTold()
    {
        await using var api = await ApiRig.StartAsync();
        var secret = await api.EnrolAsync();
        api.Edit("admin", static one => one with { AllowTotp = true, AllowPassword = false });
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(401, (await api.PingAsync(ApiRig.Codes("admin", "admin", "00000a"))).Status);
        }

        Assert.Equal((429, "Too many failed attempts. Try again in 300 seconds."), await api.PingAsync(ApiRig.Codes("admin", "admin", api.Code(secret))));
        Assert.Equal(429, (await api.TryAsync("hybrid/session/start", ApiRig.Codes("admin", "admin", api.Code(secret)))).Status);
        api.Clock.Advance(TimeSpan.FromSeconds(301));
        Assert.Equal(200, (await api.PingAsync(ApiRig.Codes("admin", "admin", api.Code(secret)))).Status);
    }

    [Fact]
    public async Task Totp_NotSetUp_IsSaid()
    {
        await using var api = await ApiRig.StartAsync();
        Assert.Equal((403, "This account takes no TOTP codes."), await api.PingAsync(ApiRig.Codes("admin", "admin", "123456")));
        Assert.Equal((400, "There is no TOTP secret yet: regenerate the TOTP code first."), await api.TryAsync("admin/account/validate-totp", Admin, ("TOTPCode", "123456")));
        Assert.Equal(409, (await api.TryAsync("admin/account/set-properties", Admin, ("Security", """{"AllowPasswordLogin":true,"AllowPasswordAndTOTPLogin":true}"""))).Status);
        var made = await api.CallAsync("admin/account/regenerate-totp", Admin);
        Assert.StartsWith("data:image/png;base64,", (string)made["Image"]!);
        Assert.StartsWith("otpauth://totp/", (string)made["URL"]!);
        Assert.Equal(409, (await api.TryAsync("admin/account/set-properties", Admin, ("Security", """{"AllowPasswordLogin":true,"AllowPasswordAndTOTPLogin":true}"""))).Status);
        Assert.Equal(400, (await api.TryAsync("admin/account/validate-totp", Admin, ("TOTPCode", "000000"))).Status);
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/validate-totp", Admin, ("TOTPCode", api.Code(ApiRig.SecretOf(made)))));
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/set-properties", Admin, ("Security", """{"AllowPasswordLogin":true,"AllowPasswordAndTOTPLogin":true}""")));
    }

    [Fact]
    public async Task Key_RegisteredAndUsedByApi()
    {
        await using var api = await ApiRig.StartAsync("--Comet:PublicUrl", Self);
        using var key = new SoftKey();
        await RegisterAsync(api, key);
        api.Edit("admin", static one => one with { AllowWebAuthn = true, AllowPassword = false });

        var missing = (JsonObject)await api.CallAsync("admin/account/session-start", Admin, ("SelfAddress", Self));
        Assert.Equal((403, "ERR_WEBAUTHN_REQUIRED"), ApiUnderTest.Envelope(missing));
        var answer = Sign(key, missing);
        var session = await api.StartSessionAsync(who: answer);
        Assert.Equal(200, (await api.PingAsync(ApiRig.Session("admin", session))).Status);
        Assert.Equal(401, (await api.TryAsync("admin/account/session-start", answer)).Status); // replayed
    }

    [Fact]
    public async Task Key_WrongAnswers_AreRefused()
    {
        await using var api = await ApiRig.StartAsync("--Comet:PublicUrl", Self);
        using var key = new SoftKey();
        using var stranger = new SoftKey();
        await RegisterAsync(api, key);
        api.Edit("admin", static one => one with { AllowWebAuthn = true, AllowPassword = false });
        async Task<JsonObject> Ask() => (JsonObject)await api.CallAsync("admin/account/session-start", Admin, ("SelfAddress", Self));
        Assert.Equal(401, (await api.PingAsync(Sign(stranger, await Ask()))).Status);
        key.Origin = "https://evil.example";
        Assert.Equal(401, (await api.PingAsync(Sign(key, await Ask()))).Status);
        key.Origin = "https://comet.example";
        var late = Sign(key, await Ask());
        api.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(401, (await api.PingAsync(late)).Status);
        (string, string)[] Broken(string sign) => [("Username", "admin"), ("AuthType", "PasswordWebAuthn"), ("Password", "admin"), ("WebAuthnSign", sign)];
        Assert.Equal(400, (await api.PingAsync(Broken("{"))).Status);
        Assert.Equal(400, (await api.PingAsync(Broken("{}"))).Status);
        Assert.Equal((403, "ERR_WEBAUTHN_REQUIRED"), await api.PingAsync(Broken("")));
        Assert.Equal(200, (await api.PingAsync(Sign(key, await Ask()))).Status);
    }

    [Fact]
    public async Task Key_AndCodes_EitherSuffices_AndBothAreOffered()
    {
        await using var api = await ApiRig.StartAsync("--Comet:PublicUrl", Self);
        using var key = new SoftKey();
        var secret = await api.EnrolAsync();
        await RegisterAsync(api, key);
        Assert.Equal((200, "OK"), await api.TryAsync("admin/account/set-properties", Admin, ("Security", """{"AllowPasswordAndTOTPLogin":true,"AllowPasswordAndWebAuthnLogin":true}""")));
        api.Edit("admin", static one => one with { AllowPassword = false });
        var missing = (JsonObject)await api.CallAsync("admin/account/session-start", Admin, ("SelfAddress", Self));
        Assert.Equal((403, "ERR_TOTP_REQUIRED"), ApiUnderTest.Envelope(missing));
        await api.StartSessionAsync(who: Sign(key, missing));
        await api.StartSessionAsync(who: ApiRig.Codes("admin", "admin", api.Code(secret)));
    }

    [Fact]
    public async Task Registration_AtAnAddressWithoutKeys_OrRetiredU2f_IsSaid()
    {
        await using var api = await ApiRig.StartAsync();
        Assert.Equal(400, (await api.TryAsync("admin/account/webauthn/request-registration-challenge", Admin, ("SelfAddress", api.Server.Address))).Status);
        Assert.Equal(400, (await api.TryAsync("admin/account/webauthn/request-registration-challenge", Admin, ("SelfAddress", "no address"))).Status);
        Assert.Equal(400, (await api.TryAsync("admin/account/webauthn/submit-challenge-response", Admin, ("SelfAddress", Self), ("ChallengeID", "x"), ("Credential", "{}"))).Status);
        Assert.Equal(501, (await api.TryAsync("admin/account/u2f/request-registration-challenge", Admin, ("SelfAddress", Self))).Status);
        Assert.Equal(501, (await api.TryAsync("admin/account/u2f/submit-challenge-response", Admin)).Status);
    }

    private static async Task RegisterAsync(ApiRig api, SoftKey key)
    {
        var asked = (JsonObject)await api.ShapeAsync("WebAuthnRegistrationChallengeResponse", "admin/account/webauthn/request-registration-challenge", Admin, ("SelfAddress", Self));
        var challenge = new KeyChallenge((string)asked["ChallengeID"]!, (JsonObject)asked["CredentialCreationOptions"]!);
        Assert.Equal((200, "OK"), await api.TryAsync(
            "admin/account/webauthn/submit-challenge-response", Admin, ("SelfAddress", Self), ("ChallengeID", challenge.ChallengeId), ("Credential", key.Register(challenge))));
    }

    private static (string, string)[] Sign(SoftKey key, JsonObject missing)
    {
        var challenge = new KeyChallenge((string)missing["ChallengeID"]!, (JsonObject)missing["Assertion"]!["publicKey"]!);
        var sign = new JsonObject { ["ChallengeID"] = challenge.ChallengeId, ["CredentialJSON"] = key.Sign(challenge) };
        return [("Username", "admin"), ("AuthType", "PasswordWebAuthn"), ("Password", "admin"), ("WebAuthnSign", sign.ToJsonString())];
    }
}
