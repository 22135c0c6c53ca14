using System.Text.Json;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>Connected Devices as a person meets it, with real devices at the other end.</summary>
public sealed class DevicesJourneyTests(Chromium chromium)
{
    [Theory]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task RunBackupNow_FromTheRowsMenuToTheAcceptedJob(int width, bool dark)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var second = await fleet.SignInAsync("device-2");
        await using var again = await fleet.SignInAsync("device-2");
        await fleet.GiveAsync("item-1", "device-1");
        await using var way = await Journey.StartAsync(chromium, fleet.Server.Address, width, dark);
        var suffix = $"{width}-{(dark ? "dark" : "light")}";

        await way.SignInAsync(path: "/devices");
        await Expect(way.Page.GetByText("3 live connections from 2 devices")).ToBeVisibleAsync();
        await Expect(way.Page.Locator(".badge", new() { HasText = "Connected twice" })).ToHaveCountAsync(2);
        await way.LookAsync($"devices-{suffix}");

        await OpenMenuAsync(way, "device-1.example");
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Run backup now…" }).ClickAsync();
        await Expect(way.Page.GetByLabel("Protected Item")).ToBeVisibleAsync();
        Assert.EndsWith($"/devices/{device.Welcome!.ConnectionId}/run-backup", way.Page.Url, StringComparison.Ordinal);
        await way.Page.GetByLabel("Limit upload speed").CheckAsync();
        await way.LookAsync($"devices-run-{suffix}");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Run backup" }).ClickAsync();

        Request request;
        do
        {
            request = await device.ReadAsync<Request>();
        }
        while (request.Action != AgentProtocol.Actions.RunBackup);
        var asked = request.Body!.Value.Deserialize(AgentJson.Default.RunBackup)!;
        Assert.Equal(new BackupOptions(true, 1024 * 1024), asked.Options);
        await device.SendAsync(new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(new RunBackupAccepted(asked.JobId), AgentJson.Default.RunBackupAccepted)));
        await Expect(way.Page.GetByText("Accepted by the device at")).ToBeVisibleAsync();
        await way.LookAsync($"devices-accepted-{suffix}");

        await way.Page.GetByRole(AriaRole.Link, new() { Name = "Show the job" }).ClickAsync();
        await way.Page.WaitForURLAsync("**/jobs/" + asked.JobId);
        await Expect(way.Page.Locator(".mud-dialog")).ToHaveCountAsync(0);
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task RunBackupNow_EscapeAndBack_CloseItAndReopenIt()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await using var way = await Journey.StartAsync(chromium, fleet.Server.Address);
        var dialog = way.Page.Locator(".device-dialog");
        var address = $"/devices/{device.Welcome!.ConnectionId}/run-backup";

        await way.SignInAsync(path: address);
        await Expect(dialog).ToBeVisibleAsync();
        await way.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        Assert.EndsWith("/devices", way.Page.Url, StringComparison.Ordinal);

        await way.Page.GoBackAsync();
        await Expect(dialog).ToBeVisibleAsync();
        await way.Page.GoForwardAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        Assert.EndsWith("/devices", way.Page.Url, StringComparison.Ordinal);
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task DropConnection_AsksDropsAndTheRowGoes()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var other = await fleet.SignInAsync("device-2");
        await using var way = await Journey.StartAsync(chromium, fleet.Server.Address);
        await way.SignInAsync(path: "/devices");
        await Expect(way.Page.GetByText("device-1.example")).ToBeVisibleAsync();

        await OpenMenuAsync(way, "device-1.example");
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Drop connection" }).ClickAsync();
        await Expect(way.Page.GetByText("Drop the connection of device-1.example?")).ToBeVisibleAsync();
        await way.LookAsync("devices-drop");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Drop connection" }).ClickAsync();

        Assert.Equal(Refusals.Dropped, await device.EndAsync());
        await Expect(way.Page.GetByText("1 live connection from 1 device")).ToBeVisibleAsync();
        await Expect(way.Page.Locator("table").GetByText("device-1.example")).ToHaveCountAsync(0);
        await Expect(way.Page.GetByText("The connection of device-1.example was dropped.")).ToBeVisibleAsync();
        way.AssertNoComplaints();
    }

    private static Task OpenMenuAsync(Journey way, string device) =>
        way.Page.Locator("tr", new() { HasText = device }).GetByRole(AriaRole.Button).Last.ClickAsync();
}
