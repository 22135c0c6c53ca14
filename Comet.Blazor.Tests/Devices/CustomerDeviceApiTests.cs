using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Devices;

/// <summary>Customers and their own devices in the API: what they may do, and that nothing of anybody else is there for them (spec/05 §2, §6).</summary>
public sealed class CustomerDeviceApiTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListActive_IsTheAccountsOwnInTheContractsShape()
    {
        await using var fleet = await Fleet.StartAsync();
        await Fleet.AddUserAsync(fleet.Server, "peter");
        await using var mine = await fleet.SignInAsync();
        await using var peters = await AgentClient.SignInAsync(fleet.Server, "peter", Fleet.Password);
        await fleet.CountAsync(2);

        var own = (await CallAsync(fleet, "list-active")).AsObject();
        var filtered = (await CallAsync(fleet, "list-active", ("UserNameFilter", "peter"))).AsObject();

        Assert.Equal(mine.Welcome!.ConnectionId, Assert.Single(own).Key);
        Assert.Equal(mine.Welcome.ConnectionId, Assert.Single(filtered).Key);
        Assert.Equal("mary", (string)own[mine.Welcome.ConnectionId]!["Username"]!);
        using var document = JsonDocument.Parse(own.ToJsonString());
        Assert.Empty(ContractFile.Differences(document.RootElement, "map[string]LiveUserConnection"));
    }

    [Theory]
    [InlineData("drop-connection")]
    [InlineData("run-backup")]
    [InlineData("run-backup-custom")]
    public async Task Command_ToADeviceOfSomebodyElse_IsAsToOneThatDoesNotExist(string call)
    {
        await using var fleet = await Fleet.StartAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await Fleet.AddUserAsync(fleet.Server, "peter");
        await using var peters = await AgentClient.SignInAsync(fleet.Server, "peter", Fleet.Password);
        await fleet.CountAsync(1);

        var foreign = await CallAsync(fleet, call, ("TargetID", peters.Welcome!.ConnectionId), ("Source", "item-1"), ("Destination", "vault-1"), ("BackupRule", "rule-1"));
        var nothing = await CallAsync(fleet, call, ("TargetID", "gone"), ("Source", "item-1"), ("Destination", "vault-1"), ("BackupRule", "rule-1"));

        Assert.Equal(404, (int)foreign["Status"]!);
        Assert.Contains("ERR_UNKNOWN_DEVICE", (string)foreign["Message"]!, StringComparison.Ordinal);
        Assert.Equal(nothing.ToJsonString(), foreign.ToJsonString());
        await peters.AssertAliveAsync();
    }

    [Fact]
    public async Task DropConnection_EndsTheAccountsOwn()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();

        Assert.Equal("""{"Status":200,"Message":"OK"}""", (await CallAsync(fleet, "drop-connection", ("TargetID", device.Welcome!.ConnectionId))).ToJsonString());

        Assert.Equal(Refusals.Dropped, await device.EndAsync());
        Assert.Empty((await CallAsync(fleet, "list-active")).AsObject());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(4, false)] // the policy never skips
    public async Task RunBackupCustom_AsksTheDevice_WithWhatThePolicyFixes(int mode, bool skips)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await fleet.EditAsync(d => d.Root["Policy"] = new JsonObject { ["ModeScheduleSkipAlreadyRunning"] = mode });

        var calling = CallAsync(fleet, "run-backup-custom", ("TargetID", device.Welcome!.ConnectionId), ("Source", "item-1"), ("Destination", "vault-1"), ("Options", """{"SkipAlreadyRunning":true,"StopAfter":90}"""));
        var asked = await TakeAsync(device);

        Assert.Equal("""{"Status":200,"Message":"OK"}""", (await calling).ToJsonString());
        Assert.Equal(("item-1", "vault-1", "", new BackupOptions(skips, 0, 90)), (asked.ItemId, asked.VaultId, asked.RuleId, asked.Options));
        Assert.NotNull(await fleet.Server.Get<JobStore>().GetAsync(asked.JobId, Ct));
        Assert.Equal(404, (int)(await CallAsync(fleet, "run-backup-custom", ("TargetID", device.Welcome.ConnectionId), ("Source", "item-9"), ("Destination", "vault-1")))["Status"]!);
    }

    [Fact]
    public async Task RunBackup_RunsTheRuleWithItsOptionsAndCommands()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await fleet.EditAsync(static d => d.Root["BackupRules"] = new JsonObject
        {
            ["rule-1"] = new JsonObject { ["Source"] = "item-1", ["Destination"] = "vault-1", ["StopAfter"] = 60 },
        });

        var calling = CallAsync(fleet, "run-backup", ("TargetID", device.Welcome!.ConnectionId), ("BackupRule", "rule-1"));
        var asked = await TakeAsync(device);

        Assert.Equal("""{"Status":200,"Message":"OK"}""", (await calling).ToJsonString());
        Assert.Equal(("item-1", "vault-1", "rule-1", 60L), (asked.ItemId, asked.VaultId, asked.RuleId, asked.Options.StopAfter));
        Assert.Equal((404, "This device has no such backup rule."), Envelope(await CallAsync(fleet, "run-backup", ("TargetID", device.Welcome.ConnectionId), ("BackupRule", "rule-2"))));
    }

    [Theory]
    [InlineData("list-active")]
    [InlineData("drop-connection")]
    [InlineData("run-backup")]
    [InlineData("run-backup-custom")]
    public async Task Calls_WithoutPasswordOrWebAccess_AreRefused(string call)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        (string, string)[] fields = [("TargetID", device.Welcome!.ConnectionId), ("Source", "item-1"), ("Destination", "vault-1"), ("BackupRule", "rule-1")];

        Assert.Equal(401, Envelope(await CallAsync(fleet, call, [.. fields, ("Password", "wrong")])).Status);
        await fleet.EditAsync(static d => d.Root["Policy"] = new JsonObject { ["PreventOpenWebUI"] = true });
        Assert.Equal(403, Envelope(await CallAsync(fleet, call, fields)).Status);
        await device.AssertAliveAsync();
    }

    private static (int Status, string Message) Envelope(JsonNode answer) => ((int)answer["Status"]!, (string)answer["Message"]!);

    private static async Task<RunBackup> TakeAsync(AgentClient device)
    {
        Request request;
        do
        {
            request = await device.ReadAsync<Request>();
        }
        while (request.Action != AgentProtocol.Actions.RunBackup);
        var asked = request.Body!.Value.Deserialize(AgentJson.Default.RunBackup)!;
        await device.SendAsync(new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(new RunBackupAccepted(asked.JobId), AgentJson.Default.RunBackupAccepted)));
        return asked;
    }

    /// <summary>Calls the API as mary.</summary>
    private static async Task<JsonNode> CallAsync(Fleet fleet, string path, params (string Name, string Value)[] fields)
    {
        var form = new Dictionary<string, string> { ["Username"] = Fleet.User, ["AuthType"] = "Password", ["Password"] = Fleet.Password };
        foreach (var (name, value) in fields)
        {
            form[name] = value;
        }

        using var response = await fleet.Server.Client.PostAsync("api/v1/user/web/dispatcher/" + path, new FormUrlEncodedContent(form), Ct);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }
}
