using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Features.Storage.Pages;
using Comet.Blazor.Features.Storage.Templates;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>Storage Templates on their page: added, tried, changed, used for a vault, removed and replaced.</summary>
public sealed class TemplatesJourneyTests(Chromium chromium)
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Templates_AddedTriedUsedRemovedAndReplaced()
    {
        await using var other = await TestServer.StartAsync();
        await using var server = await TestServer.StartAsync();
        var added = await server.Get<AddUser>().RunAsync(Admin, new NewUser("mary", "correct horse"), Ct);
        Assert.True(added.Ok, added.Why);
        await using var way = await Journey.StartAsync(chromium, server.Address);
        var page = way.Page;
        await way.SignInAsync(path: TemplatesPage.Href);
        await way.AtAsync("Storage Templates");

        // A bucket on another server, tried before it is saved.
        await page.GetByRole(AriaRole.Button, new() { Name = "Add template" }).ClickAsync();
        var fresh = page.GetByRole(AriaRole.Region, new() { Name = "New template" });
        await fresh.GetByLabel("Name", new() { Exact = true }).FillAsync("Data centre");
        var centre = page.GetByRole(AriaRole.Region, new() { Name = "Data centre" });
        await centre.GetByLabel("Storage", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "A bucket on another Comet server" });
        await centre.GetByLabel("Address of the server").FillAsync(other.Address);
        await centre.GetByLabel("Administrator there").FillAsync("admin");
        await centre.GetByLabel("Password").FillAsync("not that");
        await centre.GetByRole(AriaRole.Button, new() { Name = "Test Data centre" }).ClickAsync();
        await Expect(centre.GetByText("refused:")).ToBeVisibleAsync();
        await centre.GetByLabel("Password").FillAsync("admin");
        await centre.GetByLabel("Quota of each vault, GiB").FillAsync("2");
        await centre.GetByRole(AriaRole.Button, new() { Name = "Test Data centre" }).ClickAsync();
        await Expect(centre.GetByText("Storage can be made from this template.")).ToBeVisibleAsync();

        // A folder in a bucket, the one that is taken where nobody chooses.
        await page.GetByRole(AriaRole.Button, new() { Name = "Add template" }).ClickAsync();
        await fresh.GetByLabel("Name", new() { Exact = true }).FillAsync("Cloud");
        var cloud = page.GetByRole(AriaRole.Region, new() { Name = "Cloud" });
        await cloud.GetByLabel("Storage", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "A folder in an S3-compatible bucket" });
        await cloud.GetByLabel("Server address").FillAsync("s3.example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(page.GetByText("S3.MasterBucket is missing.")).ToBeVisibleAsync();
        await cloud.GetByLabel("Bucket", new() { Exact = true }).FillAsync("backups");
        await cloud.GetByLabel("Access key").FillAsync("key");
        await cloud.GetByLabel("Secret key").FillAsync("s3cret");
        await cloud.GetByLabel("Default:").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(page.GetByText("The Storage Templates were saved.")).ToBeVisibleAsync();
        await Expect(cloud.GetByLabel("Secret key")).ToHaveAttributeAsync("placeholder", "Keep unchanged");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "This server" }).GetByLabel("Default:")).Not.ToBeCheckedAsync();

        // Vaults are requested from both.
        await RequestAsync(way, "Cloud", choose: false);
        await RequestAsync(way, "Data centre", choose: true);
        var vaults = server.Get<AccountStore>().EntryByName("mary")!.Vaults;
        Assert.Equal(("Data centre", 2L << 30, Assert.Single(other.Get<BucketStore>().All).Id), (vaults[1].Ref.Name, vaults[1].Limit, vaults[1].Ref.Bucket));
        var centreId = server.Get<ReadStorageTemplates>().Run(Admin).Value!.First(static t => (string)t!["Description"]! == "Data centre")!["ID"]!.ToString();
        await NameAsync(server, centreId);

        // Edited, and removed although a user names it: the user gets another one.
        await way.GoAsync(TemplatesPage.Href);
        await cloud.GetByLabel("Name", new() { Exact = true }).FillAsync("Cloud of ours");
        await Expect(centre.GetByText("1 user's new devices get a Storage Vault from it.")).ToBeVisibleAsync();
        await centre.GetByRole(AriaRole.Button, new() { Name = "Remove Data centre" }).ClickAsync();
        await page.GetByLabel("1 user's new devices get a Storage Vault from now on from").SelectOptionAsync(new SelectOptionValue { Label = "Cloud of ours" });
        await LookAsync(way, "storage-templates");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(page.GetByText("The Storage Templates were saved.")).ToBeVisibleAsync();
        await Expect(centre).ToHaveCountAsync(0);
        var templates = server.Get<ReadStorageTemplates>().Run(Admin).Value!;
        Assert.Equal(["This server", "Cloud of ours"], templates.Select(static t => (string)t!["Description"]!));
        Assert.Equal((string)templates[1]!["ID"]!, server.Get<AccountStore>().EntryByName("mary")!.AutoTemplate);
        Assert.Equal(VaultTypes.S3, vaults[0].Ref.Type);
        way.AssertNoComplaints();

        await using var phone = await Journey.StartAsync(chromium, server.Address, 390, dark: true);
        await phone.SignInAsync(path: TemplatesPage.Href);
        await Expect(phone.Page.GetByRole(AriaRole.Region, new() { Name = "Cloud of ours" })).ToBeVisibleAsync();
        await phone.LookAsync("storage-templates-390-dark");
        phone.AssertNoComplaints();
    }

    private static async Task RequestAsync(Journey way, string template, bool choose)
    {
        await way.GoAsync("/users/mary/vaults");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Request Storage Vault" }).First.ClickAsync();
        var dialog = way.Page.GetByRole(AriaRole.Dialog);
        if (choose)
        {
            await dialog.GetByLabel("Storage Template").SelectOptionAsync(new SelectOptionValue { Label = template });
        }

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Request", Exact = true }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Link, new() { Name = template })).ToBeVisibleAsync();
    }

    private static async Task NameAsync(TestServer server, string template)
    {
        var store = server.Get<AccountStore>();
        Assert.True((await store.ChangeAsync(store.EntryByName("mary")!.Id, null, d => { d.Root["AutoStorageTemplateGUID"] = template; return Outcome.Done; }, tellDevices: false, Ct)).Ok);
    }

    /// <summary>Looks when nothing is said any more: a toast lies on the page and fades.</summary>
    private static async Task LookAsync(Journey way, string name)
    {
        await Expect(way.Page.Locator(".mud-snackbar")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await way.LookAsync(name);
    }
}
