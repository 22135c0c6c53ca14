using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.WebAuthn;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.WebAuthn;

/// <summary>Keys that were registered by FIDO U2F on an earlier server: found in its settings file, and used through the appid extension.</summary>
public sealed class LegacyKeyTests
{
    private const string AppId = "https://comet.example";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Registrations_BecomeSecurityKeys_AndRequiredStaysRequired()
    {
        using var key = new SoftKey { Counter = 0, Flags = 0x01, SignsFor = AppId };
        using var folder = Folder([Registration("Grüner Schlüssel 🔑", key.U2fRegistration)]);
        await using var rig = await KeyRig.StartAsync(folder);

        var administrator = rig.Server.Get<AdministratorStore>().Find("admin")!;
        var migrated = Assert.Single(administrator.Keys);
        Assert.Equal(("Grüner Schlüssel 🔑", 1_500_000_000L, 1, true), (migrated.Description, migrated.RegisterTime, migrated.Type, migrated.IsLegacyU2F));
        Assert.Equal(key.Id, migrated.Id);
        Assert.True(administrator.AllowWebAuthn);
        Assert.False(administrator.AllowPassword);
        var saved = Saved(folder);
        Assert.False(saved.ContainsKey("U2FRegistrations") || saved.ContainsKey("AllowPasswordAndU2FLogin") || saved.ContainsKey(U2fMigration.AsideField));
        Assert.Equal("kept", saved["FieldOfAnotherVersion"]!.GetValue<string>());

        var asked = await rig.AskAsync();
        Assert.Equal(AppId, asked.Options["extensions"]!["appid"]!.GetValue<string>());
        var entered = await rig.FinishAsync(asked, key.Sign(asked));
        Assert.True(entered.Ok, entered.Why);
        Assert.Equal(AppId, (await rig.Server.Get<KeyUses>().FindAsync(key.Id, Ct)).AppId);
    }

    /// <summary>Hashing a plain password opens an account that has no other way in: a key that is still U2F's is one.</summary>
    [Fact]
    public async Task Registrations_BesideAPlainPassword_StayRequired()
    {
        using var key = new SoftKey { SignsFor = AppId };
        using var folder = Folder([Registration("k", key.U2fRegistration)], plain: true);
        await using var rig = await KeyRig.StartAsync(folder);

        Assert.False(rig.Server.Get<AdministratorStore>().Find("admin")!.AllowPassword);
        Assert.True((await rig.SignInAsync(key)).Ok);
    }

    [Fact]
    public async Task Registrations_ThatCantBeRead_AreKeptAside_AndTheSecondStartChangesNothing()
    {
        using var key = new SoftKey();
        var message = key.U2fRegistration;
        var offCurve = message.ToArray();
        offCurve[40] ^= 1;
        JsonNode?[] bad = [Registration("cut off", message[..70]), Registration("not on the curve", offCurve), Registration("other version", [0x04, .. message[1..]]), JsonValue.Create(7), null,
            new JsonObject { ["Description"] = "no base64", ["Registration"] = "?" }, new JsonObject { ["Description"] = 5 }];
        using var folder = Folder([.. bad.Select(static b => b?.DeepClone()), Registration("good", message), Registration("the same again", message)]);
        await using (var rig = await KeyRig.StartAsync(folder))
        {
            Assert.Equal(["good"], rig.Keys.Select(static k => k.Description));
        }

        Assert.True(JsonNode.DeepEquals(new JsonArray([.. bad]), Saved(folder)[U2fMigration.AsideField]));
        var written = File.ReadAllText(new DataFolder(folder.Path).Settings);
        await using (var again = await KeyRig.StartAsync(folder))
        {
            Assert.Single(again.Keys);
        }

        Assert.Equal(written, File.ReadAllText(new DataFolder(folder.Path).Settings));
    }

    [Fact]
    public async Task Registrations_WithoutTheRequirement_ChangeNothingOfTheSignIn()
    {
        using var key = new SoftKey();
        using var folder = Folder([Registration("k", key.U2fRegistration)], required: false);
        await using var rig = await KeyRig.StartAsync(folder);

        var administrator = rig.Server.Get<AdministratorStore>().Find("admin")!;
        Assert.Equal((true, false, 1), (administrator.AllowPassword, administrator.AllowWebAuthn, administrator.Keys.Count));
    }

