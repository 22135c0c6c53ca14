using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>A policy's whole life in the browser: made, given to a new user, changed with a look at what it does, deleted while in use.</summary>
public sealed class PoliciesJourneyTests(Chromium chromium)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Policy_IsMade_GivenToANewUser_Changed_AndDeletedWhileInUse()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        var page = way.Page;
        await way.SignInAsync(path: "/policies");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No policies yet" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Add policy" }).First.ClickAsync();
        await page.Locator("#policy-description").FillAsync("Standard customers");
        await page.GetByLabel("Prevent deleting Storage Vaults").CheckAsync();
        await page.GetByLabel("\"Skip if already running\"").SelectOptionAsync("3");
        await page.GetByLabel("Restrict available Storage Vault types").CheckAsync();
        await page.GetByLabel("Comet Storage Role").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add exclusion" }).ClickAsync();
        await page.GetByLabel("Exclusion 1", new() { Exact = true }).FillAsync("*.tmp");
        await page.GetByLabel("Exclusion 1", new() { Exact = true }).PressAsync("Tab");
        await Expect(page.GetByText("Users can't delete Storage Vaults.")).ToBeVisibleAsync();
        await Expect(page.GetByText("Backups of files always leave out 1 pattern.")).ToBeVisibleAsync();
        await way.LookAsync("policy-editor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("Prevent deleting Storage Vaults")).ToBeVisibleAsync();
        await way.LookAsync("policy-save");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save policy" }).ClickAsync();
        await Expect(page.GetByText("Standard customers was saved.")).ToBeVisibleAsync();

        await page.GotoAsync(server.Address + "users");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add user" }).First.ClickAsync();
        await Expect(dialog.GetByText("Selected because it is the only policy.")).ToBeVisibleAsync();
        await way.LookAsync("add-user-policy");
        await dialog.GetByLabel("Username").FillAsync("paul");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Generate" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add User" }).ClickAsync();
        await way.AtAsync("paul");
        Assert.Equal(Assert.Single(server.Get<PolicyStore>().Entries).Id, server.Get<AccountStore>().EntryByName("paul")!.PolicyId);
        await page.GotoAsync(server.Address + "users/paul/policy");
        await Expect(page.GetByText("All values below come from the policy Standard customers.")).ToBeVisibleAsync();
        await way.LookAsync("user-policy");
        await page.GetByRole(AriaRole.Link, new() { Name = "Edit policy" }).ClickAsync();

        await page.GetByLabel("Prevent logging in to the web interface").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        await Expect(dialog.GetByText("Applies to 1 user with 0 devices at once.")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save policy" }).ClickAsync();
        await Expect(page.GetByText("Standard customers was saved.")).ToBeVisibleAsync();
        Assert.True(server.Get<AccountStore>().EntryByName("paul")!.SignIn.PreventsWeb);

        // Somebody else is faster: nothing is lost silently, and both changes can stand.
        await page.GetByLabel("Prevent changing email settings").CheckAsync();
        var entry = server.Get<PolicyStore>().Entries.Single();
        var theirs = (JsonObject)entry.Document.Root.DeepClone();
        theirs["Description"] = "Theirs";
        Assert.True((await server.Get<ChangePolicy>().RunAsync(Actor.Server, entry.Id, theirs, null, [])).Ok);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save policy" }).ClickAsync();
        var clash = page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Somebody else changed this policy" });
        await Expect(clash.GetByRole(AriaRole.Row).Filter(new() { HasText = "Prevent changing email settings" })).ToBeVisibleAsync();
        await way.LookAsync("policy-conflict");
        await clash.GetByRole(AriaRole.Button, new() { Name = "Put my changes on the new state" }).ClickAsync();
        await Expect(page.Locator("#policy-description")).ToHaveValueAsync("Theirs");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save policy" }).ClickAsync();
        await Expect(page.GetByText("Theirs was saved.")).ToBeVisibleAsync();
        var both = server.Get<PolicyStore>().Entry(entry.Id)!;
        Assert.Equal(("Theirs", true), (both.Ref.Name, both.Ref.Policy.PreventChangeEmailSettings));

        await page.GotoAsync(server.Address + "policies");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Theirs" });
        await way.LookAsync("policies");
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete policy…" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Delete policy" })).ToBeDisabledAsync();
        await dialog.GetByLabel("Type Theirs to confirm").FillAsync("Theirs");
        await way.LookAsync("policy-delete");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete policy" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No policies yet" })).ToBeVisibleAsync();
        var left = (await server.Get<AccountStore>().ReadAsync(server.Get<AccountStore>().EntryByName("paul")!.Id, Ct))!.Root;
        Assert.Equal(("", true), (left.Text("PolicyID"), left.Map("Policy").Flag("PreventOpenWebUI")));
        way.AssertNoComplaints();
    }
}
