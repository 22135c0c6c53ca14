using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.WebAuthn;

namespace Comet.Blazor.Tests.Security.WebAuthn;

/// <summary>Registering keys and signing in with them, against what an attacker would hand in.</summary>
public sealed class KeyCeremonyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoKeys_AreRegistered_AndEachSignsIn()
    {
        await using var rig = await KeyRig.StartAsync();
        using var first = new SoftKey();
        using var second = new SoftKey { Counter = 0, Flags = 0x01 }; // as a key of U2F: no verification of the person

        Assert.True((await rig.RegisterAsync(first, "  Blue key ")).Ok);
        Assert.True((await rig.RegisterAsync(second, "")).Ok);

        Assert.Equal(["Blue key", "Hardware security key"], rig.Keys.Select(static k => k.Description));
        Assert.All(rig.Keys, static k => Assert.Equal(1, k.Type));
        Assert.All(rig.Keys, static k => Assert.Equal("none", k.Credential.AttestationType));
        Assert.All(rig.Keys, static k => Assert.Equal(16, k.Credential.Aaguid.Length));
        foreach (var key in new[] { second, first, second })
        {
            var entered = await rig.SignInAsync(key);
            Assert.True(entered.Ok, entered.Why);
            Assert.Equal(key.Id, entered.Value.Id);
        }

        var uses = await rig.Server.Get<KeyUses>().FindAsync(second.Id, Ct);
        Assert.Equal((2u, rig.Clock.UnixNow(), "comet.example"), (uses.SignCount, uses.LastUsed, uses.RpId));
        Assert.All(rig.Keys, static k => Assert.False(k.Credential.CloneWarning));
    }

    [Fact]
    public async Task Options_AreThoseOfTheContract()
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();
        await rig.RegisterAsync(key);

        var creation = (await rig.Ceremony.BeginRegistrationAsync(KeyRig.Admin, KeyRig.Https, Ct)).Value!.Options;
        Assert.Equal("comet.example", creation["rp"]!["id"]!.GetValue<string>());
        Assert.Equal("admin", creation["user"]!["name"]!.GetValue<string>());
        Assert.InRange(Convert.FromBase64String(creation["user"]!["id"]!.GetValue<string>()).Length, 16, 64);
        Assert.InRange(Convert.FromBase64String(creation["challenge"]!.GetValue<string>()).Length, 16, 64);
        Assert.Equal("preferred", creation["authenticatorSelection"]!["userVerification"]!.GetValue<string>());
        Assert.Equal("discouraged", creation["authenticatorSelection"]!["residentKey"]!.GetValue<string>());
        Assert.Equal(key.Id, Convert.FromBase64String(Assert.Single((JsonArray)creation["excludeCredentials"]!)!["id"]!.GetValue<string>()));

        var request = (await rig.AskAsync()).Options;
        Assert.Equal("comet.example", request["rpId"]!.GetValue<string>());
        Assert.Equal("preferred", request["userVerification"]!.GetValue<string>());
        Assert.Equal(key.Id, Convert.FromBase64String(Assert.Single((JsonArray)request["allowCredentials"]!)!["id"]!.GetValue<string>()));
        Assert.Null(request["extensions"]);
    }

    [Fact]
    public async Task Answer_CountsOnce_WithinFiveMinutes_ForItsOwnPurposeAndPerson()
    {
        await using var rig = await KeyRig.StartAsync();
        var other = await AddAsync(rig, "other");
        using var key = new SoftKey();
        await rig.RegisterAsync(key);
        using var theirs = new SoftKey();
        Assert.True((await rig.RegisterAsync(theirs, by: other)).Ok);

        var asked = await rig.AskAsync();
        var answer = key.Sign(asked);
        Assert.True((await rig.FinishAsync(asked, answer)).Ok);
        Refused(await rig.FinishAsync(asked, answer)); // replayed
        var next = await rig.AskAsync();
        Refused(await rig.FinishAsync(next, answer)); // replayed with a fresh challenge

        var late = await rig.AskAsync();
        rig.Clock.Advance(KeyChallenges.Lifetime);
        Refused(await rig.FinishAsync(late, key.Sign(late)));

        var begun = await rig.Ceremony.BeginRegistrationAsync(KeyRig.Admin, KeyRig.Https, Ct);
        var request = (await rig.AskAsync()).Options;
        request["challenge"] = begun.Value!.Options["challenge"]!.DeepClone();
        var crossed = begun.Value with { Options = request };
        Refused(await rig.FinishAsync(crossed, key.Sign(crossed))); // a challenge for registering signs nobody in

        Refused(await rig.SignInAsync(theirs)); // another administrator's key
        var mine = await rig.AskAsync();
        Refused(await rig.FinishAsync(mine, key.Sign(mine), other)); // an answer for another account
        Assert.True((await rig.SignInAsync(theirs, other)).Ok);
        Assert.True((await rig.SignInAsync(key)).Ok);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("https://comet.example.evil.example")]
    [InlineData("http://comet.example")]
    [InlineData("https://comet.example:444")]
    [InlineData("null")]
    public async Task Answer_GivenAtAnotherPage_IsRefused(string origin)
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();
        await rig.RegisterAsync(key);
        using var stranger = new SoftKey { Origin = origin };

        key.Origin = origin;
        Refused(await rig.SignInAsync(key));
        Assert.Equal(Refusal.Invalid, (await rig.RegisterAsync(stranger)).Kind);
        Assert.Single(rig.Keys);
    }

    [Fact]
    public async Task Answer_ThatIsNotWhatWasAskedFor_IsRefused()
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();
        await rig.RegisterAsync(key);

        key.SignsFor = "evil.example";
        Refused(await rig.SignInAsync(key));
        (key.SignsFor, key.Flags) = (null, 0x04); // nobody touched it
        Refused(await rig.SignInAsync(key));
        (key.Flags, key.Type) = (0x05, "webauthn.create");
        Refused(await rig.SignInAsync(key));
        key.Type = null;
        using var forger = new SoftKey { Id = key.Id, Counter = 100 };
        Refused(await rig.SignInAsync(forger)); // the right id, another secret
        foreach (var text in new[] { "", "{}", "[]", "null", "{\"id\":\"AAAA\",\"response\":{\"signature\":\"?\"}}", "{\"id\":1,\"response\":{}}", new string('[', 50_000), new string('a', 100_000), "{\"id\":\"AAAA\",\"id\":\"AAAA\",\"response\":{}}" })
        {
            Refused(await rig.FinishAsync(await rig.AskAsync(), text));
        }

        Assert.True((await rig.SignInAsync(key)).Ok);
        Assert.All(rig.Keys, static k => Assert.False(k.Credential.CloneWarning)); // nobody can mark a key without having it
    }

    [Fact]
    public async Task Counter_GoingBackwards_IsRefused_MarksTheKey_AndIsOnRecord()
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();
        await rig.RegisterAsync(key);
        key.Counter = 40;
        Assert.True((await rig.SignInAsync(key)).Ok);

        key.Counter = 40; // says 41 again, as a copy would
        var refused = await rig.SignInAsync(key);

        Refused(refused);
        Assert.Contains("copy", refused.Why, StringComparison.Ordinal);
        Assert.True(Assert.Single(rig.Keys).Credential.CloneWarning);
        Assert.Contains(await ActionsAsync(rig), static a => a == AuditActions.SecurityKeyCopySuspected.Code);
    }

    [Fact]
    public async Task Counter_OutlivesARestart_AndTheLossOfTheStoreFallsBackToTheFile()
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey { Counter = 10 };
        await rig.RegisterAsync(key);
        Assert.True((await rig.SignInAsync(key)).Ok);
        await rig.Server.Get<KeyUses>().RemoveAsync(key.Id, Ct);

        key.Counter = 5;
        Refused(await rig.SignInAsync(key));
        key.Counter = 10;
        Assert.True((await rig.SignInAsync(key)).Ok);
    }

    [Fact]
    public async Task Key_OfSomebodyElse_CantBeRegistered_AndItsCounterStays()
    {
        await using var rig = await KeyRig.StartAsync();
        var other = await AddAsync(rig, "other");
        using var key = new SoftKey { Counter = 50 };
        await rig.RegisterAsync(key);
        using var same = new SoftKey { Id = key.Id };

        Assert.Equal(Refusal.Conflict, (await rig.RegisterAsync(same, by: other)).Kind);
        Assert.Equal(Refusal.Conflict, (await rig.RegisterAsync(key)).Kind);
        Assert.Equal(50u, (await rig.Server.Get<KeyUses>().FindAsync(key.Id, Ct)).SignCount);
    }

    [Fact]
    public async Task Keys_OfAnotherAddress_AreNamedWithIt()
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();
        await rig.RegisterAsync(key);

        var asked = await rig.Ceremony.BeginAssertionAsync(KeyRig.Admin, KeyOrigin.Of("http://localhost:8060")!, Ct);

        Assert.Equal(Refusal.Conflict, asked.Kind);
        Assert.Contains("comet.example", asked.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Challenges_AreBounded()
    {
        await using var rig = await KeyRig.StartAsync();
        var challenges = rig.Server.Get<KeyChallenges>();
        PendingCeremony Of(string name) => new(name, KeyPurpose.Assertion, KeyRig.Https, [], "", null);

        var first = challenges.Add(Of("admin"));
        for (var n = 0; n < KeyChallenges.Most + 100; n++)
        {
            challenges.Add(Of($"name {n}"));
        }

        Assert.Equal(KeyChallenges.Most, challenges.Count);
        Assert.Null(challenges.Take(first, "admin", KeyPurpose.Assertion));

        var mine = challenges.Add(Of("admin"));
        Enumerable.Range(0, 1000).ToList().ForEach(_ => challenges.Add(Of("mallory")));
        Assert.NotNull(challenges.Take(mine, "admin", KeyPurpose.Assertion)); // one person's thousand pushes out only his own
        rig.Clock.Advance(KeyChallenges.Lifetime);
        challenges.Add(Of("admin"));
        Assert.Equal(1, challenges.Count);
    }

    [Theory]
    [InlineData("Blåer Schlüssel 🔑 家", true)]
    [InlineData("x\u0000y", false)]
    [InlineData("line\nbreak", false)]
    public async Task Description_MayBeAnyText_ButControlCharacters(string name, bool taken)
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();

        Assert.Equal(taken, (await rig.RegisterAsync(key, name)).Ok);
        Assert.Equal(taken ? [name] : [], rig.Keys.Select(static k => k.Description));
    }

    [Fact]
    public void Description_HasAtMostAHundredCharacters()
    {
        Assert.True(KeyNames.Check(string.Concat(Enumerable.Repeat("👩‍👩‍👧", 100)) + "  ").Ok);
        Assert.False(KeyNames.Check(new string('x', 101)).Ok);
        Assert.False(KeyNames.Check(new string('x', 1_000_000)).Ok);
        Assert.False(KeyNames.Check("e" + new string('\u0301', 5000)).Ok);
    }

    [Theory]
    [InlineData("http://192.0.2.1:8060", "IP address")]
    [InlineData("https://[2001:db8::1]", "IP address")]
    [InlineData("http://127.0.0.1:8060", "IP address")]
    [InlineData("http://comet.example", "HTTPS")]
    [InlineData("http://localhost:8060", "")]
    [InlineData("http://comet.localhost", "")]
    [InlineData("https://comet.example:8443", "")]
    public async Task Registration_IsOfferedWhereBrowsersCan(string address, string why)
    {
        await using var rig = await KeyRig.StartAsync();

        var asked = await rig.Ceremony.BeginRegistrationAsync(KeyRig.Admin, KeyOrigin.Of(address)!, Ct);

        Assert.Equal(why.Length == 0, asked.Ok);
        Assert.Contains(why, asked.Why, StringComparison.Ordinal);
    }

    private static void Refused(Outcome<SecurityKey> outcome)
    {
        Assert.Equal(Refusal.Unauthenticated, outcome.Kind);
        Assert.NotEqual("", outcome.Why);
    }

    private static async Task<Actor> AddAsync(KeyRig rig, string name)
    {
        Assert.True(rig.Server.Get<AdministratorStore>().Add(AdministratorStore.New(name, "", await Task.Run(() => AdminPassword.Make("long enough")))).Ok);
        return new Actor(ActorKind.Administrator, name);
    }

    private static async Task<List<string>> ActionsAsync(KeyRig rig)
    {
        var records = await rig.Server.Get<Comet.Blazor.Data.ServerStore>().Db.ReadAsync(static db => db.Scan(AuditChain.Entries).Select(static r => System.Text.Encoding.UTF8.GetString(r.Json)).ToList(), Ct);
        return records.ConvertAll(static json => AuditActions.All.FirstOrDefault(a => json.Contains($"\"{a.Code}\"", StringComparison.Ordinal))?.Code ?? json);
    }
}
