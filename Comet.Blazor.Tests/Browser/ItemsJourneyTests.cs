using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>A Protected Item with a schedule and commands, from the empty tab to its copy with another user.</summary>
public sealed class ItemsJourneyTests(Chromium chromium)
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Item_WithScheduleAndCommands_CopiedAndPastedToAnotherUser(int width)
    {
        await using var server = await ServerAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address, width);
        var page = way.Page;
        await way.SignInAsync(path: "/users/mary/items");
        if (width > 600)
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Add Protected Item" }).ClickAsync();
        }
        else
        {
            await way.GoAsync("/users/mary/items/new"); // a phone has the button behind "Show table options"
        }

        await way.AtAsync("New Protected Item");
        await Expect(page.GetByText("No schedule: this item never runs by itself.")).ToBeVisibleAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Database dump");
        await page.GetByLabel("Type", new() { Exact = true }).SelectOptionAsync("engine1/stdout");
        await page.GetByLabel("Command", new() { Exact = true }).FillAsync("pg_dumpall --clean");
        await page.GetByLabel("Save output as").FillAsync("all.sql");
        await Expect(page.GetByText("Runs a command on Laptop and backs up what it prints as all.sql.").First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Add backup rule" }).ClickAsync();
        await page.GetByLabel("Name of the rule").FillAsync("Weekdays");
        await page.GetByLabel("Runs", new() { Exact = true }).SelectOptionAsync("8013");
        await page.GetByLabel("Day of the week").SelectOptionAsync("5");
        await page.GetByLabel("At", new() { Exact = true }).FillAsync("21:30");
        await page.GetByLabel("Before the backup", new() { Exact = true }).FillAsync("systemctl stop shop");
        await Expect(page.GetByText("Every Friday at 21:30; when the device is back after a missed run.").First).ToBeVisibleAsync();
        var runs = page.GetByRole(AriaRole.List, new() { Name = "Next runs" }).GetByRole(AriaRole.Listitem);
        await Expect(runs).ToHaveCountAsync(3);
        await Expect(runs.First).ToContainTextAsync("21:30 (Asia/Kathmandu)");
        await Expect(page.GetByText("Runs 1 command before the backup.")).ToBeVisibleAsync();
        await way.LookAsync($"item-editor-{width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();

        // The tab says what it has, and offers the copy.
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Database dump" });
        await Expect(row).ToContainTextAsync("1 schedule");
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Documents" })).ToContainTextAsync("No Schedule");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Paste", Exact = true })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy Database dump" }).ClickAsync();
        var paste = page.GetByRole(AriaRole.Button, new() { Name = "Paste", Exact = true });
        await Expect(paste).ToBeVisibleAsync();
        await way.LookAsync($"items-tab-{width}");

        // The clipboard survives a new page, and knows whose page it is on.
        await way.GoAsync("/users/john/items");
        await paste.ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Paste here, to john" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel("Device")).ToHaveValueAsync("johns-pc");
        await dialog.GetByLabel("Paste its 1 backup rule, too").CheckAsync();
        await Expect(dialog.GetByLabel("To Storage Vault")).ToHaveValueAsync("v2");
        await way.LookAsync($"item-paste-{width}");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Paste", Exact = true }).ClickAsync();

        await way.AtAsync("Database dump");
        await Expect(page.GetByLabel("Command", new() { Exact = true })).ToHaveValueAsync("pg_dumpall --clean");
        await Expect(page.GetByText("Every Friday at 21:30").First).ToBeVisibleAsync();
        var johns = Assert.Single(server.Get<AccountStore>().EntryByName("john")!.Items);
        Assert.Equal(("Database dump", "johns-pc", 1), (johns.Ref.Name, johns.Ref.DeviceId, johns.Schedules));

        // Pasted once more beside it: the page shows the new one, and saves that.
        var first = page.Url;
        await paste.ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Paste here, to john" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Paste", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Every Friday at 21:30")).ToHaveCountAsync(0); // it has no rule
        Assert.NotEqual(first, page.Url);
        await page.GetByLabel("Command", new() { Exact = true }).FillAsync("pg_dump one");
        await paste.ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Clear" }).ClickAsync();
        await Expect(paste).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Database dump" })).ToHaveCountAsync(2);
        var stored = (await server.Get<AccountStore>().ReadAsync(server.Get<AccountStore>().EntryByName("john")!.Id, Ct))!;
        Assert.Equal(["pg_dump one", "pg_dumpall --clean"], stored.Root.Entries("Sources").Select(static s => s.Value.Map("EngineProps").Text("COMMAND")).Order(StringComparer.Ordinal));
        way.AssertNoComplaints();
    }

    /// <summary>A server with two users, each with a device and a vault; one has an item without a schedule.</summary>
    private static async Task<TestServer> ServerAsync()
    {
        var server = await TestServer.StartAsync();
        foreach (var (name, device, shown, vault) in new[] { ("mary", "marys-pc", "Laptop", "v1"), ("john", "johns-pc", "Office", "v2") })
        {
            var added = await server.Get<AddUser>().RunAsync(Admin, new NewUser(name, "correct horse"), Ct);
            Assert.True(added.Ok, added.Why);
            var report = new DeviceReport(device, shown, "0.1.0", "Asia/Kathmandu", new OsInfo("linux", "amd64", "Debian", "6.1"));
            Assert.True((await server.Get<IAccountDevices>().RegisterAsync(added.Value.Id, report, Ct)).Ok);
            await server.Get<AccountStore>().ChangeAsync(added.Value.Id, null, d =>
            {
                var made = ProfileTemplates.Vault();
                made["Description"] = $"Vault of {name}";
                d.Vaults[vault] = made;
                return Outcome.Done;
            }, false, Ct);
        }

        Assert.True((await server.SaveFileAsync(Admin, "mary", null, new FileItem("Documents", "marys-pc", ["/srv"], []), Ct)).Ok);
        return server;
    }
}
