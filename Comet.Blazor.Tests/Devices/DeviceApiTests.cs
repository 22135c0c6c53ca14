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

    [Fact]
    public async Task Dispatcher_AsksTheDeviceAndAnswersInTheContractsShapes()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await fleet.EditAsync(static d => d.Root["BackupRules"] = new JsonObject
        {
            ["rule-1"] = new JsonObject { ["Source"] = "item-1", ["Destination"] = "vault-1", ["StopAfter"] = 90 },
        });
        var target = ("TargetID", device.Welcome!.ConnectionId);
        var location = ("ExtraData", """{"DestinationType":1002,"LocalcopyPath":"/mnt/disk"}""");

        var (works, probe) = await AskAsync(fleet, device, AgentProtocol.Actions.TestVault, Body(new VaultTested(true, "", false), AgentJson.Default.VaultTested), "ping-destination", target, location);
        var (broken, _) = await AskAsync(fleet, device, AgentProtocol.Actions.TestVault, Body(new VaultTested(false, "The disk is away.", false), AgentJson.Default.VaultTested), "ping-destination", target, location);
        var (unlocked, unlock) = await AskAsync(fleet, device, AgentProtocol.Actions.UnlockVault, null, "unlock", target, ("Destination", "vault-1"), ("AllowUnsafe", "1"));
        var (read, _) = await AskAsync(fleet, device, AgentProtocol.Actions.RefetchProfile, null, "refetch-profile", target);
        var (started, run) = await AskAsync(fleet, device, AgentProtocol.Actions.RunBackup, null, "run-backup", target, ("BackupRule", "rule-1"));
        var (stored, password) = await AskAsync(fleet, device, AgentProtocol.Actions.UpdatePassword, null, "update-login-password", target, ("NewPassword", Fleet.Password));

        Assert.Equal((200, "/mnt/disk"), ((int)works["Status"]!, probe.Deserialize(AgentJson.Default.TestVault)!.Vault.Location!["LocalcopyPath"]));
        Assert.Equal((502, "The disk is away."), ((int)broken["Status"]!, (string)broken["Message"]!));
        var asked = unlock.Deserialize(AgentJson.Default.UnlockVault)!;
        Assert.Equal(("vault-1", true, asked.JobId), (asked.VaultId, asked.AllowUnsafe, (string)unlocked["JobID"]!));
        AssertShape(unlocked, "DispatchWithJobIDResponse");
        Assert.Equal("""{"Status":200,"Message":"OK"}""", read.ToJsonString());
        var backup = run.Deserialize(AgentJson.Default.RunBackup)!;
        Assert.Equal(("item-1", "vault-1", 90L, "rule-1", backup.JobId), (backup.ItemId, backup.VaultId, backup.Options.StopAfter, backup.RuleId, (string)started["JobID"]!));
        Assert.Equal("""{"Status":200,"Message":"OK"}""", stored.ToJsonString());
        Assert.DoesNotContain(Fleet.Password, password.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(400, (int)(await fleet.CallAsync("update-login-password", target, ("NewPassword", "not the password")))["Status"]!);
        Assert.Equal(404, (int)(await fleet.CallAsync("run-backup", target, ("BackupRule", "nothing")))["Status"]!);
        Assert.Equal(400, (int)(await fleet.CallAsync("ping-destination", target, ("ExtraData", "{")))["Status"]!);
    }

    private static JsonElement? Body<T>(T answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> shape) => JsonSerializer.SerializeToElement(answer, shape);

    /// <summary>Calls the API and lets the device answer; news of the profile are passed over.</summary>
    private static async Task<(JsonNode Answer, JsonElement Asked)> AskAsync(Fleet fleet, AgentClient device, string action, JsonElement? answer, string call, params (string Name, string Value)[] fields)
    {
        var calling = fleet.CallAsync(call, fields);
        Request request;
        do
        {
            request = await device.ReadAsync<Request>();
        }
        while (request.Action != action || request.Id.StartsWith("news-", StringComparison.Ordinal));
        var job = request.Body is { } body && body.TryGetProperty("jobId", out var id) ? id.GetString() : null;
        await device.SendAsync(new Response(request.Id, 200, "OK", job is null ? answer : Body(new RunBackupAccepted(job), AgentJson.Default.RunBackupAccepted)));
        return (await calling, request.Body ?? default);
    }

    private static void AssertShape(JsonNode answer, string type)
    {
        using var document = JsonDocument.Parse(answer.ToJsonString());
        Assert.Empty(ContractFile.Differences(document.RootElement, type));
    }
}
