using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.Playwright;
using OtpNet;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>TOTP from enabling it to signing in with it (mission "TOTP", spec/04 §4.2).</summary>
public sealed class TotpJourneyTests(Chromium chromium)
{
    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Totp_IsSetUpCheckedRequired_AndASignInAsksForACodeThatWorksOnce(int width, bool dark)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var suffix = $"{width}-{(dark ? "dark" : "light")}";
        await way.SignInAsync(path: "/account");
        var page = way.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "Regenerate TOTP code" }).ClickAsync();
        await Expect(page.GetByAltText("QR code with the TOTP key")).ToBeVisibleAsync();
        var key = (await page.GetByLabel("Key to type in").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        var app = new Totp(Base32Encoding.ToBytes(key));
        await way.LookAsync($"totp-set-up-{suffix}");

        await page.GetByLabel("Code that the app shows").FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check code" }).ClickAsync();
        await Expect(page.GetByText("The code is wrong.")).ToBeVisibleAsync();
        var used = app.ComputeTotp(clock.GetUtcNow().UtcDateTime);
        await page.GetByLabel("Code that the app shows").FillAsync(used);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check code" }).ClickAsync();
        await Expect(page.GetByText("The code is right")).ToBeVisibleAsync();
        await Expect(page.GetByAltText("QR code with the TOTP key")).Not.ToBeVisibleAsync();

        var totp = page.GetByRole(AriaRole.Region, new() { Name = "TOTP" });
        await totp.GetByRole(AriaRole.Button, new() { Name = "Required", Exact = true }).ClickAsync();
        await totp.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(page.GetByText("From now on signing in asks for a code.")).ToBeVisibleAsync();
        clock.Advance(TimeSpan.FromSeconds(2)); // a page follows changes at most once a second
        await Expect(page.GetByText("Password and TOTP code")).ToBeVisibleAsync();
        await way.LookAsync($"totp-required-{suffix}");

        await using var other = await Journey.StartAsync(chromium, server.Address, width, dark);
        await EnterPasswordAsync(other);
        await Expect(other.Page.GetByRole(AriaRole.Heading, new() { Name = "Confirm it is you" })).ToBeVisibleAsync();
        await Expect(other.Page.GetByLabel("Code of your authenticator app")).ToBeFocusedAsync();
        await other.LookAsync($"second-step-code-{suffix}");
        await other.Page.GetByLabel("Code of your authenticator app").PressSequentiallyAsync(used); // sent with the sixth digit
        await Expect(other.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("used already");

        clock.Advance(TimeSpan.FromSeconds(30));
        await other.Page.GetByLabel("Code of your authenticator app").PressSequentiallyAsync(app.ComputeTotp(clock.GetUtcNow().UtcDateTime));
        await other.Page.Keyboard.PressAsync("Enter"); // by habit: the code is on its way already
        await other.AtAsync("My Account");
        way.AssertNoComplaints();
        other.AssertNoComplaints();
    }

    [Fact]
    public async Task SecondStep_CancelledOrLate_LeadsBackToTheStart()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        SecondFactorRig.RequireTotp(server);
        await using var way = await Journey.StartAsync(chromium, server.Address);

        await EnterPasswordAsync(way);
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await way.GoAsync("/sign-in/second");
        await Expect(way.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();

        await EnterPasswordAsync(way);
        await Expect(way.Page.GetByRole(AriaRole.Heading, new() { Name = "Confirm it is you" })).ToBeVisibleAsync();
        clock.Advance(TimeSpan.FromMinutes(5));
        await way.Page.GetByLabel("Code of your authenticator app").PressSequentiallyAsync("123456");
        await Expect(way.Page.GetByText("The time for the second step is over.")).ToBeVisibleAsync();
    }

    private static async Task EnterPasswordAsync(Journey way)
    {
        await way.GoAsync("/account");
        await way.Page.GetByLabel("Username").FillAsync("admin");
        await way.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("admin");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
