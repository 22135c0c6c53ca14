using System.Net;
using System.Net.Sockets;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>Sign-in and shell as a person meets them.</summary>
public sealed class ShellJourneyTests(Chromium chromium)
{
    [Theory]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task SignIn_ThenMyAccount_LooksRightEverywhere(int width, bool dark)
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var suffix = $"{width}-{(dark ? "dark" : "light")}";

        await way.GoAsync("/account");
        await Expect(way.Page.GetByLabel("Username")).ToBeFocusedAsync();
        Assert.Equal("current-password", await way.Page.GetByLabel("Password", new() { Exact = true }).GetAttributeAsync("autocomplete"));
        await way.LookAsync($"sign-in-{suffix}");

        await way.SignInAsync(path: "/account");
        await way.AtAsync("My Account");
        Assert.Equal("My Account, Comet Server", await way.Page.TitleAsync());
        Assert.Equal(dark ? "dark" : "light", await way.Page.Locator("html").GetAttributeAsync("data-theme"));
        await way.LookAsync($"account-{suffix}");
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task WrongPassword_IsSaid_AndTheNameStays()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.GoAsync("/sign-in");

        await way.Page.GetByLabel("Username").FillAsync("admin");
        await way.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("wrong");
        await way.Page.Keyboard.PressAsync("Enter");

        await Expect(way.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The username or password is wrong.");
        await Expect(way.Page.GetByLabel("Username")).ToHaveValueAsync("admin");
        await way.LookAsync("sign-in-wrong");
    }

    [Fact]
    public async Task DefaultPassword_IsWarnedAbout_UntilItIsChanged()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync();
        var banner = way.Page.GetByText("still has the password that everybody knows");
        await Expect(banner).ToBeVisibleAsync();

        await way.Page.GetByRole(AriaRole.Link, new() { Name = "Change it in My Account" }).ClickAsync();
        await way.Page.GetByLabel("Current password").FillAsync("admin");
        await way.Page.GetByLabel("New password", new() { Exact = true }).FillAsync("much better 1");
        await way.Page.GetByLabel("New password again").FillAsync("much better 2");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "differ" })).ToBeVisibleAsync();
        await way.Page.GetByLabel("New password again").FillAsync("much better 1");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();

        await Expect(way.Page.GetByText("The password was changed.")).ToBeVisibleAsync();
        await Expect(banner).Not.ToBeVisibleAsync();
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task Theme_Chosen_HoldsAtOnceAndAfterLoadingAgain()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/account");

        await way.Page.GetByRole(AriaRole.Button, new() { Name = "admin user menu" }).ClickAsync();
        await way.Page.GetByRole(AriaRole.Menuitemradio, new() { Name = "Dark theme" }).ClickAsync();
        await Expect(way.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(way.Page.GetByRole(AriaRole.Menu)).Not.ToBeVisibleAsync();
        await way.Page.ReloadAsync();

        await way.HeadingAsync();
        Assert.Equal("dark", await way.Page.Locator("html").GetAttributeAsync("data-theme"));
        Assert.Equal("rgb(19, 25, 32)", await way.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task LogOut_InOneTab_SendsTheOtherToTheSignIn()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/account");
        var other = await way.Page.Context.NewPageAsync();
        await other.GotoAsync(way.Address + "/account");
        await other.Locator("main#main h1").WaitForAsync();

        await way.Page.GetByRole(AriaRole.Button, new() { Name = "admin user menu" }).ClickAsync();
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Log out" }).ClickAsync();

        await way.Page.WaitForURLAsync("**/sign-in");
        await other.WaitForURLAsync("**/sign-in?return=%2Faccount&why=ended");
        await Expect(other.GetByText("You were signed out.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task UnknownPage_SaysSo_AndLeadsOn()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/no/such/page");

        await way.AtAsync("There is no such page");
        await way.LookAsync("not-found");
        await way.Page.GetByRole(AriaRole.Link, new() { Name = "Go to the first page" }).ClickAsync();
        await Expect(way.Page).ToHaveTitleAsync("Users, Comet Server");
    }

    [Fact]
    public async Task Server_GoneAndBack_PageSaysSoAndRecoversByItself_StillSignedIn()
    {
        using var folder = new TempFolder();
        var urls = $"http://127.0.0.1:{FreePort()}";
        var server = await CometProcess.StartServerAsync(folder.Path, urls);
        await using var way = await Journey.StartAsync(chromium, urls);
        try
        {
            await way.SignInAsync(path: "/account");
            await server.KillAsync();

            await Expect(way.Page.GetByText("Connection to the server lost.")).ToBeVisibleAsync();
            await Expect(way.Page.GetByText("Not connected")).ToBeVisibleAsync();
            await Chromium.PictureAsync(way.Page, "connection-lost");

            await server.DisposeAsync();
            server = await CometProcess.StartServerAsync(folder.Path, urls);
            await Expect(way.Page.GetByText("Connection to the server lost.")).Not.ToBeVisibleAsync(new() { Timeout = 30_000 });
            await way.AtAsync("My Account");
            Assert.EndsWith("/account", way.Page.Url, StringComparison.Ordinal);
            await Expect(way.Page.GetByText("Live", new() { Exact = true })).ToBeVisibleAsync();
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
