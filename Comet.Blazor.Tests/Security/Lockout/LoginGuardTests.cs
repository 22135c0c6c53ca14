using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Security.Lockout;

/// <summary>How often a sign-in may fail, and what follows (spec/04 §4.6).</summary>
public sealed class LoginGuardTests : IDisposable
{
    private const string Home = "192.0.2.7";
    private readonly TempFolder _folder = new();
    private readonly TestClock _clock = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task NewServer_IsProtected_AndItsFileSaysHow()
    {
        var guard = await OpenAsync();

        Assert.Equal(new LoginProtection(true, 10, 300), guard.Protection);
        var written = JsonNode.Parse(await File.ReadAllTextAsync(_folder.Sub("cometd.cfg"), Ct))!["LoginProtection"]!;
        Assert.Equal("""{"Enabled":true,"FailureThreshold":10,"CooldownSeconds":300}""", written.ToJsonString());
    }

    [Theory]
    [InlineData("{}", true, 10, 300)]
    [InlineData("""{"LoginProtection":null}""", true, 10, 300)]
    [InlineData("""{"LoginProtection":{"Enabled":true}}""", true, 10, 300)]
    [InlineData("""{"LoginProtection":{"Enabled":true,"FailureThreshold":0,"CooldownSeconds":0}}""", true, 10, 300)]
    [InlineData("""{"LoginProtection":{"Enabled":true,"FailureThreshold":3,"CooldownSeconds":7}}""", true, 3, 7)]
    [InlineData("""{"LoginProtection":{"Enabled":false,"FailureThreshold":3,"CooldownSeconds":7}}""", false, 3, 7)]
    public async Task OlderFile_IsTakenAsItSays(string json, bool enabled, int threshold, int cooldown)
    {
        var guard = await OpenAsync(json);

        Assert.Equal(new LoginProtection(enabled, threshold, cooldown), guard.Protection);
        Assert.Equal(json, await File.ReadAllTextAsync(_folder.Sub("cometd.cfg"), Ct));
    }

    [Theory]
    [InlineData("""{"LoginProtection":7}""")]
    [InlineData("""{"LoginProtection":{"Enabled":"yes"}}""")]
    [InlineData("""{"LoginProtection":{"Enabled":true,"FailureThreshold":"ten"}}""")]
    [InlineData("""{"LoginProtection":{"Enabled":true,"FailureThreshold":-1}}""")]
    [InlineData("""{"LoginProtection":{"Enabled":true,"FailureThreshold":2.5}}""")]
    [InlineData("""{"LoginProtection":{"Enabled":true,"CooldownSeconds":99999999999}}""")]
    public async Task File_WithLimitsThatAreNone_StopsTheStartWithASentence(string json)
    {
        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => OpenAsync(json));