    [Fact]
    public async Task Answer_OfALegacyKey_IsCheckedAsHardAsAnother()
    {
        using var key = new SoftKey { Counter = 5, Flags = 0x01, SignsFor = AppId };
        using var folder = Folder([Registration("k", key.U2fRegistration)]);
        await using var rig = await KeyRig.StartAsync(folder);
        Assert.True((await rig.SignInAsync(key)).Ok);

        key.SignsFor = "https://evil.example";
        await RefusedAsync(rig, key);
        (key.SignsFor, key.Origin) = (AppId, "https://evil.example");
        await RefusedAsync(rig, key);
        (key.Origin, key.Flags) = (AppId, 0x00);
        await RefusedAsync(rig, key);
        (key.Flags, key.Type) = (0x01, "webauthn.create");
        await RefusedAsync(rig, key);
        key.Type = null;
        using var forger = new SoftKey { Id = key.Id, Counter = 1000, SignsFor = AppId };
        await RefusedAsync(rig, forger);
        var (asked, other) = (await rig.AskAsync(), await rig.AskAsync());
        Assert.Equal(Refusal.Unauthenticated, (await rig.FinishAsync(asked, key.Sign(other))).Kind);
        var replayed = key.Sign(other);
        Assert.True((await rig.FinishAsync(other, replayed)).Ok);
        Assert.Equal(Refusal.Unauthenticated, (await rig.FinishAsync(other, replayed)).Kind);
        Assert.False(Assert.Single(rig.Keys).Credential.CloneWarning);

        key.Counter = 2; // a copy of the key
        await RefusedAsync(rig, key);
        Assert.True(Assert.Single(rig.Keys).Credential.CloneWarning);
    }

    [Fact]
    public async Task Appid_IsNotAskedForWithoutHttps()
    {
        using var key = new SoftKey();
        using var folder = Folder([Registration("k", key.U2fRegistration)]);
        await using var rig = await KeyRig.StartAsync(folder);

        var asked = await rig.AskAsync(at: KeyOrigin.Of("http://localhost:8060"));

        Assert.Null(asked.Options["extensions"]); // browsers refuse the whole question with it
    }

    [Fact]
    public async Task BarePoint_AsOtherVersionsStoredIt_Works()
    {
        using var key = new SoftKey { SignsFor = AppId };
        await using var rig = await KeyRig.StartAsync();
        var stored = new SecurityKey { IsLegacyU2F = true, Id = key.Id, Description = "k", Credential = new SecurityKeyCredential { PublicKey = key.Point } };
        rig.Server.Get<AdministratorStore>().Change("admin", one => one with { Keys = [stored], AllowWebAuthn = true });

        Assert.True((await rig.SignInAsync(key)).Ok);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"webauthn.get\"}")]
    [InlineData("{\"type\":\"webauthn.get\",\"type\":\"webauthn.get\",\"challenge\":\"AAAA\",\"origin\":\"https://comet.example\"}")]
    public void Verifier_ClientDataThatAreNone_AreRefused(string client)
    {
        using var key = new SoftKey();
        var answer = KeyAnswer.Read(JsonSerializer.Serialize(new
        {
            id = "AAAA",
            response = new { clientDataJSON = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(client)), authenticatorData = "", signature = "" },
        }))!;

        Assert.False(LegacyKeyVerifier.Verify(answer, key.Point, [0, 0, 0], KeyRig.Https, AppId).Ok);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(36)]
    public void Verifier_ShortAuthenticatorData_AreRefused(int length)
    {
        using var key = new SoftKey();
        var client = "{\"type\":\"webauthn.get\",\"challenge\":\"AAAA\",\"origin\":\"https://comet.example\"}"u8.ToArray();
        var answer = KeyAnswer.Read(JsonSerializer.Serialize(new
        {
            id = "AAAA",
            response = new { clientDataJSON = Convert.ToBase64String(client), authenticatorData = Convert.ToBase64String(new byte[length]), signature = "AAAA" },
        }))!;

        Assert.Equal("The authenticator data is too short.", LegacyKeyVerifier.Verify(answer, key.Point, [0, 0, 0], KeyRig.Https, AppId).Why);
    }

    private static async Task RefusedAsync(KeyRig rig, SoftKey key) => Assert.Equal(Refusal.Unauthenticated, (await rig.SignInAsync(key)).Kind);

    private static JsonObject Registration(string description, byte[] message) =>
        new() { ["Description"] = description, ["RegisterTime"] = 1_500_000_000, ["Registration"] = Convert.ToBase64String(message) };

    private static TempFolder Folder(JsonNode?[] registrations, bool required = true, bool plain = false)
    {
        var folder = new TempFolder();
        File.WriteAllText(new DataFolder(folder.Path).Settings, new JsonObject
        {
            ["AdminUsers"] = new JsonArray(new JsonObject
            {
                ["Username"] = "admin",
                ["PasswordFormat"] = plain ? 0 : AdminPassword.Format,
                ["Password"] = plain ? "long enough" : AdminPassword.Make("long enough"),
                ["AllowPasswordLogin"] = !required,
                ["AllowPasswordAndU2FLogin"] = required,
                ["U2FRegistrations"] = new JsonArray(registrations),
                ["FieldOfAnotherVersion"] = "kept",
            }),
        }.ToJsonString());
        return folder;
    }

    private static JsonObject Saved(TempFolder folder) => (JsonObject)JsonNode.Parse(File.ReadAllText(new DataFolder(folder.Path).Settings))!["AdminUsers"]![0]!;
}
