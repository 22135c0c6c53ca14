using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>Many users at once: from a CSV file, in bulk, and their vaults' addresses.</summary>
public sealed class UsersJourneyTests(Chromium chromium)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Users_AreCreatedByCsv_SuspendedTogether_AndTheirVaultsMoved(int width, bool dark)
    {
        await using var server = await TestServer.StartAsync();
        var accounts = server.Get<AccountStore>();
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var suffix = $"{width}-{(dark ? "dark" : "light")}";
        var page = way.Page;
        await way.SignInAsync(path: "/users");
        await page.GetByRole(AriaRole.Button, new() { Name = "user menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "Advanced Options" }).ClickAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.GetByRole(AriaRole.Button, new() { Name = "Add user" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Several by CSV…" }).ClickAsync();
        await way.AtAsync("Create multiple accounts by CSV");
        await page.GetByLabel("Or paste the lines").FillAsync("Username;Password;AccountName\nanna;correct-horse;\"Anna; and sons\"\nbert;short;Bert\ncarl;correct-horse;=1+1\ncarl;correct-horse;twice\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check", Exact = true }).ClickAsync();
        await Expect(page.GetByText("2 users can be created")).ToBeVisibleAsync();
        await way.LookAsync($"users-csv-check-{suffix}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create 2 users" }).ClickAsync();
        await Expect(page.GetByText("2 users created")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await way.LookAsync($"users-csv-done-{suffix}");
        Assert.Equal("Anna; and sons", accounts.EntryByName("anna")?.Ref.AccountName);
        Assert.NotNull(accounts.EntryByName("carl"));
        Assert.Null(accounts.EntryByName("bert"));

        await way.GoAsync("/users");
        await way.AtAsync("Users");
        if (width > 600)
        {
            await page.GetByRole(AriaRole.Checkbox, new() { Name = "Select all rows" }).Or(page.Locator("thead input[type=checkbox]")).First.CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Suspend", Exact = true }).ClickAsync();
            await way.LookAsync($"users-suspend-{suffix}");
            await page.GetByRole(AriaRole.Button, new() { Name = "Suspend users" }).ClickAsync();
            await Expect(page.GetByText("2 users suspended")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
            Assert.All(accounts.All, static a => Assert.True(a.IsSuspended));
        }

        await HistoryAsync(server, accounts.EntryByName("anna")!.Id);
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Last ten days, the worst of each: 1 Error, 8 Success, 1 without a backup" })).ToHaveCountAsync(1);
        await way.LookAsync($"users-list-{suffix}");
        Assert.Equal(width > 600, await page.GetByRole(AriaRole.Link, new() { Name = "Send bulletin" }).IsVisibleAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Create by CSV" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = width > 600 ? "User groups" : "Send bulletin" })).ToBeFocusedAsync();
        await Chromium.PictureAsync(page, $"users-more-{suffix}");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await page.Keyboard.PressAsync("Escape");
        await accounts.ChangeAsync(
            accounts.EntryByName("anna")!.Id,
            null,
            static p =>
            {
                p.Vaults["v1"] = new System.Text.Json.Nodes.JsonObject { ["Description"] = "Old", ["DestinationType"] = 1003, ["CometServer"] = "https://old.example.com/" };
                return Outcome.Done;
            },
            tellDevices: true,
            Ct);
        await way.GoAsync(UsersRoutes.Replace);
        await page.GetByLabel("Find addresses that begin with").FillAsync("https://old.example.com");
        await page.GetByLabel("Replace the beginning by").FillAsync("https://new.example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(page.GetByText("1 address of 1 user")).ToBeVisibleAsync();
        await way.LookAsync($"users-addresses-{suffix}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Replace for 1 user" }).ClickAsync();
        await Expect(page.GetByText("1 user changed")).ToBeVisibleAsync();
        Assert.Equal("https://new.example.com/", (string?)(await accounts.ReadAsync(accounts.EntryByName("anna")!.Id, Ct))!.Vault("v1")!["CometServer"]);
        way.AssertNoComplaints();
    }
    private static Task HistoryAsync(TestServer server, AccountId account)
    {
        var days = LocalDays.Last(TimeZoneInfo.Utc, TimeProvider.System.GetUtcNow(), 10);
        return server.Get<JobStore>().WriteAsync(
            writer =>
            {
                for (var day = 1; day < 10; day++)
                {
                    writer.Insert(
                        new Job
                        {
                            Id = Guid.NewGuid().ToString("D"), Classification = JobKind.Backup, Status = day == 4 ? JobStatus.Error : JobStatus.Success, StartTime = days[day] + 1, EndTime = days[day] + 60,
                            SourceId = "item-1", DestinationId = "vault-1", DeviceId = "dev-1", ClientVersion = "1.2.3",
                        },
                        new JobOwner(account, EndedByDevice: true));
                }

                return true;
            },
            Ct);
    }
}