        Assert.Contains("cometd.cfg has a LoginProtection that can't be", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Threshold_IsReached_ThenTheRightPasswordIsRefusedAsWell_AndTheWaitCountsDown()
    {
        var guard = await OpenAsync();
        await FailAsync(guard, 9);
        Assert.True((await SucceedOrNotAsync(guard, right: false)).Ok);

        var refused = await SucceedOrNotAsync(guard, right: true);

        Assert.Equal((Refusal.TooMany, "Too many failed attempts. Try again in 300 seconds."), (refused.Kind, refused.Why));
        _clock.Advance(TimeSpan.FromSeconds(100.5));
        Assert.Equal("Too many failed attempts. Try again in 200 seconds.", (await SucceedOrNotAsync(guard, right: true)).Why);
        _clock.Advance(TimeSpan.FromSeconds(199));
        Assert.Equal("Too many failed attempts. Try again in 1 second.", (await SucceedOrNotAsync(guard, right: true)).Why);
        Assert.Equal(TimeSpan.FromSeconds(0.5), guard.Wait(Home, "mary"));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(TimeSpan.Zero, guard.Wait(Home, "mary"));
        await FailAsync(guard, 9);
        Assert.True((await SucceedOrNotAsync(guard, right: true)).Ok);
    }

    [Fact]
    public async Task AttemptsDuringTheWait_DoNotProlongIt()
    {
        var guard = await OpenAsync();
        await FailAsync(guard, 10);
        _clock.Advance(TimeSpan.FromSeconds(200));
        for (var i = 0; i < 50; i++)
        {
            Assert.False((await SucceedOrNotAsync(guard, right: false)).Ok);
        }

        Assert.Equal(TimeSpan.FromSeconds(100), guard.Wait(Home, "mary"));
    }

    [Fact]
    public async Task Success_ForgetsTheFailuresBefore()
    {
        var guard = await OpenAsync();
        for (var round = 0; round < 5; round++)
        {
            await FailAsync(guard, 9);
            Assert.True((await SucceedOrNotAsync(guard, right: true)).Ok);
        }
    }

    [Theory]
    [InlineData("mary", true)]
    [InlineData("Root", false)]
    public async Task SuccessOfACustomer_ForgetsTheFailuresBefore_UnlessAnAdministratorHasThatName(string name, bool forgets)
    {
        var guard = await OpenAsync("""{"AdminUsers":[{"Username":"root"}]}""");
        for (var round = 0; round < 5; round++)
        {
            for (var guess = 0; guess < 9 && guard.Wait(Home, name) == TimeSpan.Zero; guess++)
            {
                using var attempt = await guard.EnterAsync(Home, name, Ct);
                attempt.Failed();
            }

            await guard.CheckCustomerAsync(Home, name, static () => Task.FromResult<Outcome<string>>("in"), Ct);
        }

        Assert.Equal(forgets, guard.Wait(Home, name) == TimeSpan.Zero);
    }

    [Fact]
    public async Task RightPassword_WithASecondStepToFollow_ForgetsNothing()
    {
        var guard = await OpenAsync();
        for (var code = 0; code < 10; code++)
        {
            using (await guard.EnterAsync(Home, "mary", Ct))
            {
                // The password was right: neither success nor failure.
            }

            await FailAsync(guard, 1); // the code was wrong
        }

        Assert.Equal(Refusal.TooMany, (await SucceedOrNotAsync(guard, right: true)).Kind);
    }

    [Fact]
    public async Task Failures_WithoutAWait_AreForgottenAfterFiveMinutes()
    {
        var guard = await OpenAsync("""{"LoginProtection":{"Enabled":true,"FailureThreshold":3,"CooldownSeconds":1}}""");
        await FailAsync(guard, 2);
        _clock.Advance(TimeSpan.FromMinutes(4.9));
        await FailAsync(guard, 1);
        Assert.True(guard.Wait(Home, "mary") > TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await FailAsync(guard, 2);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await FailAsync(guard, 2);
        Assert.Equal(TimeSpan.Zero, guard.Wait(Home, "mary"));
    }

    [Fact]
    public async Task OtherNamesAndAddresses_AreNotTouched()
    {
        var guard = await OpenAsync();
        await FailAsync(guard, 10);

        Assert.True((await SucceedOrNotAsync(guard, right: true, name: "peter")).Ok);
        Assert.True((await SucceedOrNotAsync(guard, right: true, address: "192.0.2.8")).Ok);
        Assert.True((await SucceedOrNotAsync(guard, right: true, address: null)).Ok);
    }

    [Fact]
    public async Task Address_WithTenTimesAsManyFailures_WaitsWhateverTheNames()
    {
        var guard = await OpenAsync();
        for (var i = 0; i < 100; i++)
        {
            Assert.True((await SucceedOrNotAsync(guard, right: false, name: $"name {i}")).Ok);
        }

        Assert.Equal("Too many failed attempts. Try again in 300 seconds.", (await SucceedOrNotAsync(guard, right: true, name: "peter")).Why);
        Assert.True((await SucceedOrNotAsync(guard, right: true, name: "peter", address: "192.0.2.8")).Ok);
    }

    [Fact]
    public async Task Address_SuccessesBetween_DoNotResetIt()
    {
        var guard = await OpenAsync();
        for (var i = 0; i < 100; i++)
        {
            await SucceedOrNotAsync(guard, right: false, name: $"name {i}");
            await SucceedOrNotAsync(guard, right: true, name: "the guesser's own account");
        }

        Assert.Equal(Refusal.TooMany, (await SucceedOrNotAsync(guard, right: true, name: "the guesser's own account")).Kind);
    }

    [Theory]
    [InlineData("::ffff:192.0.2.7", Home, "mary", "mary")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", "mary", "mary")]
    [InlineData("fe80::1%3", "fe80::1%4", "mary", "mary")]
    [InlineData(Home, Home, "mary", "MARY")]
    public async Task SameCaller_InAnotherForm_IsCountedTogether(string address, string other, string name, string otherName)
    {
        var guard = await OpenAsync();
        await FailAsync(guard, 10, name, address);

        Assert.Equal(Refusal.TooMany, (await SucceedOrNotAsync(guard, right: true, otherName, other)).Kind);
    }

    [Fact]
    public async Task HundredGuessesAtOnce_AreTenGuesses()
    {
        var guard = await OpenAsync();
        var hashing = new TaskCompletionSource();
        var hashed = 0;
        var guesses = Enumerable.Range(0, 100).Select(_ => guard.CheckAsync<string>(Home, "mary", SlowAsync, Ct)).ToList();
        await Wait.UntilAsync(() => Volatile.Read(ref hashed) == 10, "ten are being checked");

        hashing.SetResult();
        var answers = await Task.WhenAll(guesses);

        Assert.Equal(10, hashed);
        Assert.Equal((10, 90), (answers.Count(static a => a.Kind == Refusal.Unauthenticated), answers.Count(static a => a.Kind == Refusal.TooMany)));

        async Task<Outcome<string>> SlowAsync()
        {
            Interlocked.Increment(ref hashed);
            await hashing.Task;
            return Outcome.Refuse(Refusal.Unauthenticated, "wrong");
        }
    }

    [Fact]
    public async Task HundredSignInsAtOnce_WithTheRightPassword_AllSucceed()
    {
        var guard = await OpenAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => guard.CheckAsync<string>(Home, "mary", RightAsync, Ct)));

        Assert.All(answers, static a => Assert.True(a.Ok));
        Assert.Equal(0, guard.Remembered);

        static async Task<Outcome<string>> RightAsync()
        {
            await Task.Yield();
            return "mary";
        }
    }

    [Fact]
    public async Task WhoWaitsForOthers_MayLeave_AndFaultsGiveThePlaceBack()
    {
        var guard = await OpenAsync("""{"LoginProtection":{"Enabled":true,"FailureThreshold":1,"CooldownSeconds":10}}""");
        var first = await guard.EnterAsync(Home, "mary", Ct);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var second = guard.EnterAsync(Home, "mary", leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first.Dispose();
        first.Dispose();

        await Assert.ThrowsAsync<IOException>(() => guard.CheckAsync<string>(Home, "mary", static () => throw new IOException("disk"), Ct));

        Assert.True((await SucceedOrNotAsync(guard, right: true)).Ok);
        Assert.Equal(0, guard.Remembered);
    }

    [Fact]
    public async Task Settings_Changed_CountAtOnce()
    {
        var settings = Settings(null);
        var guard = await OpenAsync(settings);
        await FailAsync(guard, 5);

        Change(settings, new LoginProtection(true, 5, 60));
        Assert.Equal("Too many failed attempts. Try again in 60 seconds.", (await SucceedOrNotAsync(guard, right: true)).Why);
        Change(settings, new LoginProtection(true, 5, 7200));
        Assert.Equal("Too many failed attempts. Try again in 7200 seconds.", (await SucceedOrNotAsync(guard, right: true)).Why);
        Change(settings, new LoginProtection(true, 20, 60));
        await FailAsync(guard, 14);
        Change(settings, new LoginProtection(false, 1, 60));
        await FailAsync(guard, 500);
        Assert.True((await SucceedOrNotAsync(guard, right: true)).Ok);
    }

    [Fact]
    public async Task Clock_SetBack_ProlongsNoWait_AndSetForward_EndsNone()
    {
        var guard = await OpenAsync();
        await FailAsync(guard, 10);

        _clock.Offset = TimeSpan.FromDays(-400);
        Assert.Equal(TimeSpan.FromSeconds(300), guard.Wait(Home, "mary"));
        _clock.Offset = TimeSpan.FromDays(400);
        Assert.Equal(TimeSpan.FromSeconds(300), guard.Wait(Home, "mary"));
        _clock.Advance(TimeSpan.FromSeconds(300));
        Assert.True((await SucceedOrNotAsync(guard, right: true)).Ok);
    }

    [Fact]
    public async Task Names_OfAnyLengthAndScript_AreCounted()
    {
        var guard = await OpenAsync();
        foreach (var name in new[] { "", new string('x', 1_000_000), "ünïcødé 🗝", "\ud800", "a\nb\0c" })
        {
            await FailAsync(guard, 10, name, $"192.0.2.{name.Length % 200}");
            Assert.Equal(Refusal.TooMany, (await SucceedOrNotAsync(guard, right: true, name, $"192.0.2.{name.Length % 200}")).Kind);
        }
    }

    [Fact]
    public async Task TenThousandGuesses_FromOneAddress_AreAHundred_InBoundedMemory()
    {
        var guard = await OpenAsync();
        var tried = 0;
        for (var i = 0; i < 10_000; i++)
        {
            tried += (await SucceedOrNotAsync(guard, right: false, name: $"name {i}")).Ok ? 1 : 0;
        }

        Assert.Equal(100, tried);
        Assert.Equal(101, guard.Remembered);
    }

    [Fact]
    public async Task GuessesFromAHundredThousandAddresses_StayInBoundedMemory_AndWashNoWaitOut()
    {
        var guard = await OpenAsync();
        await FailAsync(guard, 10);
        for (var i = 0; i < 100_000; i++)
        {
            await SucceedOrNotAsync(guard, right: false, name: "mary", address: $"2001:db8:{i >> 16:x}:{i & 0xffff:x}::1");
        }

        Assert.InRange(guard.Remembered, 1, 2 * (LoginGuard.Capacity + FailureCounts.Shared));
        Assert.Equal(Refusal.TooMany, (await SucceedOrNotAsync(guard, right: true)).Kind);
    }

    private static void Change(SettingsFile settings, LoginProtection to) => settings.Update(root =>
    {
        to.Write(root);
        return true;
    });

    private static async Task FailAsync(LoginGuard guard, int times, string name = "mary", string? address = Home)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True((await SucceedOrNotAsync(guard, right: false, name, address)).Ok);
        }
    }

    /// <summary>Tries; answers whether the password was looked at.</summary>
    private static async Task<Outcome> SucceedOrNotAsync(LoginGuard guard, bool right, string name = "mary", string? address = Home)
    {
        using var attempt = await guard.EnterAsync(address, name, Ct);
        if (right)
        {
            attempt.Succeeded();
        }
        else
        {
            attempt.Failed();
        }

        return attempt.May;
    }

    private SettingsFile Settings(string? json)
    {
        if (json is not null)
        {
            File.WriteAllText(_folder.Sub("cometd.cfg"), json);
        }

        return SettingsFile.Open(_folder.Sub("cometd.cfg"));
    }

    private Task<LoginGuard> OpenAsync(string? json = null) => OpenAsync(Settings(json));

    private async Task<LoginGuard> OpenAsync(SettingsFile settings)
    {
        var guard = new LoginGuard(settings, _clock, NullLogger<LoginGuard>.Instance);
        await guard.OpenAsync(Ct);
        return guard;
    }

    /// <summary>A clock whose hands somebody moves while time goes on.</summary>
    private sealed class TestClock : FakeTimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

        public override long GetTimestamp() => base.GetUtcNow().Ticks; // as the system's does: apart from the hands
    }
}
