using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Devices;

/// <summary>The API's calls about connected devices, by their shape and their effects.</summary>
public sealed class DeviceApiTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListActive_NoDevice_EmptyMap()
    {
        await using var fleet = await Fleet.StartAsync();

        Assert.Equal("{}", (await fleet.CallAsync("list-active")).ToJsonString());
    }

    [Fact]
    public async Task ListActive_TwoUsers_MapByConnectionInTheContractsShape()
    {
        await using var fleet = await Fleet.StartAsync();
        await Fleet.AddUserAsync(fleet.Server, "peter");
        await using var first = await fleet.SignInAsync("device-1");
        await using var second = await AgentClient.SignInAsync(fleet.Server, "peter", Fleet.Password, "device-1");

        var all = (await fleet.CallAsync("list-active")).AsObject();

        Assert.Equal([.. new[] { first.Welcome!.ConnectionId, second.Welcome!.ConnectionId }.Order()], all.Select(static c => c.Key).Order());
        AssertShape(all, "map[string]LiveUserConnection");
        var mine = all[first.Welcome.ConnectionId]!;
        Assert.Equal(("mary", "device-1", "1.2.3", "linux/amd64", "Europe/Rome"), (
            (string?)mine["Username"], (string?)mine["DeviceID"], (string?)mine["ReportedVersion"], (string?)mine["ReportedPlatform"], (string?)mine["DeviceTimeZone"]));
        Assert.Equal("Debian GNU/Linux 12 (bookworm)", (string?)mine["ReportedPlatformVersion"]!["distribution"]);
        Assert.InRange((long)mine["ConnectionTime"]!, 1_700_000_000, 5_000_000_000);
        Assert.True((bool)mine["AllowsFilenames"]!);
    }

    [Fact]
    public async Task ListActive_WithUserName_OnlyThatUsers()
    {
        await using var fleet = await Fleet.StartAsync();
        await Fleet.AddUserAsync(fleet.Server, "peter");
        await using var first = await fleet.SignInAsync();
        await using var second = await AgentClient.SignInAsync(fleet.Server, "peter", Fleet.Password);

        var peters = (await fleet.CallAsync("list-active", ("UserNameFilter", "peter"))).AsObject();
        var nobodys = (await fleet.CallAsync("list-active", ("UserNameFilter", "nobody"))).AsObject();

        Assert.Equal(second.Welcome!.ConnectionId, Assert.Single(peters).Key);
        Assert.Empty(nobodys);
    }

    [Fact]
    public async Task DropConnection_DeviceIsToldAndNotListedAnyMore()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var other = await fleet.SignInAsync("device-2");

        var answer = await fleet.CallAsync("drop-connection", ("TargetID", device.Welcome!.ConnectionId));

        Assert.Equal("""{"Status":200,"Message":"OK"}""", answer.ToJsonString());
        Assert.Equal(other.Welcome!.ConnectionId, Assert.Single((await fleet.CallAsync("list-active")).AsObject()).Key);
        Assert.Equal(Refusals.Dropped, await device.EndAsync());
        Assert.Equal(AgentProtocol.CloseCodes.Dropped, device.CloseCode);
        await other.AssertAliveAsync();
    }

    [Theory]
    [InlineData("drop-connection")]
    [InlineData("run-backup-custom")]
    public async Task Command_ToAConnectionThatIsGone_404WithTheWordThatClientsLookFor(string call)
    {
        await using var fleet = await Fleet.StartAsync();

        var answer = await fleet.CallAsync(call, ("TargetID", "gone"), ("Source", "item-1"), ("Destination", "vault-1"));

        Assert.Equal(404, (int)answer["Status"]!);
        Assert.Contains("ERR_UNKNOWN_DEVICE", (string)answer["Message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunBackupCustom_DeviceTakesIt_JobIdInTheContractsShape()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        var calling = fleet.CallAsync(
            "run-backup-custom", ("TargetID", device.Welcome!.ConnectionId), ("Source", "item-1"), ("Destination", "vault-1"),
            ("Options", """{"SkipAlreadyRunning":true,"StopAfter":90,"LimitVaultSpeedBps":1024,"LogLevel":"","Tags":"","FutureOption":1}"""));

        Request request;
        do
        {
            request = await device.ReadAsync<Request>();
        }
        while (request.Action != AgentProtocol.Actions.RunBackup);
        var asked = request.Body!.Value.Deserialize(AgentJson.Default.RunBackup)!;
        await device.SendAsync(new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(new RunBackupAccepted(asked.JobId), AgentJson.Default.RunBackupAccepted)));

        var answer = await calling;
        Assert.Equal(new BackupOptions(true, 1024, 90), asked.Options);
        Assert.Equal((200, "OK", asked.JobId), ((int)answer["Status"]!, (string?)answer["Message"], (string?)answer["JobID"]));
        AssertShape(answer, "DispatchWithJobIDResponse");
    }

    [Theory]
    [InlineData("""{"AutoRetentionLevel":4}""", 400)]
    [InlineData("""{"ConcurrencyCount":1000}""", 400)]
    [InlineData("{", 400)]
    [InlineData("""{"StopAfter":"soon"}""", 400)]
    [InlineData("""{"StopAfter":-1}""", 400)]
    public async Task RunBackupCustom_OptionsThatCannotBeHonoured_AreRefusedByName(string options, int status)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");

        var answer = await fleet.CallAsync("run-backup-custom", ("TargetID", device.Welcome!.ConnectionId), ("Source", "item-1"), ("Destination", "vault-1"), ("Options", options));

        Assert.Equal(status, (int)answer["Status"]!);
        Assert.NotEmpty((string)answer["Message"]!);
    }

    private static void AssertShape(JsonNode answer, string type)
    {
        using var document = JsonDocument.Parse(answer.ToJsonString());
        Assert.Empty(ContractFile.Differences(document.RootElement, type));
    }
}
