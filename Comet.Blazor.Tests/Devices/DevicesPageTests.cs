using System.Text.Json;
using Bunit;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices;
using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Devices.Pages;
using Comet.Blazor.Features.Devices.Parts;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Comet.Blazor.Wire;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace Comet.Blazor.Tests.Devices;

/// <summary>Connected Devices with real devices behind it: the list, its menu, "Run backup now".</summary>
public sealed class DevicesPageTests
{
    [Fact]
    public async Task Page_DevicesComeAndGo_ListFollows()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var web = new Web(fleet);
        var page = web.Render<DevicesPage>();

        page.WaitForAssertion(() => Assert.Contains("device-1.example", page.Markup, StringComparison.Ordinal));
        Assert.Contains("Linux 64-bit", page.Markup, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", page.Markup, StringComparison.Ordinal);
        Assert.Contains("href=\"/users/mary/devices\"", page.Markup, StringComparison.Ordinal);
        Assert.Contains("1 live connection from 1 device", page.Markup, StringComparison.Ordinal);

        await using var second = await fleet.SignInAsync("device-2");
        page.WaitForAssertion(() => Assert.Contains("device-2.example", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        page.WaitForAssertion(() => Assert.Contains("2 live connections from 2 devices", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        second.Socket.Abort();
        page.WaitForAssertion(() => Assert.Contains("1 live connection from 1 device", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task List_DeviceConnectedTwice_BothRowsAreMarkedAndHaveAViewOfTheirOwn()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var older = await fleet.SignInAsync();
        await using var newer = await fleet.SignInAsync();
        await using var single = await fleet.SignInAsync("device-2");
        var devices = fleet.Server.Get<ConnectedDevices>();

        var all = devices.List(Fleet.Admin).Value!;
        var twice = devices.List(Fleet.Admin, ConnectedView.Twice).Value!;

        Assert.Equal([true, true, false], all.Select(static r => r.IsDouble));
        Assert.Equal([.. new[] { older, newer }.Select(static d => d.Welcome!.ConnectionId).Order()], twice.Select(static r => r.Connection.Id).Order());
        Assert.Equal(new ConnectedCounts(3, 2, 0, 2), devices.Count(Fleet.Admin).Value);
    }

    [Fact]
    public async Task List_WithoutTheRight_IsDenied()
    {
        await using var fleet = await Fleet.StartAsync();
        var customer = new Actor(ActorKind.Customer, Fleet.User, fleet.Account.Id);

        Assert.Equal(Refusal.Denied, fleet.Server.Get<ConnectedDevices>().List(customer).Kind);
        Assert.Equal(Refusal.Denied, fleet.Server.Get<ConnectedDevices>().Count(customer).Kind);
    }

    [Theory]
    [InlineData("windows/amd64", "Windows 64-bit")]
    [InlineData("windows/386", "Windows 32-bit")]
    [InlineData("linux/amd64", "Linux 64-bit")]
    [InlineData("linux/arm64", "Linux ARM64")]
    [InlineData("darwin/arm64", "macOS")]
    [InlineData("synology/armv7", "Synology")]
    [InlineData("plan9/mips", "plan9 mips")]
    [InlineData("odd", "odd")]
    [InlineData("", "unknown")]
    public void Platform_AsPeopleSayIt(string platform, string expected)
    {
        var connection = Accounts.TestLinks.Link("c", new AccountId("a"), "d") with { Platform = platform };

        Assert.Equal(expected, new ConnectedDevice(connection, "u", "d", false, true).Platform);
    }

    [Theory]
    [InlineData("0.0.1", true)]
    [InlineData("999.0.0", false)]
    [InlineData("unknown", false)]
    [InlineData("", false)]
    public void Outdated_OnlyWhatIsOlder(string version, bool expected) => Assert.Equal(expected, DeviceLook.IsOutdated(version));

    [Fact]
    public async Task Menu_DropConnection_AsksFirstAndThenDrops()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var web = new Web(fleet);
        var page = web.Render<DevicesPage>();
        page.WaitForAssertion(() => page.FindComponent<CometTable<ConnectedDevice>>());

        var asking = ActAsync(page, fleet, "Drop connection");
        web.Dialogs.WaitForAssertion(() => Assert.Contains("Drop the connection of device-1.example?", web.Dialogs.Markup, StringComparison.Ordinal));
        Assert.Single(fleet.Connections.All); // nothing has happened yet
        await web.Dialogs.Find("form").SubmitAsync();
        await asking;

        Assert.Equal(Refusals.Dropped, await device.EndAsync());
        Assert.Empty(fleet.Connections.All);
    }

    [Fact]
    public async Task Menu_RunBackup_DisabledWithTheReasonForADeviceWithoutItems()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var web = new Web(fleet);
        var page = web.Render<DevicesPage>();
        page.WaitForAssertion(() => page.FindComponent<CometTable<ConnectedDevice>>());
        var action = Action(page, "Run backup now…");

        Assert.Contains("no Protected Item", action.DisabledBecause(Row(fleet)), StringComparison.Ordinal);
        await fleet.GiveAsync("item-1", "device-1");
        Assert.Null(action.DisabledBecause(Row(fleet)));
    }

    [Fact]
    public async Task RunBackup_OpensAtItsAddressAndKeepsTheTablesState()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await using var web = new Web(fleet);
        var navigation = web.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("/devices?q=dev");
        var page = web.Render<DevicesPage>();
        page.WaitForAssertion(() => page.FindComponent<CometTable<ConnectedDevice>>());

        await ActAsync(page, fleet, "Run backup now…");

        Assert.EndsWith($"/devices/{device.Welcome!.ConnectionId}/run-backup?q=dev", navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunBackup_DeviceAccepts_DialogSaysSoAndLinksToTheJob()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await fleet.GiveAsync("item-2", "device-2", "vault-2", "device-2"); // another device's: not offered
        await using var web = new Web(fleet);
        web.Render<DevicesPage>(p => p.Add(x => x.Connection, device.Welcome!.ConnectionId));
        var dialog = web.Dialogs;
        dialog.WaitForAssertion(() => Assert.Equal(["Files of device-1"], dialog.FindAll("#run-item option").Select(static o => o.TextContent)));
        Assert.Equal(["Name of vault-1"], dialog.FindAll("#run-vault option").Select(static o => o.TextContent));

        var click = dialog.Find("button.btn-filled").ClickAsync(new());
        var (request, asked) = await AskedAsync(device);
        dialog.WaitForAssertion(() => Assert.True(dialog.Find("button.btn-filled").HasAttribute("disabled")));
        Assert.Equal(("item-1", "vault-1", new BackupOptions(SkipAlreadyRunning: true)), (asked.ItemId, asked.VaultId, asked.Options));
        await device.SendAsync(new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(new RunBackupAccepted(asked.JobId), AgentJson.Default.RunBackupAccepted)));
        await click;

        dialog.WaitForAssertion(() => Assert.Contains("Accepted by the device", dialog.Find("[role=status] .note-success").TextContent, StringComparison.Ordinal));
        Assert.Equal("/jobs/" + asked.JobId, dialog.Find(".note-success a").GetAttribute("href"));
    }

    [Fact]
    public async Task RunBackup_LimitsChosen_AreSentInBytesAndSeconds()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await using var web = new Web(fleet);
        web.Render<DevicesPage>(p => p.Add(x => x.Connection, device.Welcome!.ConnectionId));
        var dialog = web.Dialogs;
        dialog.WaitForAssertion(() => Assert.Equal(3, dialog.FindAll("input[type=checkbox]").Count));

        foreach (var (index, on) in new[] { (0, false), (1, true), (2, true) })
        {
            await dialog.FindAll("input[type=checkbox]")[index].ChangeAsync(new ChangeEventArgs { Value = on });
        }

        await dialog.FindAll("input[type=number]")[0].ChangeAsync(new ChangeEventArgs { Value = "512" });
        await dialog.FindAll("input[type=number]")[1].ChangeAsync(new ChangeEventArgs { Value = "90" });
        var click = dialog.Find("button.btn-filled").ClickAsync(new());
        var (request, asked) = await AskedAsync(device);
        await device.SendAsync(new Response(request.Id, 409, "Busy with another backup."));
        await click;

        Assert.Equal(new BackupOptions(false, 512 * 1024, 90 * 60), asked.Options);
        dialog.WaitForAssertion(() => Assert.Equal("The device refused: Busy with another backup.", dialog.Find("[role=alert] .note-error").TextContent));
        Assert.False(dialog.Find("button.btn-filled").HasAttribute("disabled")); // may be tried again
    }

    [Fact]
    public async Task RunBackup_DeviceLeavesWhileTheDialogIsOpen_ButtonSaysWhyItIsOff()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await using var web = new Web(fleet);
        web.Render<DevicesPage>(p => p.Add(x => x.Connection, device.Welcome!.ConnectionId));
        web.Dialogs.WaitForAssertion(() => Assert.False(web.Dialogs.Find("button.btn-filled").HasAttribute("disabled")));

        device.Socket.Abort();

        web.Dialogs.WaitForAssertion(() => Assert.True(web.Dialogs.Find("button.btn-filled").HasAttribute("disabled")), TimeSpan.FromSeconds(20));
        Assert.Contains("not connected any more", web.Dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunBackup_ConnectionOfAnOldLink_SaysThatTheDeviceIsGone()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var web = new Web(fleet);

        web.Render<DevicesPage>(p => p.Add(x => x.Connection, "gone"));

        web.Dialogs.WaitForAssertion(() => Assert.Contains("not connected any more", web.Dialogs.Markup, StringComparison.Ordinal));
        Assert.True(web.Dialogs.Find("button.btn-filled").HasAttribute("disabled"));
    }

    [Fact]
    public async Task RunBackup_Closed_GoesBackToTheList()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var web = new Web(fleet);
        var navigation = web.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo(DeviceRoutes.RunBackup(device.Welcome!.ConnectionId) + "?sort=device");
        var page = web.Render<DevicesPage>(p => p.Add(x => x.Connection, device.Welcome!.ConnectionId));
        web.Dialogs.WaitForAssertion(() => web.Dialogs.Find(".device-dialog"));

        await web.Dialogs.FindAll(".device-dialog button.btn").First(static b => b.TextContent == "Close").ClickAsync(new());

        Assert.EndsWith("/devices?sort=device", navigation.Uri, StringComparison.Ordinal);
        web.Dialogs.WaitForAssertion(() => Assert.Empty(web.Dialogs.FindAll(".device-dialog")));
    }

    [Fact]
    public async Task RunBackup_Back_ClosesTheDialogAndStaysWhereBackLed()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await using var web = new Web(fleet);
        var navigation = web.Services.GetRequiredService<NavigationManager>();
        var page = web.Render<DevicesPage>(p => p.Add(x => x.Connection, device.Welcome!.ConnectionId));
        web.Dialogs.WaitForAssertion(() => web.Dialogs.Find(".device-dialog"));

        navigation.NavigateTo("/devices?page=2");
        page.Render(p => p.Add(x => x.Connection, null));

        web.Dialogs.WaitForAssertion(() => Assert.Empty(web.Dialogs.FindAll(".device-dialog")));
        Assert.EndsWith("/devices?page=2", navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Menu_Unlock_AllLocksOnlyAfterTheVaultsNameWasTyped()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await using var web = new Web(fleet);
        var page = web.Render<DevicesPage>();
        page.WaitForAssertion(() => page.FindComponent<CometTable<ConnectedDevice>>());
        var open = ActAsync(page, fleet, "Unlock a Storage Vault…");
        var dialog = web.Dialogs;
        dialog.WaitForAssertion(() => Assert.Equal(["Name of vault-1"], dialog.FindAll("#work-target option").Select(static o => o.TextContent)));
        Assert.Equal("Remove stale locks", Submit(dialog).TextContent);

        await dialog.Find("#work-unsafe").ChangeAsync(new ChangeEventArgs { Value = true });
        Assert.Contains("Backups can be lost", dialog.Find("details .note-error").TextContent, StringComparison.Ordinal);
        Assert.True(Submit(dialog).HasAttribute("disabled"));
        await dialog.Find("#work-word").InputAsync(new ChangeEventArgs { Value = "Name of vault-1" });
        Assert.Equal(("Remove all locks", false), (Submit(dialog).TextContent, Submit(dialog).HasAttribute("disabled")));
        var asking = dialog.Find("#device-work").SubmitAsync();
        var (request, asked) = await AskedAsync(device, AgentProtocol.Actions.UnlockVault, AgentJson.Default.UnlockVault);
        await device.SendAsync(new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(new RunBackupAccepted(asked.JobId), AgentJson.Default.RunBackupAccepted)));
        await asking;

        Assert.Equal(("vault-1", true), (asked.VaultId, asked.AllowUnsafe));
        dialog.WaitForAssertion(() => Assert.Equal("/jobs/" + asked.JobId, dialog.Find(".note-success a").GetAttribute("href")));
        await dialog.FindAll(".device-dialog button.btn").First(static b => b.TextContent == "Close").ClickAsync(new());
        await open;
    }

