using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Tests.Agent;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>The editor of a Protected Item beside the real device: its folders, how much there is, which backups would stay, a run right away.</summary>
public sealed class ItemLiveJourneyTests(Chromium chromium)
{
    [Fact]
    public async Task Paths_ChosenFromTheDevice_Counted_Retained_SavedAndRun()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var files = Directory.CreateDirectory(lab.Work.Sub("office files")).FullName;
        Directory.CreateDirectory(Path.Combine(files, "drafts"));
        await File.WriteAllBytesAsync(Path.Combine(files, "letter.txt"), new byte[2048], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(files, "drafts", "old.txt"), new byte[1024], TestContext.Current.CancellationToken);
        var (item, vault) = (await lab.AddItemAsync([files]), await lab.AddVaultAsync());
        Assert.Equal(JobStatus.Success, (await lab.BackUpAsync(item, vault)).Status);

        await using var way = await Journey.StartAsync(chromium, lab.Address);
        var page = way.Page;
        await way.SignInAsync(path: $"/users/{AgentLab.User}/items/{item}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Count files and bytes" }).ClickAsync();
        await Expect(page.GetByText("2 files, 3.00 KiB")).ToBeVisibleAsync();

        // The tree of the device knows what is taken; another folder of the device joins it.
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Browse ") }).ClickAsync();
        var tree = page.GetByRole(AriaRole.Group, new() { NameRegex = new("^Files of ") });
        await tree.GetByRole(AriaRole.Checkbox).First.WaitForAsync();
        await page.GetByLabel("Paths to back up").FillAsync($"{files}\n/does/not/exist");
        await Expect(page.GetByText("The selection has changed since. Count again.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Count again" }).ClickAsync();
        await Expect(page.GetByText("/does/not/exist.")).ToBeVisibleAsync();
        await way.LookAsync("item-live");
        await page.GetByLabel("Paths to back up").FillAsync(files);

        // Rules of its own, tried on what the vault holds.
        await page.Locator("#retention").GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show which backups would stay" }).ClickAsync();
        await Expect(page.GetByText("What would stay")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "stays", Exact = true })).ToHaveCountAsync(1);
        await way.LookAsync("item-retention");

        await page.GetByRole(AriaRole.Button, new() { Name = "Save and run now" }).ClickAsync();
        await way.AtAsync("Documents");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/jobs/"));
        Assert.Equal(0, Assert.Single(lab.Server.Get<AccountStore>().EntryByName(AgentLab.User)!.Items).RetentionRules);
        way.AssertNoComplaints();
    }
}
