using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>The audit log as a person reads it: the list, one entry with before and after, Verify.</summary>
public sealed class AuditJourneyTests(Chromium chromium)
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "anna", null, "192.0.2.7");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task AuditLog_FromTheMenuToTheFirstBrokenEntry(int width, bool dark)
    {
        await using var server = await TestServer.StartAsync();
        await FillAsync(server);
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var suffix = $"{width}-{(dark ? "dark" : "light")}";

        await way.SignInAsync(path: AuditPage.Address);
        await way.AtAsync("Audit log");
        await Expect(way.Page.GetByText("Change a user's profile").First).ToBeVisibleAsync();
        await Expect(way.Page.GetByText("Sign in").First).ToBeVisibleAsync();
        await way.LookAsync($"audit-{suffix}");

        await way.Page.GetByRole(AriaRole.Link, new() { Name = "Change a user's profile" }).First.ClickAsync();
        var dialog = way.Page.Locator(".audit-dialog");
        await Expect(dialog.GetByText("AccountName")).ToBeVisibleAsync();
        await Expect(dialog.GetByText("\"Alice & Sons\"")).ToBeVisibleAsync();
        await Expect(dialog.GetByText("changed (a secret)")).ToBeVisibleAsync();
        await way.LookAsync($"audit-entry-{suffix}");
        await way.Page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);
        Assert.EndsWith(AuditPage.Address, new Uri(way.Page.Url).AbsolutePath, StringComparison.Ordinal);

        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Expect(way.Page.GetByText("entries are unbroken, checked at")).ToBeVisibleAsync();
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "1 new, show" }).ClickAsync(); // live
        await Expect(way.Page.GetByText("Verify the audit log").First).ToBeVisibleAsync();

        await server.Get<ServerStore>().Db.WriteAsync(static db => { db.Delete(AuditChain.Entries, 2); return true; }, Ct);
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Verify" }).ClickAsync();
        await Expect(way.Page.GetByText("Entry 2 is missing: it was removed from the log.")).ToBeVisibleAsync();
        await way.LookAsync($"audit-broken-{suffix}");
        way.AssertNoComplaints();
    }

    private static async Task FillAsync(TestServer server)
    {
        Assert.True((await server.Get<AddUser>().RunAsync(Admin, new NewUser("alice", "correct horse"), Ct)).Ok);
        var profile = (await server.Get<ReadProfile>().RunAsync(Admin, "alice", Ct)).Value!.Document.Root;
        (profile["AccountName"], profile["PasswordFormat"], profile["PasswordHash"]) = ("Alice & Sons", 0, "another long password");
        Assert.True((await server.Get<SaveProfile>().RunAsync(Admin with { Via = ActorVia.Api }, "alice", profile, null, Ct)).Ok);
        await server.Get<AddUser>().RunAsync(new Actor(ActorKind.Customer, "eve", new AccountId("e"), "198.51.100.9"), new NewUser("mallory", "correct horse"), Ct);
    }
}
