using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>What an administrator does on the pages of one user, besides the whole story of <see cref="FirstLightTests"/>.</summary>
public sealed class AccountsJourneyTests(Chromium chromium)
{
    private const string User = "northgate-academy-trust-for-secondary-and-primary-education";
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Device_Revoked_OnlyAfterItsNameIsTyped_TakesItsItemsWithIt()
    {
        await using var server = await ServerAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: $"/users/{User}/devices");
        await way.LookAsync("user-devices-offline-long-names");

        var row = way.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "MD-FS01" });
        await Expect(row).ToContainTextAsync("Offline");
        await row.GetByRole(AriaRole.Button, new() { Name = "Actions for" }).ClickAsync();
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Revoke" }).ClickAsync();
        var dialog = way.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("its Protected Item is removed");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke device" })).ToBeDisabledAsync();
        await Expect(dialog.GetByLabel("Type MD-FS01 to confirm")).ToBeFocusedAsync();
        await way.Page.Keyboard.TypeAsync("MD-FS01");
        await way.LookAsync("revoke");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke device" }).ClickAsync();

        await Expect(way.Page.GetByText("MD-FS01 was revoked.")).ToBeVisibleAsync();
        await Expect(way.Page.GetByRole(AriaRole.Heading, new() { Name = "No devices yet" })).ToBeVisibleAsync();
        Assert.Empty(server.Get<AccountStore>().EntryByName(User)!.Items);
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task Item_ChangedByTwoPeople_SecondIsTold_AndLosesNothingSilently()
    {
        await using var server = await ServerAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        var item = server.Get<AccountStore>().EntryByName(User)!.Items.Single();
        await way.SignInAsync(path: $"/users/{User}/items/{item.Ref.Id}");
        await Expect(way.Page.GetByLabel("Paths to back up")).ToHaveValueAsync("/srv");
        await way.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Mine");

        var draft = new FileItem("Theirs", item.Ref.DeviceId, ["/srv", "/home"], []);
        Assert.True((await server.SaveFileAsync(Admin, User, item.Ref.Id, draft, Ct)).Ok);
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();

        await Expect(way.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody else changed this Protected Item");
        await Expect(way.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Mine");
        await way.LookAsync("item-conflict");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Put my changes on the new state" }).ClickAsync();
        await Expect(way.Page.GetByLabel("Paths to back up")).ToHaveValueAsync("/srv\n/home");
        await Expect(way.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Mine");
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task Item_Deleted_AndRunIsRefusedWhileItsDeviceIsOffline()
    {
        await using var server = await ServerAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: $"/users/{User}/items");
        var row = way.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Documents" });

        await row.GetByRole(AriaRole.Button, new() { Name = "Actions for" }).ClickAsync();
        var run = way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Run backup now" });
        await Expect(run).ToBeDisabledAsync();
        await Expect(run).ToContainTextAsync("MD-FS01 is offline");
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).ClickAsync();
        await Expect(way.Page.GetByLabel("Type Documents to confirm")).ToBeFocusedAsync();
        await way.Page.Keyboard.TypeAsync("Documents");
        await Expect(way.Page.GetByRole(AriaRole.Button, new() { Name = "Delete Protected Item" })).ToBeEnabledAsync();
        await way.Page.Keyboard.PressAsync("Enter");

        await Expect(way.Page.GetByRole(AriaRole.Heading, new() { Name = "No Protected Items yet" })).ToBeVisibleAsync();
        Assert.Empty(server.Get<AccountStore>().EntryByName(User)!.Items);
    }

    [Fact]
    public async Task User_Unknown_IsNamed_AndLeadsToTheList()
    {
        await using var server = await ServerAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/users/nobody");

        await Expect(way.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no user named nobody." })).ToBeVisibleAsync();
        await way.LookAsync("user-unknown");
        await way.Page.GetByRole(AriaRole.Link, new() { Name = "All users" }).ClickAsync();
        await way.AtAsync("Users");
        await Expect(way.Page.GetByRole(AriaRole.Link, new() { Name = User })).ToBeVisibleAsync();
        await way.LookAsync("users-long-name");
    }

    /// <summary>A server with one user, one device that is offline, and one Protected Item.</summary>
    private static async Task<TestServer> ServerAsync()
    {
        var server = await TestServer.StartAsync();
        var added = await server.Get<AddUser>().RunAsync(Admin, new NewUser(User, "correct horse") { AccountName = "Northgate Academy Trust for Secondary and Primary Education (Registered Charity) Ltd" }, Ct);
        Assert.True(added.Ok, added.Why);
        var device = new DeviceReport("device-1", "MD-FS01", "0.1.0", "Europe/Amsterdam", new OsInfo("linux", "amd64", "Debian GNU/Linux 12 (bookworm)", "6.1"));
        Assert.True((await server.Get<IAccountDevices>().RegisterAsync(added.Value.Id, device, Ct)).Ok);
        var item = await server.SaveFileAsync(Admin, User, null, new FileItem("Documents", "device-1", ["/srv"], []), Ct);
        Assert.True(item.Ok, item.Why);
        return server;
    }
}
