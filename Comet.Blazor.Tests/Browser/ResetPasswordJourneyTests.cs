using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>Setting a user's password from the user's page.</summary>
public sealed class ResetPasswordJourneyTests(Chromium chromium)
{
    [Theory]
    [InlineData(1440, false, true)]
    [InlineData(390, true, false)]
    public async Task Reset_AsksForWhatItNeeds_AndSaysThatItIsDone(int width, bool dark, bool allowed)
    {
        await using var server = await TestServer.StartAsync();
        var added = await server.Get<AddUser>().RunAsync(Actor.Server, new NewUser("mary", "correct horse") { StoreRecoveryCode = allowed }, TestContext.Current.CancellationToken);
        Assert.True(added.Ok, added.Why);
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        await way.SignInAsync(path: "/users/mary");
        var page = way.Page;

        await page.GetByRole(AriaRole.Button, new() { Name = "Reset password…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Heading, new() { Name = "Reset the password of mary" })).ToBeVisibleAsync();
        await way.LookAsync($"reset-user-{width}-{(dark ? "dark" : "light")}");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Generate" }).ClickAsync();
        if (!allowed)
        {
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Reset password" }).ClickAsync();
            await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("has not allowed");
            await dialog.GetByLabel("Present password").FillAsync("correct horse");
        }

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Reset password" }).ClickAsync();
        await Expect(page.GetByText("The password of mary was reset.")).ToBeVisibleAsync();
        way.AssertNoComplaints();
    }
}
