using System.Net;
using System.Net.WebSockets;
using System.Text;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Codes = Comet.Blazor.Wire.AgentProtocol.CloseCodes;

namespace Comet.Blazor.Tests.Devices;

/// <summary>How a link begins: who is let in, and how the others are told.</summary>
public sealed class SignInTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_RightPassword_IsWelcomedListedAndRegistered()
    {
        await using var fleet = await Fleet.StartAsync();

        await using var device = await fleet.SignInAsync("device-7");

        var live = Assert.Single(fleet.Connections.All);
        Assert.Equal(device.Welcome!.ConnectionId, live.Id);
        Assert.Equal(fleet.Account.Id.Value, device.Welcome.AccountId);
        Assert.Equal(("device-7", "1.2.3", "linux/amd64", "Europe/Rome", "127.0.0.1", true), (live.DeviceId, live.Version, live.Platform, live.TimeZone, live.Address, live.AllowsFilenames));
        var stored = fleet.Server.Get<AccountStore>().Entry(fleet.Account.Id)!.Device("device-7");
        Assert.Equal("device-7.example", stored!.Name);
        Assert.Equal(fleet.Server.Get<AccountStore>().Entry(fleet.Account.Id)!.Hash, device.Welcome.ProfileHash);
        await device.AssertAliveAsync();
    }

    [Fact]
    public async Task SignIn_WrongPasswordAndUnknownName_AreRefusedInTheSameWords()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var wrong = await AgentClient.ConnectAsync(fleet.Server);
        await using var unknown = await AgentClient.ConnectAsync(fleet.Server);

        var first = Assert.IsType<Refused>(await wrong.TryAsync(Fleet.User, "not the password"));
        var second = Assert.IsType<Refused>(await unknown.TryAsync("nobody", "not the password"));

        Assert.Equal(first, second);
        Assert.Equal(Codes.BadCredentials, first.Code);
        await wrong.EndAsync();
        Assert.Equal(Codes.BadCredentials, wrong.CloseCode);
        Assert.Empty(fleet.Connections.All);
    }

    [Fact]
    public async Task AskSalt_UnknownName_LooksLikeAKnownOneAndStaysTheSame()
    {
        await using var fleet = await Fleet.StartAsync();
        async Task<Salt> AskAsync(string name)
        {
            await using var device = await AgentClient.ConnectAsync(fleet.Server);
            await device.SendAsync(new AskSalt([AgentProtocol.Version], name));
            return await device.ReadAsync<Salt>();
        }

        var (known, unknown, other) = (await AskAsync(Fleet.User), await AskAsync("nobody"), await AskAsync("nobody-else"));

        Assert.Equal((known.Version, known.Iterations, known.Value.Length), (unknown.Version, unknown.Iterations, unknown.Value.Length));
        Assert.Equal(unknown, await AskAsync("nobody"));
        Assert.NotEqual(unknown.Value, other.Value);
    }

    [Fact]
    public async Task Stranger_WhoStopsAfterHalfAHello_IsDroppedAfterTheTimeToSignIn()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true);
        await using var other = await fleet.SignInAsync("device-2");
        await using var halfWay = await AgentClient.ConnectAsync(fleet.Server);
        await using var halfFrame = await AgentClient.ConnectAsync(fleet.Server);
        await halfWay.SendAsync(new AskSalt([AgentProtocol.Version], Fleet.User));
        await halfWay.ReadAsync<Salt>();
        await halfFrame.Socket.SendAsync("{\"t\":\"ask-"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, Ct);
        await Wait.UntilAsync(() => fleet.Live.Open.Count == 3, "all are watched");

        fleet.FakeClock!.Advance(TimeSpan.FromSeconds(AgentProtocol.HelloSeconds + 2));

        Assert.Equal(Codes.TimedOut, (await halfWay.EndAsync())!.Code);
        Assert.Equal(Codes.TimedOut, (await halfFrame.EndAsync())!.Code);
        await other.AssertAliveAsync();
    }

    [Fact]
    public async Task SignIn_SuspendedAccount_IsForbiddenWithASentence()
    {
        await using var fleet = await Fleet.StartAsync();
        await fleet.EditAsync(static d => d.Root["IsSuspended"] = true);
        await using var device = await AgentClient.ConnectAsync(fleet.Server);

        var refused = Assert.IsType<Refused>(await device.TryAsync(Fleet.User, Fleet.Password));

        Assert.Equal(Codes.Forbidden, refused.Code);
        Assert.Contains("suspended", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.RetryAfterSeconds > 0);
    }

    [Fact]
    public async Task SignIn_FailedTooOften_MustWaitEvenWithTheRightPassword()
    {
        await using var fleet = await Fleet.StartAsync();
        for (var i = 0; i < LoginProtection.Default.FailureThreshold; i++)
        {
            await using var guess = await AgentClient.ConnectAsync(fleet.Server);
            Assert.Equal(Codes.BadCredentials, Assert.IsType<Refused>(await guess.TryAsync(Fleet.User, $"guess {i}")).Code);
        }

        await using var device = await AgentClient.ConnectAsync(fleet.Server);
        var refused = Assert.IsType<Refused>(await device.TryAsync(Fleet.User, Fleet.Password));

        Assert.Equal(Codes.TooMany, refused.Code);
        Assert.InRange(refused.RetryAfterSeconds, 1, LoginProtection.Default.CooldownSeconds);
        Assert.Equal($"Too many failed attempts. Try again in {refused.RetryAfterSeconds} seconds.", refused.Message);
    }

    [Fact]
    public async Task SignIn_OtherVersionOnly_IsToldWhichOneIsSpoken()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await AgentClient.ConnectAsync(fleet.Server);

        await device.SendAsync(new AskSalt([2, 3], Fleet.User));

        Assert.Equal(Codes.Version, (await device.EndAsync())!.Code);
    }

    [Fact]
    public async Task SignIn_TooManyAtOnceFromOneAddress_AreSentAway()
    {
        await using var fleet = await Fleet.StartAsync(limits: new LinkLimits { MaxArrivalsPerAddress = 2 });
        await using var first = await AgentClient.ConnectAsync(fleet.Server);
        await using var second = await AgentClient.ConnectAsync(fleet.Server);
        await Wait.UntilAsync(() => fleet.Live.Open.Count == 2, "both wait for their hello");
        await using var third = await AgentClient.ConnectAsync(fleet.Server);

        Assert.Equal(Codes.TooMany, (await third.EndAsync())!.Code);
        Assert.IsType<Welcome>(await first.TryAsync(Fleet.User, Fleet.Password));
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1,2,3]")]
    [InlineData("{\"t\":\"no-such-message\"}")]
    [InlineData("{\"t\":\"ask-salt\"}")]
    [InlineData("{\"t\":\"ask-salt\",\"versions\":[1],\"username\":null}")]
    [InlineData("{\"t\":\"ask-salt\",\"versions\":[1],\"username\":\"\\ud800\"}")]
    [InlineData("{\"t\":\"ask-salt\",\"versions\":[1],\"username\":\"\"}")]
    [InlineData("{\"t\":\"ping\"}")]
    [InlineData("{\"t\":\"job-progress\",\"jobId\":\"x\"}")]
    [InlineData("")]
    public async Task FirstFrame_NotAskSalt_IsRefusedAsABadMessage(string frame)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await AgentClient.ConnectAsync(fleet.Server);

        await device.SendTextAsync(frame);
        var refused = await device.EndAsync();

        Assert.Equal(Codes.BadMessage, refused!.Code);
        Assert.NotEmpty(refused.Message);
        Assert.Equal(Codes.BadMessage, device.CloseCode);
        await Wait.UntilAsync(() => fleet.Live.Open.Count == 0, "nothing of the link is left");
    }

    [Fact]
    public async Task Hello_OfAnotherNameOrWithoutKey_IsRefused()
    {
        await using var fleet = await Fleet.StartAsync();
        var keys = PasswordKeys.Derive(Fleet.Password, new byte[16], 1);
        foreach (var hello in new[] { AgentClient.Hello("other", keys), AgentClient.Hello(Fleet.User, keys) with { AuthKey = "AAAA" }, AgentClient.Hello(Fleet.User, keys) with { DeviceId = "" }, AgentClient.Hello(Fleet.User, keys) with { ActiveJobs = ["x"] } })
        {
            await using var device = await AgentClient.ConnectAsync(fleet.Server);
            await device.SendAsync(new AskSalt([1], Fleet.User));
            await device.ReadAsync<Salt>();
            await device.SendAsync(hello);
            Assert.Equal(Codes.BadMessage, (await device.EndAsync())!.Code);
        }
    }

    [Fact]
    public async Task FirstFrame_Binary_IsRefused()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await AgentClient.ConnectAsync(fleet.Server);

        await device.Socket.SendAsync(Encoding.UTF8.GetBytes("{}"), WebSocketMessageType.Binary, true, Ct);

        Assert.Contains("binary", (await device.EndAsync())!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstFrame_OverTheLimitOfStrangers_IsRefusedAsTooBig()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await AgentClient.ConnectAsync(fleet.Server);

        await device.SendTextAsync(new string('x', AgentProtocol.MaxHelloBytes + 1));

        Assert.Equal(Codes.TooBig, (await device.EndAsync())!.Code);
        Assert.Equal(Codes.TooBig, device.CloseCode);
    }

    [Fact]
    public async Task Stranger_WhoSaysNothing_IsDroppedAfterTheTimeToSignIn()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true);
        await using var device = await AgentClient.ConnectAsync(fleet.Server);
        await Wait.UntilAsync(() => fleet.Live.Open.Count == 1, "the link is watched");

        fleet.FakeClock!.Advance(TimeSpan.FromSeconds(AgentProtocol.HelloSeconds + 2));

        Assert.Equal(Codes.TimedOut, (await device.EndAsync())!.Code);
    }

    [Fact]
    public async Task Browser_AtTheAddress_IsToldWhatItIs()
    {
        await using var fleet = await Fleet.StartAsync();

        using var answer = await fleet.Server.Client.GetAsync(new Uri("agent/v1", UriKind.Relative), Ct);

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Contains("WebSocket", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebSocket_WithoutTheSubprotocol_IsNotAccepted()
    {
        await using var fleet = await Fleet.StartAsync();
        using var socket = new ClientWebSocket();

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri(fleet.Server.Address.Replace("http", "ws", StringComparison.Ordinal) + "agent/v1"), Ct));
    }
}
