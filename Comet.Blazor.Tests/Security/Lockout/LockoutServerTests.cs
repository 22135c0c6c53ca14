using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Passwords;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Security.Lockout;

/// <summary>The protection at the real server's doors: pages, API and devices (spec/04 §4.6).</summary>
public sealed partial class LockoutServerTests
{
    private const string TooMany = "Too many failed attempts. Try again in ";
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Api_AfterTheThreshold_TellsTheWait_RefusesTheRightPassword_AndOpensAgain()
    {
        await using var server = await StartAsync(new LoginProtection(true, 3, 60));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((401, "The username or password is wrong."), await CallAsync(server, "admin", $"guess {i}"));
        }

        Assert.Equal((429, TooMany + "60 seconds."), await CallAsync(server, "admin", "admin"));
        _clock.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal((429, TooMany + "15 seconds."), await CallAsync(server, "admin", "admin"));
        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(200, (await CallAsync(server, "admin", "admin")).Status);
    }

    [Fact]
    public async Task Api_UnknownName_IsLockedLikeAKnownOne()
    {
        await using var server = await StartAsync(new LoginProtection(true, 3, 60));
        foreach (var name in new[] { "admin", "nobody" })
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal((401, "The username or password is wrong."), await CallAsync(server, name, $"guess {i}"));
            }

            Assert.Equal((429, TooMany + "60 seconds."), await CallAsync(server, name, "guess"));
        }
    }

    [Fact]
    public async Task Web_AfterTheThreshold_TellsTheWait_AndPagesShareItWithTheApi()
    {
        await using var server = await StartAsync(new LoginProtection(true, 3, 60));
        using var browser = Browser(server);
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("The username or password is wrong.", await SignInAsync(browser, "admin", $"guess {i}"), StringComparison.Ordinal);
        }

        Assert.Equal(401, (await CallAsync(server, "admin", "guess")).Status);

        Assert.Contains(TooMany + "60 seconds.", await SignInAsync(browser, "admin", "admin"), StringComparison.Ordinal);
        Assert.Equal((429, TooMany + "60 seconds."), await CallAsync(server, "admin", "admin"));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("", await SignInAsync(browser, "admin", "admin"));
    }

    [Fact]
    public async Task Settings_Changed_CountAtOnce()
    {
        await using var server = await StartAsync(new LoginProtection(true, 3, 60));
        for (var i = 0; i < 3; i++)
        {
            await CallAsync(server, "admin", "guess");
        }

        Assert.Equal(429, (await CallAsync(server, "admin", "admin")).Status);
        Set(server, new LoginProtection(false, 3, 60));
        Assert.Equal(200, (await CallAsync(server, "admin", "admin")).Status);
    }

    [Fact]
    public async Task Api_TenThousandGuesses_CostTwentyHashes_AndLittleMemory()
    {
        await using var server = await StartAsync(new LoginProtection(true, 2, 600));
        var (passwords, guard) = (server.Get<VerifiedPasswords>(), server.Get<LoginGuard>());
        var refused = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Ct }, async (i, _) =>
        {
            var (status, _) = await CallAsync(server, i % 2 == 0 ? "admin" : $"name {i}", $"guess {i}");
            Interlocked.Add(ref refused, status == 429 ? 1 : 0);
            Assert.NotEqual(200, status);
        });

        Assert.Equal(20, passwords.SlowChecks);
        Assert.Equal(10_000 - 20, refused);
        Assert.InRange(guard.Remembered, 1, 30);
        Assert.Equal(429, (await CallAsync(server, "admin", "admin")).Status);
    }

    [Fact]
    public async Task Api_SamePasswordWithEachRequest_IsHashedOnce_UntilItIsChanged()
    {
        await using var server = await StartAsync(LoginProtection.Default);
        var passwords = server.Get<VerifiedPasswords>();
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(200, (await CallAsync(server, "admin", "admin")).Status);
        }

        Assert.Equal(1, passwords.SlowChecks);
        var record = AdminPassword.Make("another one");
        Assert.True(server.Get<AdministratorStore>().Change("admin", one => one with { PasswordRecord = record }).Ok);
        Assert.Equal(401, (await CallAsync(server, "admin", "admin")).Status);
        Assert.Equal(200, (await CallAsync(server, "admin", "another one")).Status);
    }

    [Fact]
    public async Task Api_AddressThatTheRuleLeavesOut_IsRefusedLikeAWrongPassword_InWordsWorkAndCount()
    {
        await using var server = await StartAsync(new LoginProtection(true, 4, 60));
        var (administrators, passwords) = (server.Get<AdministratorStore>(), server.Get<VerifiedPasswords>());
        Assert.Equal(200, (await CallAsync(server, "admin", "admin")).Status);
        Assert.True(administrators.Change("admin", static one => one with { AllowedAddresses = @"^10\." }).Ok);
        var before = passwords.SlowChecks;

        Assert.Equal((401, "The username or password is wrong."), await CallAsync(server, "admin", "admin"));
        Assert.Equal((401, "The username or password is wrong."), await CallAsync(server, "admin", "nope"));
        Assert.Equal(before + 2, passwords.SlowChecks); // the remembered success was not asked: a quick answer would tell
        Assert.True(administrators.Change("admin", static one => one with { AllowedAddresses = @"^127\.0\.0\.1$" }).Ok);
        Assert.Equal(200, (await CallAsync(server, "admin", "admin")).Status);

        Assert.True(administrators.Change("admin", static one => one with { AllowedAddresses = "(" }).Ok);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(401, (await CallAsync(server, "admin", "admin")).Status);
        }

        Assert.Equal(429, (await CallAsync(server, "admin", "admin")).Status);
    }

    [Fact]
    public async Task Device_AfterTheThreshold_IsToldTheWaitBeforeItsSalt_AndComesInAfterwards()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true, limits: new LinkLimits { FailureDelay = TimeSpan.Zero });
        Set(fleet.Server, new LoginProtection(true, 3, 120));
        for (var i = 0; i < 3; i++)
        {
            await using var guess = await AgentClient.ConnectAsync(fleet.Server);
            Assert.Equal(AgentProtocol.CloseCodes.BadCredentials, Assert.IsType<Refused>(await guess.TryAsync(Fleet.User, $"guess {i}")).Code);
        }

        fleet.FakeClock!.Advance(TimeSpan.FromSeconds(20));
        await using var early = await AgentClient.ConnectAsync(fleet.Server);
        await early.SendAsync(new AskSalt([AgentProtocol.Version], Fleet.User));
        Assert.Equal(new Refused(AgentProtocol.CloseCodes.TooMany, TooMany + "100 seconds.", 100), await early.ReadAsync());

        fleet.FakeClock.Advance(TimeSpan.FromSeconds(100));
        await using var device = await fleet.SignInAsync();
        await device.AssertAliveAsync();
    }

    [Fact]
    public async Task Devices_HundredGuessesAtOnce_AreThree()
    {
        await using var fleet = await Fleet.StartAsync();
        Set(fleet.Server, new LoginProtection(true, 3, 120));
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            await using var guess = await AgentClient.ConnectAsync(fleet.Server);
            await guess.SendAsync(new AskSalt([AgentProtocol.Version], Fleet.User));
            if (await guess.ReadAsync() is not Salt)
            {
                return AgentProtocol.CloseCodes.TooMany;
            }

            await guess.SendAsync(AgentClient.Hello(Fleet.User, PasswordKeys.Derive($"guess {i}", new byte[16], 1)));
            return Assert.IsType<Refused>(await guess.ReadAsync()).Code;
        }));

        Assert.Equal(3, answers.Count(static a => a == AgentProtocol.CloseCodes.BadCredentials));
        Assert.Equal(97, answers.Count(static a => a == AgentProtocol.CloseCodes.TooMany));
        Assert.Equal(3, fleet.Server.Get<VerifiedPasswords>().SlowChecks);
    }

    private static void Set(TestServer server, LoginProtection protection) => server.Get<SettingsFile>().Update(root =>
    {
        protection.Write(root);
        return true;
    });

    private static async Task<(int Status, string Message)> CallAsync(TestServer server, string name, string password)
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("Username", name), KeyValuePair.Create("AuthType", "Password"), KeyValuePair.Create("Password", password)]);
        using var answer = await server.Client.PostAsync("api/v1/admin/list-users", form, Ct);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct));
        return json is JsonArray ? (200, "") : ((int)json!["Status"]!, (string)json["Message"]!);
    }

    private static HttpClient Browser(TestServer server) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(server.Address) };

    /// <summary>Answers what the page says; empty when it lets in.</summary>
    private static async Task<string> SignInAsync(HttpClient browser, string username, string password)
    {
        var token = Token().Match(await browser.GetStringAsync("/sign-in", Ct)).Groups[1].Value;
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["_handler"] = "sign-in", ["__RequestVerificationToken"] = token, ["Given.Username"] = username, ["Given.Password"] = password });
        using var answer = await browser.PostAsync("/sign-in", form, Ct);
        return answer.StatusCode == HttpStatusCode.Redirect ? "" : Said().Match(await answer.Content.ReadAsStringAsync(Ct)).Groups[1].Value;
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    [GeneratedRegex("id=\"wrong\"[^>]*>([^<]+)<")]
    private static partial Regex Said();

    private async Task<TestServer> StartAsync(LoginProtection protection)
    {
        var server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(_clock));
        Set(server, protection);
        return server;
    }
}
