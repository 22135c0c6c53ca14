using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>What new devices and users start with, made in the policy editor, and followed to a device that registers.</summary>
public sealed class PolicyDefaultsJourneyTests(Chromium chromium)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ItemsRulesAndReports_AreMadeInForms_AndItemsOnDevicesFollow()
    {
        await using var server = await TestServer.StartAsync(null, null, "--Comet:PublicUrl", "http://127.0.0.1/");
        var made = await server.Get<CreatePolicy>().RunAsync(Actor.Server, new JsonObject { ["Description"] = "Offices", ["Policy"] = JsonNode.Parse("""{"DefaultNewStorageVault":"gone-template","FutureField":{"x":1}}""") }, "offices");
        Assert.True(made.Ok, made.Why);
        await using var way = await Journey.StartAsync(chromium, server.Address);
        var page = way.Page;
        await way.SignInAsync(path: "/policies/offices");
        var dialog = page.GetByRole(AriaRole.Dialog);

        // A value that is none of the choices is shown and kept; a choice replaces it.
        var vault = page.GetByLabel("Storage Vault of a new device");
        await Expect(vault).ToHaveValueAsync("gone-template");
        await vault.SelectOptionAsync("server_controlled");
        await page.GetByLabel("Find a setting").FillAsync("snapshots");
        await Expect(page.GetByLabel("Prevent manually deleting backup snapshots")).ToBeVisibleAsync();
        await Expect(vault).ToHaveCountAsync(0);
        await page.GetByLabel("Find a setting").FillAsync("");

        await page.GetByRole(AriaRole.Button, new() { Name = "Add Protected Item" }).ClickAsync();
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Home folders");
        await dialog.GetByLabel("Paths to back up").FillAsync("relative");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take over" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("relative");
        await dialog.GetByLabel("Paths to back up").FillAsync("/home");
        await dialog.GetByLabel("For new devices with").SelectOptionAsync("5");
        await way.LookAsync("policy-item");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take over" }).ClickAsync();
        await Expect(page.GetByText("It has no backup rule, so it does not run by itself.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy Home folders" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Home folders (copy)" }).ClickAsync();
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Configuration");
        await dialog.GetByLabel("Paths to back up").FillAsync("/etc");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take over" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Add backup rule" }).ClickAsync();
        await dialog.GetByLabel("Name of the rule").FillAsync("Nightly");
        await way.LookAsync("policy-rule");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take over" }).ClickAsync();
        await Expect(page.GetByText("Each Protected Item above, to the newest Storage Vault of the device.")).ToBeVisibleAsync();

        await page.GetByLabel("Users without reports of their own get these").CheckAsync();
        await Expect(page.GetByText("After each job")).ToBeVisibleAsync(); // nobody loses what there was
        await page.GetByRole(AriaRole.Button, new() { Name = "Add report" }).ClickAsync();
        await Expect(dialog.GetByText("Times of sending, in the zone of each user")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take over" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove report 1" }).ClickAsync();
        await Expect(page.GetByText("Users get one email report of the policy by default.")).ToBeVisibleAsync();
        await way.LookAsync("policy-defaults");
        await SaveAsync();

        var policy = server.Get<PolicyStore>().Entry("offices")!.Document.Root.Map("Policy");
        Assert.Equal(1, policy.Map("FutureField").Number("x"));
        Assert.Equal((2, 5), (policy.Map("DefaultSourcesWithOSRestriction").Count, policy.Entries("DefaultSourcesWithOSRestriction").First().Value.Number("RestrictOS")));
        Assert.Equal(1, (policy.Map("DefaultEmailReports")["Reports"] as JsonArray)![0]!["ReportType"]!.GetValue<int>());

        // A device that registers gets them, with a vault of its own.
        var account = await Fleet.AddUserAsync(server, Fleet.User);
        var store = server.Get<AccountStore>();
        await store.ChangeAsync(account.Id, null, static d =>
        {
            d.Root["PolicyID"] = "offices";
            return Outcome.Done;
        }, tellDevices: true, Ct);
        await using var device = await AgentClient.SignInAsync(server, Fleet.User, Fleet.Password, "device-1", "epoch-1");
        AccountDocument document = null!;
        await Wait.UntilAsync(async () => (document = (await store.ReadAsync(account.Id, Ct))!).Rules.Count == 2, "the device has its items and rules");
        Assert.Equal(["Configuration", "Home folders"], Names(document));

        // They follow the policy, and are asked about when it gives them up.
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Home folders" }).ClickAsync();
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Homes");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take over" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Configuration" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        await Expect(dialog.GetByText("1 Protected Item follows the policy and changes with it.")).ToBeVisibleAsync();
        await dialog.GetByLabel("Delete them with their backup rules").CheckAsync();
        await way.LookAsync("policy-delete-items");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save policy" }).ClickAsync();
        await Expect(page.GetByText("Offices was saved.").Last).ToBeVisibleAsync();
        document = (await store.ReadAsync(account.Id, Ct))!;
        Assert.Equal(["Homes"], Names(document));
        Assert.Single(document.Rules);
        way.AssertNoComplaints();

        async Task SaveAsync()
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Save policy" }).ClickAsync();
            await Expect(page.GetByText("Offices was saved.")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Summary_StaysInView_AndStandsFirstOnAPhone_AlsoWithLongNames()
    {
        await using var server = await TestServer.StartAsync();
        var name = "Customers of the northern region with a very long contract name " + new string('x', 120);
        var policy = JsonNode.Parse("""
            {"PreventDeleteStorageVault":true,"PreventOpenWebUI":true,"PreventChangeEmailSettings":true,"ModeScheduleSkipAlreadyRunning":3,
             "DefaultEmailReports":{"ShouldOverrideDefaultReports":true,"Reports":[]},
             "DefaultBackupRules":{"r":{"Description":"Nightly","Destination":"1101","Schedules":[{"FrequencyType":8011,"SecondsPast":79200}]}}}
            """)!.AsObject();
        policy["DefaultSources"] = new JsonObject { ["k"] = new JsonObject { ["Engine"] = "engine1/file", ["Description"] = name, ["EngineProps"] = new JsonObject { ["INCLUDE0"] = "/" + new string('p', 200) } } };
        var made = await server.Get<CreatePolicy>().RunAsync(Actor.Server, new JsonObject { ["Description"] = name, ["Policy"] = policy }, "long");
        Assert.True(made.Ok, made.Why);

        await using (var desk = await Journey.StartAsync(chromium, server.Address))
        {
            await desk.SignInAsync(path: "/policies");
            await desk.LookAsync("policies-long");
            await desk.GoAsync("/policies/long");
            await desk.HeadingAsync();
            await desk.Page.GetByRole(AriaRole.Heading, new() { Name = "Default email reports" }).ScrollIntoViewIfNeededAsync();
            await Expect(desk.Page.GetByRole(AriaRole.Heading, new() { Name = "What it enforces" })).ToBeInViewportAsync();
            await desk.LookAsync("policy-long");
            await Expect(desk.Page.GetByText("Without a report here, users get none at all")).ToBeVisibleAsync();
        }

        await using var phone = await Journey.StartAsync(chromium, server.Address, 390, dark: true);
        await phone.SignInAsync(path: "/policies/long");
        await Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Name = "What it enforces" })).ToBeInViewportAsync();
        await phone.LookAsync("policy-phone");
        Assert.Equal(390, await phone.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        await phone.Page.GetByRole(AriaRole.Button, new() { Name = "Edit Nightly" }).ClickAsync();
        await phone.LookAsync("policy-rule-phone");
        phone.AssertNoComplaints();
    }

    private static IEnumerable<string> Names(AccountDocument document) => document.Root.Entries("Sources").Select(static s => s.Value.Text("Description")).Order(StringComparer.Ordinal);
}
