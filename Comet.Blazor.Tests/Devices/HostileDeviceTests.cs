using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Devices;

/// <summary>Devices that answer without end, and settings that are too much for a device.</summary>
public sealed class HostileDeviceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Snapshots_WithoutEnd_AreRefused()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        var page = new SnapshotPage([.. Enumerable.Range(0, SnapshotPage.MaxSnapshots).Select(static i => new SnapshotEntry($"{i:x64}", i, "item-1", "", "device-1", [], [], -1))], int.MaxValue);

        var asked = fleet.Server.Get<IDeviceQuestions>().SnapshotsAsync(Fleet.Admin, device.Welcome!.ConnectionId, "vault-1", Ct);
        await AnswerAsync(device, asked, AgentProtocol.Actions.ListSnapshots, page, AgentJson.Default.SnapshotPage);

        Assert.Equal((Refusal.DeviceRefused, true), ((await asked).Kind, (await asked).Why.Contains($"{DeviceQuestions.MostSnapshots}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Estimate_WithoutEnd_IsRefused()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();

        var asked = fleet.Server.Get<IDeviceQuestions>().EstimateAsync(
            Fleet.Admin, device.Welcome!.ConnectionId, ItemEngines.File, new Dictionary<string, string>(), TimeSpan.FromSeconds(5), null, Ct);
        await AnswerAsync(device, asked, AgentProtocol.Actions.EstimateItem, new ItemEstimate(Ended: false, Complete: false, 1, 1, 1, [], 0), AgentJson.Default.ItemEstimate);

        Assert.Equal(Refusal.DeviceRefused, (await asked).Kind);
    }

    [Fact]
    public async Task Folder_ThatHoldsNothingAndHasMore_IsNotAskedForAgain()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();

        var asked = fleet.CallAsync("request-filesystem-objects", ("TargetID", device.Welcome!.ConnectionId), ("Path", "/"));
        await AnswerAsync(device, asked, AgentProtocol.Actions.BrowseFolder, new FolderPage("/", [], "0more"), AgentJson.Default.FolderPage);

        Assert.Equal((200, 0), ((int)(await asked)["Status"]!, (await asked)["StoredObjects"]!.AsArray().Count));
    }

    [Fact]
    public async Task Profile_LargerThanAFrame_IsRefusedWithTheReason_AndTheLinkGoesOn()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await fleet.EditAsync(static d => d.Items["item-1"]!["EngineProps"] =
            new JsonObject(Enumerable.Range(0, 400).Select(static i => KeyValuePair.Create($"EXCLUDE{i}", (JsonNode?)new string('x', 4000)))));

        var large = await AskAsync(device);
        await fleet.EditAsync(static d => d.Items["item-1"]!["EngineProps"] = new JsonObject());
        var small = await AskAsync(device);

        Assert.Equal((400, true), (large.Code, large.Message.Contains("Shorten the exclusions", StringComparison.Ordinal)));
        Assert.Equal(200, small.Code);
    }

    private static async Task<Response> AskAsync(AgentClient device)
    {
        await device.SendAsync(new Request("1", AgentProtocol.DeviceActions.Profile));
        return await device.ReadAsync<Response>();
    }

    /// <summary>Gives the same answer to each request until nobody waits for one.</summary>
    private static async Task AnswerAsync<T>(AgentClient device, Task until, string action, T answer, JsonTypeInfo<T> shape)
    {
        var body = JsonSerializer.SerializeToElement(answer, shape);
        var reading = device.ReadAsync<Request>();
        while (await Task.WhenAny(until, reading) == reading)
        {
            var request = await reading;
            if (request.Action == action)
            {
                await device.SendAsync(new Response(request.Id, 200, "OK", body));
            }

            reading = device.ReadAsync<Request>();
        }
    }
}
