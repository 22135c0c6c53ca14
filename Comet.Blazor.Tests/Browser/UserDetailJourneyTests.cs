using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>One user's page from its group to its end: figures, devices that open, a report's preview, and a deletion that asks the devices to uninstall.</summary>
public sealed class UserDetailJourneyTests(Chromium chromium)
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task User_GroupedLookedIntoPreviewedAndDeleted(int width, bool dark)
    {
        await using var server = await TestServer.StartAsync();
        var accounts = server.Get<AccountStore>();
        Assert.True((await server.Get<AddUser>().RunAsync(Admin, new NewUser("meridian", "correct horse") { AccountName = "Meridian Dental", Email = "it@example.com" }, Ct)).Ok);
        var group = (await server.Get<SaveUserGroup>().RunAsync(Admin, null, "Managed", null)).Value!;
        await using var device = await AgentClient.SignInAsync(server, "meridian", "correct horse");
        Assert.True((await server.SaveFileAsync(Admin, "meridian", null, new FileItem("X-ray images", "device-1", ["/srv"], []), Ct)).Ok);
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var (page, suffix) = (way.Page, $"{width}-{(dark ? "dark" : "light")}");
        await way.SignInAsync(path: "/users/meridian");

        await Expect(page.Locator(".facts")).ToContainTextAsync("Jobs, last 24 hours");
        await Expect(page.Locator(".facts")).ToContainTextAsync("1 address");
        await page.GetByLabel("Group", new() { Exact = true }).SelectOptionAsync("Managed");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Unsaved changes" })).ToContainTextAsync("Not saved: Group.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Unsaved changes" })).ToHaveCountAsync(0);
        Assert.Equal(group.Id, accounts.EntryByName("meridian")!.Facts.GroupId);

        await way.GoAsync("/users/meridian/devices");
        var open = page.GetByRole(AriaRole.Button, new() { Name = "Protected Items of device-1.example" });
        await open.ClickAsync();
        await Expect(open).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "X-ray images" })).ToBeVisibleAsync();
        await way.LookAsync($"user-devices-open-{suffix}");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Actions", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Preview email report…" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("As it would be sent now");
        await way.LookAsync($"user-report-preview-{suffix}");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Actions", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete user…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Ask the connected device to uninstall").CheckAsync();
        await dialog.GetByLabel("Remove the client's settings there as well").CheckAsync();
        await dialog.GetByLabel("Type meridian to confirm").FillAsync("meridian");
        await way.LookAsync($"user-delete-{suffix}");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete user" }).ClickAsync();
        Request asked;
        do
        {
            asked = await device.ReadAsync<Request>();
            await device.SendAsync(new Response(asked.Id, 200, "OK"));
        }
        while (asked.Action != AgentProtocol.Actions.Uninstall);
        Assert.True(asked.Body!.Value.GetProperty("removeSettings").GetBoolean());
        await Expect(page.GetByText("meridian was deleted. 1 of 1 connected device uninstalled.")).ToBeVisibleAsync();
        await way.AtAsync("Users");
        way.AssertNoComplaints();
    }
}
