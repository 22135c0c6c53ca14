using System.Security.Cryptography;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Agent;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>A Storage Vault beside the real device that uses it: the connection tried, real backups judged by rules, and the analysis that the device has made of them.</summary>
public sealed class VaultLiveJourneyTests(Chromium chromium)
{
    private const string LongName = "Accounting archive 2009 to 2026 (\\\\fileserver\\accounting$\\closed years), without temporary files";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vault_TriedFromTheDevice_JudgedByRules_AnalysedByARetentionPass()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var (vault, items) = await BackedUpAsync(lab);
        await using var way = await Journey.StartAsync(chromium, lab.Address);
        var page = way.Page;
        await way.SignInAsync(path: $"/users/{AgentLab.User}/vaults");

        // Measured by nobody yet: the figure is no link.
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Office NAS" });
        await Expect(row).ToBeVisibleAsync();
        await Expect(row.GetByRole(AriaRole.Link)).ToHaveCountAsync(1); // its name

        // The connection, from the device.
        await way.GoAsync($"/users/{AgentLab.User}/vaults/{vault}");
        await way.AtAsync("Office NAS");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test connection" }).ClickAsync();
        await Expect(page.GetByText("The device can read and write there. It holds a vault's data already.")).ToBeVisibleAsync();
        var path = await page.GetByLabel("Folder on the device").InputValueAsync();
        await page.GetByLabel("Folder on the device").FillAsync("/no/such/disk/here");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test connection" }).ClickAsync();
        await Expect(page.GetByText("The folder /no/such/disk does not exist on this device.")).ToBeVisibleAsync();
        await page.GetByLabel("Folder on the device").FillAsync(path);

        // What would stay of the backups that are really there.
        await page.GetByLabel("Delete backups, except those that a rule keeps").CheckAsync();
        await page.GetByLabel("Rule 1: backups").FillAsync("1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show which backups would stay" }).ClickAsync();
        await Expect(page.GetByText("What would stay")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "stays", Exact = true })).ToHaveCountAsync(items.Length);
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "would be deleted", Exact = true })).ToHaveCountAsync(items.Length);
        await way.LookAsync("vault-live");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await way.AtAsync(AgentLab.User);

        // A retention pass deletes just those, and measures the rest: now the figure is a link.
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Run retention pass" }).ClickAsync();
        var stored = row.GetByRole(AriaRole.Link, new() { NameRegex = new("iB$") });
        await Expect(stored).ToBeVisibleAsync(new() { Timeout = 60_000 });
        var left = await lab.SnapshotsAsync(vault);
        Assert.Equal(items.Order(), left.Select(static s => s.ItemId).Order());
        var parts = (await lab.ContentAsync(vault))!;
        var total = parts.Sum(static p => p.Bytes);
        Assert.Equal(new DirectoryInfo(Path.Combine(path, "data")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length), total);
        Assert.Equal(ByteSize.Format(total), await stored.InnerTextAsync());

        await stored.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText($"Sum: {ByteSize.Format(total)}")).ToBeVisibleAsync();
        var shared = parts.Where(static p => p.UsedBy.Length > 1).Sum(static p => p.Bytes);
        Assert.InRange(shared, 1 << 20, 1_300_000);
        await Expect(dialog.GetByRole(AriaRole.Row, new() { Name = LongName })).ToContainTextAsync(ByteSize.Format(shared));
        await way.LookAsync("vault-analysis-live");
        way.AssertNoComplaints();

        await using var phone = await Journey.StartAsync(chromium, lab.Address, 390, dark: true);
        await phone.SignInAsync(path: $"/users/{AgentLab.User}/vaults/{vault}");
        await phone.AtAsync("Office NAS");
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "Show which backups would stay" }).ClickAsync();
        await Expect(phone.Page.GetByText("What would stay")).ToBeVisibleAsync();
        await phone.LookAsync("vault-live-390-dark");
        await phone.GoAsync($"/users/{AgentLab.User}/vaults/{vault}/analysis");
        await Expect(phone.Page.GetByText($"Sum: {ByteSize.Format(total)}")).ToBeVisibleAsync();
        await phone.LookAsync("vault-analysis-390-dark");
        await phone.GoAsync($"/users/{AgentLab.User}/vaults");
        await phone.Page.GetByRole(AriaRole.Link, new() { Name = ByteSize.Format(total) }).ClickAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Dialog).GetByText($"Sum: {ByteSize.Format(total)}")).ToBeVisibleAsync();
        await phone.LookAsync("vault-analysis-dialog-390-dark");
        phone.AssertNoComplaints();
    }

    /// <summary>A vault with two backups each of many Protected Items, that have a file in common and one of their own which changed.</summary>
    private static async Task<(string Vault, string[] Items)> BackedUpAsync(AgentLab lab)
    {
        var vault = await lab.AddRawVaultAsync(VaultTypes.Local, v => (v["Description"], v["LocalcopyPath"]) = ("Office NAS", lab.Work.Sub("disk")));
        var common = RandomNumberGenerator.GetBytes(1 << 20);
        List<string> items = [];
        foreach (var name in new[] { LongName, "Mail", "Scans of the front desk", "Web server" })
        {
            var folder = Directory.CreateDirectory(lab.Work.Sub($"files-{items.Count}")).FullName;
            await File.WriteAllBytesAsync(Path.Combine(folder, "common.bin"), common, Ct);
            items.Add(await lab.AddItemAsync([folder]));
            await lab.EditAsync(d => d.Item(items[^1])!["Description"] = name);
            for (var i = 0; i < 2; i++)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, "own.bin"), RandomNumberGenerator.GetBytes(100_000 * items.Count), Ct);
                Assert.Equal(JobStatus.Success, (await lab.BackUpAsync(items[^1], vault)).Status);
            }
        }

        return (vault, [.. items]);
    }
}
