using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Codes = Comet.Blazor.Wire.AgentProtocol.CloseCodes;

namespace Comet.Blazor.Tests.Devices;

/// <summary>How a signed-in link ends: the device is told why, and no other device notices.</summary>
public sealed class LinkEndTests
{
    private const string Job = "0b6d5f9e-5f5e-4f7c-9d2b-1f2e3d4c5b6a";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("not json at all")]
    [InlineData("{\"t\":\"ping\"")]
    [InlineData("{\"t\":\"no-such-message\"}")]
    [InlineData("{\"t\":7}")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"ping\"")]
    [InlineData("{\"t\":\"ask-salt\",\"versions\":[1],\"username\":\"mary\"}")] // out of order
    [InlineData("{\"t\":\"welcome\",\"connectionId\":\"x\",\"accountId\":\"x\",\"serverVersion\":\"1\",\"serverTime\":1,\"lastSequence\":0,\"profileHash\":\"x\"}")]
    [InlineData("{\"t\":\"ack\",\"seq\":1}")]
    [InlineData("{\"t\":\"job-started\",\"seq\":0,\"jobId\":\"" + Job + "\",\"classification\":4001,\"itemId\":\"i\",\"vaultId\":\"v\",\"startTime\":1,\"agentVersion\":\"1\",\"cancellationId\":\"\"}")]
    [InlineData("{\"t\":\"job-started\",\"seq\":1,\"jobId\":\"not-a-guid\",\"classification\":4001,\"itemId\":\"i\",\"vaultId\":\"v\",\"startTime\":1,\"agentVersion\":\"1\",\"cancellationId\":\"\"}")]
    [InlineData("{\"t\":\"job-started\",\"seq\":1,\"jobId\":\"" + Job + "\"}")]
    [InlineData("{\"t\":\"job-started\",\"seq\":2,\"jobId\":\"" + Job + "\",\"classification\":4001,\"itemId\":\"i\",\"vaultId\":\"v\",\"startTime\":1,\"agentVersion\":\"1\",\"cancellationId\":\"\"}")] // a gap
    [InlineData("{\"t\":\"job-log\",\"seq\":1,\"jobId\":\"" + Job + "\",\"entries\":[null]}")]
    [InlineData("{\"t\":\"job-log\",\"seq\":1,\"jobId\":\"" + Job + "\",\"entries\":[{\"time\":1,\"severity\":\"X\",\"message\":\"\"}]}")]
    [InlineData("{\"t\":\"job-finished\",\"seq\":1,\"jobId\":\"" + Job + "\",\"status\":6001,\"endTime\":1}")]
    [InlineData("{\"t\":\"job-progress\",\"jobId\":\"" + Job + "\",\"counter\":\"many\"}")]
    [InlineData("{\"t\":\"request\",\"id\":\"1\"}")]
    public async Task Garbage_DeviceIsToldWhatIsWrongAndDropped(string frame)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var other = await fleet.SignInAsync("device-2");
        await using var device = await fleet.SignInAsync();

        await device.SendTextAsync(frame);

        var why = await device.EndAsync();
        Assert.Equal((Codes.BadMessage, Codes.BadMessage), (why!.Code, device.CloseCode));
        Assert.NotEmpty(why.Message);
        await AssertOnlyAsync(fleet, other);
    }

    [Fact]
    public async Task Garbage_DeepNesting_IsRefusedAsABadMessage()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();

        await device.SendTextAsync("{\"t\":\"request\",\"id\":\"1\",\"action\":\"profile\",\"body\":" + new string('[', 5000) + new string(']', 5000) + "}");

        Assert.Equal(Codes.BadMessage, (await device.EndAsync())!.Code);
    }

    [Fact]
    public async Task Garbage_TextThatIsNoUtf8_IsDroppedByTheWebSocketItself()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var other = await fleet.SignInAsync("device-2");
        await using var device = await fleet.SignInAsync();

        await device.Socket.SendAsync(new byte[] { 0x7b, 0xff, 0xfe, 0x7d }, WebSocketMessageType.Text, true, Ct);

        await device.EndAsync();
        Assert.Contains(device.CloseCode, new[] { (int)WebSocketCloseStatus.InvalidPayloadData, -1 }); // torn down so soon that the close frame may be lost
        await AssertOnlyAsync(fleet, other);
    }

    [Fact]
    public async Task Frame_OverTheLimit_IsTooBig()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var other = await fleet.SignInAsync("device-2");
        await using var device = await fleet.SignInAsync();

        await device.SendTextAsync(new string('x', AgentProtocol.MaxFrameBytes + 1));

        Assert.Equal(Codes.TooBig, (await device.EndAsync())!.Code);
        Assert.Equal(Codes.TooBig, device.CloseCode);
        await AssertOnlyAsync(fleet, other);
    }

    [Fact]
    public async Task Frame_OfExactlyTheLimit_IsTaken()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        var message = JsonSerializer.Serialize<AgentMessage>(new Ping(), AgentJson.Default.AgentMessage);

        await device.SendTextAsync(message + new string(' ', AgentProtocol.MaxFrameBytes - message.Length));

        await device.ReadAsync<Pong>();
    }

    [Fact]
    public async Task Frame_ThatNeverEnds_IsCutOffWhileTheDeviceStillSends()
    {
        await using var fleet = await Fleet.StartAsync(limits: new LinkLimits { CloseWait = Second });
        await using var other = await fleet.SignInAsync("device-2");
        await using var device = await fleet.SignInAsync();
        var piece = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
        var sending = Task.Run(
            async () =>
            {
                while (true)
                {
                    await device.Socket.SendAsync(piece, WebSocketMessageType.Text, endOfMessage: false, Ct);
                }
            },
            Ct);

        Assert.Equal(Codes.TooBig, (await device.ReadAsync<Refused>()).Code);
        await Assert.ThrowsAnyAsync<Exception>(() => sending.WaitAsync(TimeSpan.FromSeconds(30), Ct));
        await AssertOnlyAsync(fleet, other);
    }

    [Fact]
    public async Task Silence_IsAskedAndThenDropped_WhileOneThatAnswersStays()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true);
        await using var other = await fleet.SignInAsync("device-2");
        await using var device = await fleet.SignInAsync();

        fleet.FakeClock!.Advance(TimeSpan.FromSeconds(AgentProtocol.HeartbeatSeconds * 1.5) + Second);
        await device.ReadAsync<Ping>();
        await other.ReadAsync<Ping>();
        await other.SendAsync(new Pong());
        await other.AssertAliveAsync();
        fleet.FakeClock.Advance(TimeSpan.FromSeconds(AgentProtocol.HeartbeatSeconds * 1.5) + Second);

        Assert.Equal(Codes.TimedOut, (await device.EndAsync())!.Code);
        Assert.Equal(Codes.TimedOut, device.CloseCode);
        await AssertOnlyAsync(fleet, other);
    }

    [Fact]
    public async Task Silence_AfterHalfAFrame_IsDropped()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true);
        await using var device = await fleet.SignInAsync();

        await device.Socket.SendAsync("{\"t\":\"pi"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, Ct);
        fleet.FakeClock!.Advance(TimeSpan.FromSeconds(AgentProtocol.SilenceSeconds) + Second);

        Assert.Equal(Codes.TimedOut, (await device.EndAsync())!.Code);
    }

    [Fact]
    public async Task Silence_OfADeviceThatIsNotEvenThereToCloseTheLink_EndsIt()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true);
        await using var device = await fleet.SignInAsync();

        fleet.FakeClock!.Advance(TimeSpan.FromSeconds(AgentProtocol.SilenceSeconds) + Second);
        await fleet.CountAsync(0);
        fleet.FakeClock.Advance(TimeSpan.FromSeconds(6)); // it has not answered the close frame

        await Wait.UntilAsync(() => fleet.Live.Open.Count == 0, "the socket is torn down");
    }

    [Fact]
    public async Task Flood_OfMessages_IsDropped()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var other = await fleet.SignInAsync("device-2");
        await using var device = await fleet.SignInAsync();

        for (var i = 0; i < 2 * AgentProtocol.MaxTalkAtOnce; i++)
        {
            await device.SendAsync(new Ping());
        }

        Assert.Equal(Codes.TooMany, (await device.EndAsync())!.Code);
        Assert.Equal(Codes.TooMany, device.CloseCode);
        await AssertOnlyAsync(fleet, other);
    }

    [Fact]
    public async Task Flood_OfFrames_IsReadNoFasterThanTheLimit()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true, limits: new LinkLimits { MaxFramesPerSecond = 10 });
        await using var device = await fleet.SignInAsync(); // two frames of this second

        for (var i = 0; i < 20; i++)
        {
            await device.SendAsync(new Ping());
        }

        for (var read = 0; read < 8; read++)
        {
            await device.ReadAsync<Pong>();
        }

        var rest = Task.Run(
            async () =>
            {
                for (var read = 8; read < 20; read++)
                {
                    await device.ReadAsync<Pong>();
                }
            },
            Ct);
        var seconds = 0;
        await Wait.UntilAsync(
            () =>
            {
                if (!rest.IsCompleted)
                {
                    fleet.FakeClock!.Advance(Second);
                    seconds++;
                }

                return rest.IsCompleted;
            },
            "all are answered in the end");
        await rest;
        Assert.True(seconds >= 1, "all were answered within the first second");
    }

    [Fact]
    public async Task Device_ThatDoesNotReadWhatItIsSent_IsDroppedBeforeMuchPilesUp()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var other = await fleet.SignInAsync("device-2");
        await using var device = await fleet.SignInAsync();
        var link = fleet.Live.Link(device.Welcome!.ConnectionId)!.Link;
        var body = JsonSerializer.SerializeToElement(new string('x', 500_000));

        var sent = 0;
        while (link.Send(new Request("1", "refetch-profile", body)))
        {
            Assert.True(++sent < 200, "the queue of a device that does not read is not bounded");
            await Task.Yield();
        }

        Assert.Contains("does not read", link.End!.Message, StringComparison.Ordinal);
        await AssertOnlyAsync(fleet, other);
        await Wait.UntilAsync(() => fleet.Live.Open.Count == 1, "the socket is gone");
    }

    [Fact]
    public async Task Device_ThatStopsReadingInTheMiddleOfAFrame_IsDroppedAfterAWhile()
    {
        var limits = new LinkLimits { MaxQueuedBytes = 64 * 1024 * 1024 };
        await using var fleet = await Fleet.StartAsync(fakeClock: true, limits: limits);
        await using var device = await fleet.SignInAsync();
        var link = fleet.Live.Link(device.Welcome!.ConnectionId)!.Link;

        Assert.True(link.Send(new Request("1", "refetch-profile", JsonSerializer.SerializeToElement(new string('x', 32_000_000))))); // more than the socket holds
        await Wait.UntilAsync(
            () =>
            {
                fleet.FakeClock!.Advance(limits.SendStall + Second + Second); // counts from when the sending began, which is the link's own matter
                return fleet.Live.Count == 0;
            },
            "the device is dropped");
        Assert.Contains("does not read", link.End!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_WhileConnected_DeviceIsToldAndDoesNotComeBackByItself()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var other = await fleet.SignInAsync("device-2");
        await using var device = await fleet.SignInAsync();

        var outcome = await fleet.Server.Get<RevokeDevice>().RunAsync(Fleet.Admin, Fleet.User, "device-1", Ct);

        Assert.True(outcome.Ok, outcome.Why);
        var why = await device.EndAsync();
        Assert.Equal((Codes.Revoked, -1), (why!.Code, why.RetryAfterSeconds));
        Assert.Contains("revoked", why.Message, StringComparison.Ordinal);
        Assert.Equal(Codes.Revoked, device.CloseCode);
        await AssertOnlyAsync(fleet, other);
    }

    [Fact]
    public async Task Suspend_WhileConnected_DevicesAreToldAndOtherAccountsStay()
    {
        await using var fleet = await Fleet.StartAsync();
        await Fleet.AddUserAsync(fleet.Server, "peter");
        await using var other = await AgentClient.SignInAsync(fleet.Server, "peter", Fleet.Password);
        await using var device = await fleet.SignInAsync();

        await fleet.EditAsync(static d => d.Root["IsSuspended"] = true);

        var why = await device.EndAsync();
        Assert.Equal(Codes.Forbidden, why!.Code);
        Assert.Contains("suspended", why.Message, StringComparison.Ordinal);
        await AssertOnlyAsync(fleet, other);
    }

    [Fact]
    public async Task ServerStop_DevicesAreToldToComeBackSoon()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var stranger = await AgentClient.ConnectAsync(fleet.Server);
        await Wait.UntilAsync(() => fleet.Live.Open.Count == 2, "both are connected");
        var ends = Task.WhenAll(device.EndAsync(), stranger.EndAsync());

        await fleet.Server.StopAsync();

        Assert.All(await ends, static why => Assert.Equal(Refusals.GoingAway, why));
        Assert.Equal((Codes.GoingAway, Codes.GoingAway), (device.CloseCode, stranger.CloseCode));
    }

    [Fact]
    public async Task Goodbye_OfTheDevice_IsAnsweredNormally()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();

        await device.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Ct);

        Assert.Equal(WebSocketCloseStatus.NormalClosure, device.Socket.CloseStatus);
        await fleet.CountAsync(0);
        await Wait.UntilAsync(() => fleet.Live.Open.Count == 0, "nothing is kept of the link");
    }

    [Fact]
    public async Task Link_ThatIsOver_IsNotTouchedByWhoeverStillHoldsIt()
    {
        await using var fleet = await Fleet.StartAsync(fakeClock: true);
        var device = await fleet.SignInAsync();
        var link = fleet.Live.Link(device.Welcome!.ConnectionId)!.Link;
        await device.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Ct);
        await Wait.UntilAsync(() => fleet.Live.Open.Count == 0, "nothing is kept of the link");

        fleet.FakeClock!.Advance(TimeSpan.FromMinutes(5));
        link.Look(); // the watch had it in its hands when the request ended
        link.Abort();
        link.Close(Refusals.Dropped);

        Assert.False(link.Send(new Ping()));
        await using var next = await fleet.SignInAsync();
        await next.AssertAliveAsync();
    }

    [Fact]
    public async Task CableCut_LinkIsNotListedAnyMore()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();

        device.Socket.Abort();

        await fleet.CountAsync(0);
    }

    private static async Task AssertOnlyAsync(Fleet fleet, AgentClient other)
    {
        await fleet.CountAsync(1);
        Assert.Equal(other.Welcome!.ConnectionId, Assert.Single(fleet.Connections.All).Id);
        await other.AssertAliveAsync();
    }
}
