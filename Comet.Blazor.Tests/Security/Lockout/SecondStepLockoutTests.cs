using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Security.Totp;
using Comet.Blazor.Security.WebAuthn;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OtpNet;

namespace Comet.Blazor.Tests.Security.Lockout;

/// <summary>Guessing of second factors counts like guessing of passwords, and so does guessing of customers' passwords (spec/04 §4.6).</summary>
public sealed class SecondStepLockoutTests
{
    private static readonly SignInFrom From = new("192.0.2.7", null, ActorVia.Api);
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WrongCodes_WithTheRightPasswordBetween_EndInAWait()
    {
        await using var server = await StartAsync();
        var (entrance, secret) = (server.Get<Entrance>(), RequireCodes(server));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Refusal.Unauthenticated, (await EnterAsync(entrance, "000000")).Kind);
        }

        var refused = await EnterAsync(entrance, Code(secret));

        Assert.Equal((Refusal.TooMany, "Too many failed attempts. Try again in 60 seconds."), (refused.Kind, refused.Why));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await EnterAsync(entrance, Code(secret))).Ok);
        Assert.Equal(TimeSpan.Zero, server.Get<LoginGuard>().Wait(From.Address, "admin"));
    }

    [Fact]
    public async Task HundredCodesAtOnce_AreThree()
    {
        await using var server = await StartAsync();
        var entrance = server.Get<Entrance>();
        RequireCodes(server);
        var who = (await entrance.PasswordAsync(From, "admin", "admin", Ct)).Value!.Administrator;

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => entrance.CodeAsync(From, who, $"{i:000000}", Ct)));

        Assert.Equal((3, 97), (answers.Count(static a => a.Kind == Refusal.Unauthenticated), answers.Count(static a => a.Kind == Refusal.TooMany)));
    }

    [Fact]
    public async Task WrongCodes_FromManyAddresses_EndInAWaitOfThatAccountAlone()
    {
        await using var server = await StartAsync();
        var (entrance, secret) = (server.Get<Entrance>(), RequireCodes(server));
        var who = server.Get<AdministratorStore>().Find("admin")!;
        for (var i = 0; i < 3 * LoginGuard.AddressFactor; i++)
        {
            Assert.Equal(Refusal.Unauthenticated, (await entrance.CodeAsync(From with { Address = $"198.51.100.{i}" }, who, "000000", Ct)).Kind);
        }

        Assert.Equal(Refusal.TooMany, (await entrance.CodeAsync(From with { Address = "203.0.113.9" }, who, Code(secret), Ct)).Kind);
        var other = AdministratorStore.New("other", "", AdminPassword.Make("a password")) with { AllowTotp = true, TotpKey = server.Get<TotpCodes>().Seal(TotpOwner.Administrator("other"), secret) };
        Assert.True((await entrance.CodeAsync(From, other, Code(secret), Ct)).Ok);
        Assert.True((await entrance.PasswordAsync(From, "admin", "admin", Ct)).Ok); // without the password nobody is kept out
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await entrance.CodeAsync(From, who, Code(secret), Ct)).Ok);
    }

    [Fact]
    public async Task WrongAnswersOfASecurityKey_EndInAWait()
    {
        await using var server = await StartAsync();
        var entrance = server.Get<Entrance>();
        var who = server.Get<AdministratorStore>().Find("admin")! with { AllowWebAuthn = true, Keys = [new SecurityKey()] };
        var asked = 0;
        for (var i = 0; i < 5; i++)
        {
            await entrance.KeyAsync(From, who, Wrong, Ct);
        }

        Assert.Equal(3, asked);

        Task<Outcome> Wrong()
        {
            asked++;
            return Task.FromResult(Outcome.Refuse(Refusal.Unauthenticated, "The answer is none of this key."));
        }
    }

    [Fact]
    public async Task CustomersPassword_GuessedInTheBrowserOrApi_LocksItsDevicesToo()
    {
        await using var server = await StartAsync();
        await Fleet.AddUserAsync(server, "mary");
        var entrance = server.Get<CustomerEntrance>();
        var here = From with { Address = "127.0.0.1" };
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Refusal.Unauthenticated, (await entrance.PasswordAsync(here, "mary", $"guess {i}", Ct)).Kind);
        }

        Assert.Equal(Refusal.TooMany, (await entrance.PasswordAsync(here, "mary", Fleet.Password, Ct)).Kind);
        await using var device = await AgentClient.ConnectAsync(server);
        Assert.Equal(Wire.AgentProtocol.CloseCodes.TooMany, Assert.IsType<Wire.Refused>(await device.TryAsync("mary", Fleet.Password)).Code);
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await entrance.PasswordAsync(here, "mary", Fleet.Password, Ct)).Ok);
    }

    private static async Task<Outcome> EnterAsync(Entrance entrance, string code)
    {
        var step = await entrance.PasswordAsync(From, "admin", "admin", Ct);
        return step.Ok ? (await entrance.CodeAsync(From, step.Value.Administrator, code, Ct)).Plain : step.Plain;
    }

    private static TotpSecret RequireCodes(TestServer server)
    {
        var codes = server.Get<TotpCodes>();
        var secret = codes.NewSecret();
        var key = codes.Seal(TotpOwner.Administrator("admin"), secret);
        Assert.True(server.Get<AdministratorStore>().Change("admin", one => one with { AllowPassword = false, AllowTotp = true, TotpKey = key }).Ok);
        return secret;
    }

    private string Code(TotpSecret secret) => new OtpNet.Totp(Base32Encoding.ToBytes(secret.Text)).ComputeTotp(_clock.GetUtcNow().UtcDateTime);

    private async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(_clock));
        server.Get<SettingsFile>().Update(static root =>
        {
            new LoginProtection(true, 3, 60).Write(root);
            return true;
        });
        return server;
    }
}