    [Theory]
    [InlineData("Apply retention rules now…", AgentProtocol.Actions.ApplyRetention)]
    [InlineData("Run a backup rule now…", AgentProtocol.Actions.RunBackup)]
    [InlineData("Refresh the profile…", AgentProtocol.Actions.RefetchProfile)]
    public async Task Menu_Work_IsAskedOfTheDeviceAndItsRefusalShown(string text, string action)
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        await fleet.EditAsync(static d => d.Root["BackupRules"] = new System.Text.Json.Nodes.JsonObject
        {
            ["rule-1"] = new System.Text.Json.Nodes.JsonObject { ["Description"] = "Nightly", ["Source"] = "item-1", ["Destination"] = "vault-1" },
        });
        await using var web = new Web(fleet);
        var page = web.Render<DevicesPage>();
        page.WaitForAssertion(() => page.FindComponent<CometTable<ConnectedDevice>>());
        var open = ActAsync(page, fleet, text);
        var dialog = web.Dialogs;
        dialog.WaitForAssertion(() => Assert.False(Submit(dialog).HasAttribute("disabled")));

        var asking = dialog.Find("#device-work").SubmitAsync();
        var request = await RequestAsync(device, action);
        await device.SendAsync(new Response(request.Id, 409, "Not now."));
        await asking;

