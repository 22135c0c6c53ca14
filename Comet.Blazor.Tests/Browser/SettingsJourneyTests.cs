using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>Session time, login protection, Advanced Options and raw settings, as a person works with them.</summary>
public sealed class SettingsJourneyTests(Chromium chromium)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AdvancedOptions_Ticked_ShowTheActionInAllTabs_AndAreRememberedOverSignOut()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/server/settings");
        var other = await way.Page.Context.NewPageAsync();
        await other.GotoAsync(way.Address + "/server/settings/sessions");
        var raw = way.Page.GetByRole(AriaRole.Link, new() { Name = "Edit raw settings" });
        var rawThere = other.GetByRole(AriaRole.Link, new() { Name = "Edit raw settings" });
        await other.Locator("main#main h1").WaitForAsync();
        await Expect(raw).Not.ToBeVisibleAsync();

        await way.Page.GetByRole(AriaRole.Button, new() { Name = "admin user menu" }).FocusAsync();
        await way.Page.Keyboard.PressAsync("Enter");
        var box = way.Page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "Advanced Options" });
        await Expect(box).ToHaveAttributeAsync("aria-checked", "false");
        await way.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(box).ToBeFocusedAsync();
        await way.Page.Keyboard.PressAsync("Space");
        await Expect(box).ToHaveAttributeAsync("aria-checked", "true"); // the menu stays open
        await way.LookAsync("advanced-options");
        await Expect(raw).ToBeVisibleAsync();
        await Expect(rawThere).ToBeVisibleAsync();

        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Log out" }).ClickAsync();
        await way.Page.WaitForURLAsync("**/sign-in");
        await way.SignInAsync(path: "/server/settings");
        await Expect(raw).ToBeVisibleAsync();
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "admin user menu" }).ClickAsync();
        await box.ClickAsync();
        await Expect(box).ToHaveAttributeAsync("aria-checked", "false");
        await Expect(raw).Not.ToBeVisibleAsync();
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task RawSettings_AreChecked_ShowWhatChanges_AndAreSaved()
    {
        await using var server = await TestServer.StartAsync();
        server.Get<SettingsFile>().Update(static root => root["Email"] = new JsonObject { ["SMTPHost"] = "mail.example", ["SMTPPassword"] = "smtp-secret-1", ["Long"] = new string('x', 200_000) });
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/server/settings/raw");
        var field = way.Page.GetByLabel("Settings as JSON");
        var text = await field.InputValueAsync();
        Assert.DoesNotContain("smtp-secret-1", text, StringComparison.Ordinal);

        await field.FillAsync(text.Replace("\"mail.example\",", "\"mail.example\"", StringComparison.Ordinal));
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Check changes" }).ClickAsync();
        await Expect(way.Page.Locator("#raw-wrong")).ToContainTextAsync("not valid JSON at line");
        await field.FillAsync(text.Replace("\"AllowPasswordLogin\": true", "\"AllowPasswordLogin\": false", StringComparison.Ordinal));
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Check changes" }).ClickAsync();
        await Expect(way.Page.Locator("#raw-wrong")).ToContainTextAsync("could not sign in");

        await field.FillAsync(text.Replace("mail.example", "smtp.example", StringComparison.Ordinal));
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Check changes" }).ClickAsync();
        var change = way.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Email.SMTPHost" });
        await Expect(change).ToContainTextAsync("smtp.example");
        await Expect(field).Not.ToBeEditableAsync();
        await way.LookAsync("raw-settings-changes");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save settings" }).ClickAsync();
        await Expect(way.Page.GetByText("The settings are saved.")).ToBeVisibleAsync();
        Assert.Equal(("smtp.example", "smtp-secret-1"), server.Get<SettingsFile>().Read(static root => ((string)root["Email"]!["SMTPHost"]!, (string)root["Email"]!["SMTPPassword"]!)));

        // Somebody else was faster.
        server.Get<SettingsFile>().Update(static root => root["FromTomorrow"] = 7);
        await field.FillAsync("{}");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Check changes" }).ClickAsync();
        await Expect(way.Page.Locator("#raw-wrong")).ToContainTextAsync("changed by someone else");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
        await Expect(field).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("FromTomorrow"));
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task Sessions_TimeIsSet_AndOthersAreEnded()
    {
        await using var server = await TestServer.StartAsync();
        var key = await server.Get<SessionStore>().StartAsync(SessionOwner.Administrator("maria", "192.0.2.7", "Firefox on Linux", ActorVia.Web), Ct);
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/server/settings/sessions");

        await way.Page.GetByLabel("Minutes without a gesture").FillAsync("45");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(way.Page.GetByText("Sessions end after 45 minutes now.")).ToBeVisibleAsync();
        Assert.Equal(TimeSpan.FromMinutes(45), server.Get<SessionTimes>().Idle);

        await Expect(way.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "This browser" })).ToContainTextAsync("127.0.0.1");
        var row = way.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Firefox on Linux" });
        await Expect(row).ToContainTextAsync("192.0.2.7");
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "End session" }).ClickAsync();
        await Expect(row).Not.ToBeVisibleAsync();
        Assert.Null(server.Get<SessionStore>().Find(key));
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task LoginProtection_IsSet()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/server/settings/login-protection");

        await way.Page.GetByLabel("Failures of one name").FillAsync("3");
        await way.Page.GetByLabel("Seconds to wait").FillAsync("60");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(way.Page.GetByText("Saved. It holds at once.")).ToBeVisibleAsync();

        Assert.Equal(new LoginProtection(true, 3, 60), server.Get<LoginGuard>().Protection);
        await way.Page.GetByLabel("Make those wait").UncheckAsync();
        await Expect(way.Page.GetByText("guessed as fast as the server checks")).ToBeVisibleAsync();
        way.AssertNoComplaints();
    }

    [Theory]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Pages_LookRightEverywhere(int width, bool dark)
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var suffix = $"{width}-{(dark ? "dark" : "light")}";
        await way.SignInAsync(path: "/server/settings/sessions");
        await Expect(way.Page.GetByText("This browser").First).ToBeVisibleAsync();
        await way.LookAsync($"settings-sessions-{suffix}");
        foreach (var (address, heading) in new[] { ("login-protection", "Login protection"), ("raw", "Raw settings") })
        {
            await way.GoAsync("/server/settings/" + address);
            await way.AtAsync(heading);
            await way.LookAsync($"settings-{address}-{suffix}");
        }

        way.AssertNoComplaints();
    }
}
