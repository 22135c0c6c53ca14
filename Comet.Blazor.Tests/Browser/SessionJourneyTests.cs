using Comet.Blazor.Data;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>What becomes of open tabs: idle time, log out, sessions ended from elsewhere, a password that must be changed, the first run.</summary>
public sealed class SessionJourneyTests(Chromium chromium)
{
    [Fact]
    public async Task Idle_TwoTabs_WarnLeaveAndComeBackToTheirPlace()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/account");
        var first = way.Page;
        var second = await first.Context.NewPageAsync();
        await second.GotoAsync(way.Address + "/users?q=x");
        await Expect(second.Locator("main#main h1")).ToHaveTextAsync("Users");

        // A gesture in one tab keeps both; what the page itself does keeps neither.
        clock.Advance(TimeSpan.FromMinutes(27));
        var touched = first.WaitForResponseAsync("**/session/touch");
        await first.Mouse.WheelAsync(0, 10);
        await touched;
        for (var minute = 0; minute < 29; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            server.Get<SettingsFile>().Changed.Raise();
        }

        foreach (var tab in new[] { first, second })
        {
            await Expect(tab.GetByText("You will be signed out")).ToBeVisibleAsync();
        }

        await way.LookAsync("session-warning");
        clock.Advance(TimeSpan.FromMinutes(2));
        await Expect(first).ToHaveURLAsync(way.Address + "/sign-in?return=%2Faccount&why=idle");
        await Expect(second).ToHaveURLAsync(way.Address + "/sign-in?return=%2Fusers%3Fq%3Dx&why=idle");
        await Expect(first.GetByText("after 30 minutes without activity")).ToBeVisibleAsync();
        await way.LookAsync("signed-out-idle");

        await first.GetByLabel("Username").FillAsync("admin");
        await first.GetByLabel("Password", new() { Exact = true }).FillAsync("admin");
        await first.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(first).ToHaveURLAsync(way.Address + "/account");
        await Expect(second).ToHaveURLAsync(way.Address + "/users?q=x");
    }

    [Fact]
    public async Task Warning_StaySignedIn_TakesItAway()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/account");

        clock.Advance(TimeSpan.FromMinutes(28.5));
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Stay signed in" }).ClickAsync();
        await Expect(way.Page.GetByText("You will be signed out")).Not.ToBeVisibleAsync();
        clock.Advance(TimeSpan.FromMinutes(5));
        await way.GoAsync("/users");
        await way.AtAsync("Users");
    }

    [Fact]
    public async Task Sessions_AreListed_AndEndingOneMovesItsTabs()
    {
        await using var server = await TestServer.StartAsync();
        await using var here = await Journey.StartAsync(chromium, server.Address);
        await using var there = await Journey.StartAsync(chromium, server.Address);
        await there.SignInAsync(path: "/users");
        await here.SignInAsync(path: "/account");

        var rows = here.Page.GetByRole(AriaRole.Table, new() { Name = "Your sessions" }).GetByRole(AriaRole.Row).Filter(new() { HasText = "Chrome" });
        await Expect(rows).ToHaveCountAsync(2);
        await here.LookAsync("sessions");
        await here.Page.GetByRole(AriaRole.Button, new() { Name = "End all others" }).ClickAsync();

        await Expect(there.Page).ToHaveURLAsync(there.Address + "/sign-in?return=%2Fusers&why=ended");
        await Expect(rows).ToHaveCountAsync(1);
        here.AssertNoComplaints();
    }

    [Fact]
    public async Task RequiredPasswordChange_ComesBeforeEverything_UntilItIsDone()
    {
        await using var server = await TestServer.StartAsync();
        Assert.True(server.Get<AdministratorStore>().Change("admin", static one => one with { RequirePasswordChange = true }).Ok);
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/users");

        await way.AtAsync("Change your password");
        await way.GoAsync("/jobs");
        await way.AtAsync("Change your password");
        await way.LookAsync("password-change-required");
        await way.Page.GetByLabel("Current password").FillAsync("admin");
        await way.Page.GetByLabel("New password", new() { Exact = true }).FillAsync("much better 1");
        await way.Page.GetByLabel("New password again").FillAsync("much better 1");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await way.AtAsync("Job History");
    }

    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task FirstRun_WithoutDefaultAdministrator_CreatesOneAndSignsIn(int width, bool dark)
    {
        await using var server = await TestServer.StartAsync(args: ["--Comet:DefaultAdmin", "false"]);
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var page = way.Page;
        await way.GoAsync("/");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Create the first administrator" })).ToBeVisibleAsync();
        await way.LookAsync($"first-run-{width}-{(dark ? "dark" : "light")}");

        await page.GetByLabel("Username").FillAsync("ada");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("a long password");
        await page.GetByLabel("Password again").FillAsync("another password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The two passwords differ.");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("a long password");
        await page.GetByLabel("Password again").FillAsync("a long password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create and sign in" }).ClickAsync();
        await way.HeadingAsync();

        await using var late = await Journey.StartAsync(chromium, server.Address);
        await late.GoAsync("/first-run");
        await Expect(late.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task Guessing_EndsInAWaitThatIsCountedDown()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.GoAsync("/sign-in");
        for (var i = 0; i < 11; i++)
        {
            await way.Page.GetByLabel("Username").FillAsync("admin");
            await way.Page.GetByLabel("Password", new() { Exact = true }).FillAsync($"guess {i}");
            await way.Page.RunAndWaitForResponseAsync(() => way.Page.Keyboard.PressAsync("Enter"), static r => r.Request.Method == "POST");
        }

        await Expect(way.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many failed attempts. Try again in 2");
        await Expect(way.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeDisabledAsync();
        await way.LookAsync("sign-in-locked");
    }
}
