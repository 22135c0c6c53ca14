using Comet.Blazor.Features.Mail;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>The mail settings and the queue, as an administrator works with them.</summary>
public sealed class MailJourneyTests(Chromium chromium)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Mail_IsSetUp_Tested_AndFollowedInItsQueue(int width, bool dark)
    {
        await using var smtp = await SmtpServer.StartAsync();
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var suffix = $"{width}-{(dark ? "dark" : "light")}";
        var page = way.Page;
        await way.SignInAsync(path: "/server/settings/email");
        await way.AtAsync("Email");

        await page.GetByLabel("Send mail").SelectOptionAsync(MailOptions.ModeStartTls);
        await page.GetByLabel("Sender's address").FillAsync("comet@example.com");
        await page.GetByLabel("Mail server").FillAsync("127.0.0.1");
        await page.GetByLabel("Port").FillAsync(smtp.StartTls.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await page.GetByLabel("Username").FillAsync("bob");
        await page.GetByLabel("Password").FillAsync("wrong");
        await page.GetByLabel("Recipient").FillAsync("to@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send test message" }).ClickAsync();
        await Expect(page.GetByText("is not valid: no authority")).ToBeVisibleAsync();
        await page.GetByLabel("Accept any certificate").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send test message" }).ClickAsync();
        await Expect(page.GetByText("refused the username or the password")).ToBeVisibleAsync();
        await way.LookAsync($"mail-settings-{suffix}");
        await page.GetByLabel("Password").FillAsync("secret");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send test message" }).ClickAsync();
        await Expect(page.GetByText("The mail server has taken the message.")).ToBeVisibleAsync();
        Assert.Single(smtp.Mails);
        Assert.False(server.Get<MailSettings>().Stored.IsOn);

        await page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(page.GetByText("Saved. It holds at once.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Password")).ToHaveValueAsync("********");

        await smtp.DownAsync();
        await server.Get<IOutbox>().PutAsync(new OutgoingMail(["ops@example.com"], "Weekly report", "All is well."), Ct);
        await server.Get<IOutbox>().PutAsync(new OutgoingMail(["nobody@example.com"], "Never wanted", "Nothing."), Ct);
        await Wait.UntilAsync(() => server.Get<MailQueue>().All.All(static m => m.Attempts == 1), "both were tried");
        await way.GoAsync("/server/mail");
        await way.AtAsync("Mail queue");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Weekly report" });
        await Expect(row).ToContainTextAsync("Waiting");
        await way.LookAsync($"mail-queue-{suffix}");

        await smtp.UpAsync();
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Try now" }).ClickAsync();
        await Expect(row).ToContainTextAsync("Sent");
        var other = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Never wanted" });
        await other.GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Remove" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove message" }).ClickAsync();
        await Expect(other).Not.ToBeVisibleAsync();
        Assert.Equal(2, smtp.Mails.Count);
        way.AssertNoComplaints();
    }
}
