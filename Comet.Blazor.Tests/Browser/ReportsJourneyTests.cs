using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Mail;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>An administrator gives a user addresses and a report, looks at it, and writes to all customers.</summary>
public sealed class ReportsJourneyTests(Chromium chromium)
{
    private const string Hostile = "<img src=x onerror=\"top.hacked=1\"><script>top.hacked=1</script>Office";

    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Reports_AreSetUp_Previewed_AndABulletinIsSent(int width, bool dark)
    {
        await using var smtp = await SmtpServer.StartAsync();
        await using var server = await TestServer.StartAsync();
        var mary = await Fleet.AddUserAsync(server, "mary");
        await server.Get<AccountStore>().ChangeAsync(mary.Id, null, static d =>
        {
            d.Root["Sources"] = new JsonObject { ["item-1"] = new JsonObject { ["Description"] = Hostile, ["OwnerDevice"] = "dev-1" } };
            return Outcome.Done;
        }, false, TestContext.Current.CancellationToken);
        var seen = server.Get<MailSettings>().Stored;
        Assert.True(server.Get<MailSettings>().Save(smtp.Options(), seen).Ok);
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var page = way.Page;
        var suffix = $"{width}-{(dark ? "dark" : "light")}";
        await way.SignInAsync(path: "/users/mary/emails");

        await page.GetByLabel("Add an address").FillAsync("no address@");
        await page.GetByLabel("Add an address").FillAsync("ops@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add address" }).ClickAsync();
        await Expect(page.GetByText("The built-in default: a message after each backup")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add report" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Report", new() { Exact = true }).SelectOptionAsync("RecentActivity");
        await dialog.GetByLabel("Time 1", new() { Exact = true }).FillAsync("07:30");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add rule" }).ClickAsync();
        await dialog.GetByLabel("Value 1").FillAsync("many");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(dialog.GetByText("is no whole number")).ToBeVisibleAsync();
        await dialog.GetByLabel("Value 1").FillAsync("5000");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        var frame = dialog.GetByTitle("The report as HTML");
        await Expect(frame).ToHaveAttributeAsync("sandbox", ""); // no scripts, no forms, nothing of this site
        await Expect(frame.ContentFrame.GetByRole(AriaRole.Heading, new() { Name = "Recent Activity of mary" })).ToBeVisibleAsync();
        await Expect(frame.ContentFrame.GetByRole(AriaRole.Cell, new() { Name = Hostile })).ToBeVisibleAsync();
        await Expect(frame.ContentFrame.Locator("body")).ToHaveCSSAsync("background-color", "rgb(255, 255, 255)"); // the styles of the mail hold, by our policy too
        await frame.ScrollIntoViewIfNeededAsync();
        await way.LookAsync($"report-dialog-{suffix}");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Plain text" }).ClickAsync();
        await Expect(dialog.GetByLabel("The report as plain text")).ToHaveValueAsync(new Regex("^Recent Activity of mary"));
        await way.LookAsync($"report-dialog-text-{suffix}");
        Assert.Null(await page.EvaluateAsync<int?>("() => window.hacked ?? null"));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take over" }).ClickAsync();
        await Expect(page.GetByText("Every day at 07:30")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(page.GetByText("Saved.", new() { Exact = true })).ToBeVisibleAsync();
        await page.EvaluateAsync("() => scrollTo(0, 0)");
        await way.LookAsync($"email-reporting-{suffix}");
        Assert.Equal("ops@example.com", server.Get<AccountStore>().EntryByName("mary")!.Emails.Emails.Single());

        await way.GoAsync("/users");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "mary" }).First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox).Or(page.GetByPlaceholder("Filter…")).First.FocusAsync(); // the table stands
        if (width < 600)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).ClickAsync();
        }

        await page.GetByRole(width < 600 ? AriaRole.Menuitem : AriaRole.Link, new() { Name = "Send bulletin" }).ClickAsync();
        await Expect(page.GetByText("Each gets a message of their own")).ToContainTextAsync("1 address of 1 user");
        await page.GetByLabel("Subject").FillAsync("Maintenance on Sunday");
        await page.GetByLabel("Text", new() { Exact = true }).FillAsync("We are away from 10 to 11. See https://example.com/");
        await way.LookAsync($"bulletin-{suffix}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send to 1 address" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send bulletin" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Maintenance on Sunday" })).ToContainTextAsync("1 of 1 sent");
        Assert.Equal("Maintenance on Sunday", Assert.Single(smtp.Mails).Subject);
        await page.EvaluateAsync("() => scrollTo(0, 0)");
        await way.LookAsync($"bulletin-sent-{suffix}");
        way.AssertNoComplaints();
    }
}