        dialog.WaitForAssertion(() => Assert.Equal("The device refused: Not now.", dialog.Find("[role=alert] .note-error").TextContent));
        await dialog.FindAll(".device-dialog button.btn").First(static b => b.TextContent == "Close").ClickAsync(new());
        await open;
    }

    private static AngleSharp.Dom.IElement Submit(IRenderedComponent<MudDialogProvider> dialog) => dialog.Find("button[type=submit]");

    private static RowAction<ConnectedDevice> Action(IRenderedComponent<DevicesPage> page, string text) =>
        page.FindComponent<CometTable<ConnectedDevice>>().Instance.RowActions.Single(a => a.Text == text);

    private static Task ActAsync(IRenderedComponent<DevicesPage> page, Fleet fleet, string text) => page.InvokeAsync(() => Action(page, text).Run(Row(fleet)));

    private static ConnectedDevice Row(Fleet fleet) => Assert.Single(fleet.Server.Get<ConnectedDevices>().List(Fleet.Admin).Value!);

    private static Task<(Request Request, RunBackup Body)> AskedAsync(AgentClient device) => AskedAsync(device, AgentProtocol.Actions.RunBackup, AgentJson.Default.RunBackup);

    private static async Task<(Request Request, T Body)> AskedAsync<T>(AgentClient device, string action, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> shape)
    {
        var request = await RequestAsync(device, action);
        return (request, request.Body!.Value.Deserialize(shape)!);
    }

    /// <summary>The next request for an action; news of the profile are passed over.</summary>
    private static async Task<Request> RequestAsync(AgentClient device, string action)
    {
        while (true)
        {
            if (await device.ReadAsync<Request>() is { } request && request.Action == action && !request.Id.StartsWith("news-", StringComparison.Ordinal))
            {
                return request;
            }
        }
    }

    /// <summary>A browser tab of the administrator, over the services of a running server.</summary>
    private sealed class Web : BunitContext
    {
        public Web(Fleet fleet)
        {
            JSInterop.Mode = JSRuntimeMode.Loose;
            Services.AddMudServices(static o => o.PopoverOptions.CheckForPopoverProvider = false);
            Services.AddUi();
            Services.AddSingleton(TimeProvider.System);
            Services.AddSingleton<IViewer, TestViewer>();
            Services.AddSingleton(fleet.Server.Get<ITablePreferences>());
            Services.AddSingleton(fleet.Server.Get<ConnectedDevices>()).AddSingleton(fleet.Server.Get<DropConnection>()).AddSingleton(fleet.Server.Get<IRunBackup>());
            Services.AddSingleton(fleet.Server.Get<IDeviceMenu>()).AddSingleton(fleet.Server.Get<DeviceErrands>());
            Services.AddSingleton(fleet.Connections).AddSingleton(fleet.Server.Get<IAccountDirectory>());
            Render<MudPopoverProvider>();
            Dialogs = Render<MudDialogProvider>();
        }

        public IRenderedComponent<MudDialogProvider> Dialogs { get; }
    }

    private sealed class TestViewer : IViewer
    {
        public string BaseAddress => "http://localhost/";

        public ValueTask<Actor> ActorAsync() => ValueTask.FromResult(Fleet.Admin);
    }
}
