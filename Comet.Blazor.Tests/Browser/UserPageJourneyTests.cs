using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>One user's page: everything that an administrator does with a user as a whole.</summary>
public sealed class UserPageJourneyTests(Chromium chromium)
{
    private static readonly Actor Other = new(ActorKind.Administrator, "other");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task User_EditedByTwo_LookedAtAsUser_RenamedAndSuspended()
    {
        await using var server = await TestServer.StartAsync();
        var added = await server.Get<AddUser>().RunAsync(Other, new NewUser("meridian", "correct horse") { AccountName = "Meridian Dental", StoreRecoveryCode = true }, Ct);
        Assert.True(added.Ok, added.Why);
        await using var older = await AgentClient.SignInAsync(server, "meridian", "correct horse");
        await using var newer = await AgentClient.SignInAsync(server, "meridian", "correct horse", epoch: "epoch-2");
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/users/meridian");
        await Expect(way.Page.GetByRole(AriaRole.Link, new() { Name = "Connected twice" })).ToBeVisibleAsync();
        await way.Page.GetByLabel("Account name").WaitForAsync();
        await LookAsync(way, "user-profile");

        // Two at once: the other one saves first.
        await way.Page.GetByLabel("Account name").FillAsync("Meridian Dental Group");
        await way.Page.GetByLabel("Time zone").FillAsync("Mars/Olympus");
        await Expect(way.Page.GetByText("is no time zone")).ToBeVisibleAsync();
        await Expect(way.Page.GetByRole(AriaRole.Button, new() { Name = "Save changes" })).ToBeDisabledAsync();
        await way.Page.GetByLabel("Time zone").FillAsync("Europe/Rome");
        await way.Page.GetByLabel("Limit the size of all Protected Items").CheckAsync();
        await way.Page.GetByLabel("All Protected Items together").FillAsync("1.5");
        await Expect(way.Page.GetByRole(AriaRole.Region, new() { Name = "Unsaved changes" })).ToContainTextAsync("Not saved: Account name, Time zone, Limit of all Protected Items and Size of all Protected Items.");
        await SetAsync(server, static p => (p["AccountName"], p["MaximumDevices"]) = ("Somebody else's", 4));
        var clash = way.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "changed by someone else" });
        await Expect(clash).ToContainTextAsync("Both changed it");
        await Expect(clash).ToContainTextAsync("Maximum devices");
        await LookAsync(way, "user-profile-conflict");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Put my changes on the new state" }).ClickAsync();
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Region, new() { Name = "Unsaved changes" })).ToHaveCountAsync(0);
        var saved = (await server.Get<AccountStore>().ReadAsync(added.Value.Id, Ct))!.Root;
        Assert.Equal(("Meridian Dental Group", "Europe/Rome", 4L, 1536L << 20), (saved.Text("AccountName"), saved.Text("LocalTimezone"), saved.Number("MaximumDevices"), saved.Number("AllProtectedItemsQuotaBytes")));

        // Connected twice.
        await way.Page.GetByRole(AriaRole.Link, new() { Name = "Devices 1" }).ClickAsync();
        await Expect(way.Page.GetByText("Scheduled backups may run twice")).ToBeVisibleAsync();
        await LookAsync(way, "user-devices-twice");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Terminate" }).First.ClickAsync();
        await way.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Terminate" }).ClickAsync();
        await Expect(way.Page.GetByText("Scheduled backups may run twice")).ToHaveCountAsync(0);

        // The raw profile.
        await ActAsync(way, "View raw profile…");
        await Expect(way.Page.GetByText("turn on Advanced Options")).ToBeVisibleAsync();
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "user menu" }).ClickAsync();
        await way.Page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "Advanced Options" }).ClickAsync();
        await way.Page.Keyboard.PressAsync("Escape");
        await way.AtAsync("Edit raw profile");
        var editor = way.Page.GetByLabel("Profile as JSON");
        var text = await editor.InputValueAsync();
        await editor.FillAsync(text.Replace("\"MaximumDevices\": 4", "\"MaximumDevices\": 4 oops", StringComparison.Ordinal));
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Check changes" }).ClickAsync();
        await Expect(way.Page.GetByText("not valid JSON at line")).ToBeVisibleAsync();
        await LookAsync(way, "user-raw-wrong");
        await editor.FillAsync(text.Replace("\"MaximumDevices\": 4", "\"MaximumDevices\": 5,\n  \"OfTomorrow\": true", StringComparison.Ordinal));
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Check changes" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Heading, new() { Name = "2 fields change" })).ToBeVisibleAsync();
        await LookAsync(way, "user-raw-diff");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save profile" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Button, new() { Name = "Check changes" })).ToBeVisibleAsync();
        Assert.True((await server.Get<AccountStore>().ReadAsync(added.Value.Id, Ct))!.Root.Flag("OfTomorrow"));

        // As the user, in another tab.
        await way.GoAsync("/users/meridian");
        await OpenAsync(way);
        await LookAsync(way, "user-actions");
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Login as user…" }).ClickAsync();
        var popup = await way.Page.Context.RunAndWaitForPageAsync(() => way.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Open meridian's pages" }).ClickAsync());
        await Expect(popup.GetByText("as administrator admin")).ToBeVisibleAsync();
        await Expect(popup.GetByRole(AriaRole.Heading, new() { Name = "Devices" })).ToBeVisibleAsync();
        await Chromium.PictureAsync(popup, "user-as-user");
        await popup.GetByRole(AriaRole.Button, new() { Name = "End this view" }).ClickAsync();
        await Expect(popup.GetByRole(AriaRole.Heading, new() { Name = "This view is over" })).ToBeVisibleAsync();
        await popup.CloseAsync();
        await way.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        // Another name.
        await ActAsync(way, "Rename…");
        await way.Page.GetByLabel("New username").FillAsync("Meridian Dental");
        await Expect(way.Page.GetByText("may only contain")).ToBeVisibleAsync();
        await way.Page.GetByLabel("New username").FillAsync("meridian-dental");
        await LookAsync(way, "user-rename");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Rename user" }).ClickAsync();
        await way.AtAsync("meridian-dental");
        Assert.Equal(added.Value.Id, server.Get<AccountStore>().EntryByName("meridian-dental")!.Id);

        // Suspended and back.
        await ActAsync(way, "Suspend…");
        await LookAsync(way, "user-suspend");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Suspend user" }).ClickAsync();
        await Expect(way.Page.Locator(".head").GetByText("Suspended")).ToBeVisibleAsync();
        await OpenAsync(way);
        await Expect(way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Login as user…" })).ToContainTextAsync("This account is suspended");
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Unsuspend…" }).ClickAsync();
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Lift suspension" }).ClickAsync();
        await Expect(way.Page.Locator(".head").GetByText("Suspended")).ToHaveCountAsync(0);
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task User_OnAPhoneInTheDark_FitsTheScreen()
    {
        await using var server = await TestServer.StartAsync();
        Assert.True((await server.Get<AddUser>().RunAsync(Other, new NewUser("meridian", "correct horse") { AccountName = "Meridian Dental" }, Ct)).Ok);
        await using var older = await AgentClient.SignInAsync(server, "meridian", "correct horse");
        await using var newer = await AgentClient.SignInAsync(server, "meridian", "correct horse", epoch: "epoch-2");
        await using var way = await Journey.StartAsync(chromium, server.Address, width: 390, dark: true);
        await way.SignInAsync(path: "/users/meridian");
        await way.Page.GetByLabel("Account name").FillAsync("Meridian Dental Group");
        await LookAsync(way, "user-profile-phone");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await OpenAsync(way);
        await LookAsync(way, "user-actions-phone");
        await way.Page.Keyboard.PressAsync("Escape");
        await way.GoAsync("/users/meridian/devices");
        await Expect(way.Page.GetByText("Scheduled backups may run twice")).ToBeVisibleAsync();
        await LookAsync(way, "user-devices-phone");
        await way.GoAsync("/users/meridian/raw");
        await way.Page.GetByLabel("Profile as JSON").WaitForAsync();
        await LookAsync(way, "user-raw-phone");
        Assert.True(await way.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    private static async Task SetAsync(TestServer server, Action<JsonObject> edit)
    {
        var view = await server.Get<ReadProfile>().RunAsync(Other, "meridian", Ct);
        edit(view.Value!.Document.Root);
        var saved = await server.Get<SaveProfile>().RunAsync(Other, "meridian", view.Value.Document.Root, view.Value.Hash, Ct);
        Assert.True(saved.Ok, saved.Why);
    }

    /// <summary>Looks when nothing is said any more: a toast lies on the page and fades.</summary>
    private static async Task LookAsync(Journey way, string name)
    {
        await Expect(way.Page.Locator(".mud-snackbar")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await way.LookAsync(name);
    }

    private static Task OpenAsync(Journey way) => way.Page.GetByRole(AriaRole.Button, new() { Name = "Actions", Exact = true }).ClickAsync();

    private static async Task ActAsync(Journey way, string action)
    {
        await OpenAsync(way);
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = action }).ClickAsync();
    }
}
