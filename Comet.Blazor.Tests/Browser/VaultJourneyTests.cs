using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>The life of a Storage Vault on the pages of a user: by hand, from a template, its retention, its analysis, its end.</summary>
public sealed class VaultJourneyTests(Chromium chromium)
{
    private const string User = "mary";
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vault_ByHandAndFromTemplate_EditedAnalysedDeleted()
    {
        await using var server = await TestServer.StartAsync();
        var (account, item) = await UserAsync(server);
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: $"/users/{User}/vaults");
        await Expect(way.Page.GetByRole(AriaRole.Heading, new() { Name = "No Storage Vaults yet" })).ToBeVisibleAsync();

        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Add by hand" }).ClickAsync();
        await way.AtAsync("New Storage Vault");
        await way.Page.GetByLabel("Type").SelectOptionAsync(new SelectOptionValue { Label = "FTP" });
        await Expect(way.Page.GetByText("The backup engine does not write to FTP").First).ToBeVisibleAsync();
        await way.Page.GetByLabel("Type").SelectOptionAsync(new SelectOptionValue { Label = "Local Path" });
        await way.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Office NAS");
        await way.Page.GetByLabel("Folder on the device").FillAsync("/mnt/backup");
        await way.Page.GetByLabel("Quota", new() { Exact = true }).CheckAsync();
        await way.Page.GetByLabel("Delete backups, except those that a rule keeps").CheckAsync();
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Add rule" }).ClickAsync();
        await Expect(way.Page.GetByText("Keep the last 30 backups, and one per week for 12 weeks (the first from Sunday on).")).ToBeVisibleAsync();
        await LookAsync(way, "vault-new");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await way.AtAsync(User);
        var vault = Assert.Single(server.Get<AccountStore>().EntryByName(User)!.Vaults);
        Assert.Equal(("Office NAS", 100L << 30, 2), (vault.Ref.Name, vault.Limit, vault.Retention.Ranges.Count));

        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Request Storage Vault" }).ClickAsync();
        await way.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Request" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Link, new() { Name = "This server" })).ToBeVisibleAsync();

        await MeasureAsync(server, account, vault.Ref.Id, item);
        await way.Page.GetByRole(AriaRole.Link, new() { Name = "1.50 GiB" }).ClickAsync();
        var dialog = way.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Row, new() { Name = "Documents" })).ToContainTextAsync("1.00 GiB");
        await Expect(dialog.GetByRole(AriaRole.Row, new() { Name = "unknown item" })).ToContainTextAsync("128.00 MiB");
        await Expect(dialog.GetByText("Sum: 1.50 GiB")).ToBeVisibleAsync();
        await LookAsync(way, "vault-analysis");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await LookAsync(way, "vaults");

        await way.Page.GetByRole(AriaRole.Link, new() { Name = "Office NAS" }).ClickAsync();
        await way.AtAsync("Office NAS");
        await way.Page.GetByLabel("Rule 1: backups").FillAsync("7");
        await way.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Office NAS 2");
        await Expect(way.Page.GetByText("Keep the last 7 backups, and one per week")).ToBeVisibleAsync();
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await way.AtAsync(User);

        var row = way.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Office NAS 2" });
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The backup rule that leads to it is removed");
        await Expect(way.Page.GetByLabel("Type Office NAS 2 to confirm")).ToBeFocusedAsync();
        await way.Page.Keyboard.TypeAsync("Office NAS 2");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Delete Storage Vault" }).ClickAsync();
        await Expect(way.Page.GetByText("Office NAS 2 was deleted.")).ToBeVisibleAsync();
        Assert.Equal("This server", Assert.Single(server.Get<AccountStore>().EntryByName(User)!.Vaults).Ref.Name);
        way.AssertNoComplaints();
    }

    /// <summary>Looks when nothing is said any more: a toast lies on the page and fades.</summary>
    private static async Task LookAsync(Journey way, string name)
    {
        await Expect(way.Page.Locator(".mud-snackbar")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        await way.LookAsync(name);
    }

    private static async Task<(AccountId Account, string Item)> UserAsync(TestServer server)
    {
        var added = await server.Get<AddUser>().RunAsync(Admin, new NewUser(User, "correct horse"), Ct);
        Assert.True(added.Ok, added.Why);
        var device = new DeviceReport("device-1", "MD-FS01", "0.1.0", "Europe/Amsterdam", new OsInfo("linux", "amd64", "Debian GNU/Linux 12 (bookworm)", "6.1"));
        Assert.True((await server.Get<IAccountDevices>().RegisterAsync(added.Value.Id, device, Ct)).Ok);
        await ChangeAsync(server, added.Value.Id, static d => d.Items["item-1"] = new JsonObject { ["Description"] = "Documents", ["OwnerDevice"] = "device-1", ["Engine"] = "engine1/file" });
        return (added.Value.Id, "item-1");
    }

    /// <summary>What a retention pass would have measured, and a backup rule.</summary>
    private static Task MeasureAsync(TestServer server, AccountId account, string vault, string item) => ChangeAsync(server, account, d =>
    {
        var now = TimeProvider.System.UnixNow();
        JsonObject Part(long mebibytes, params string[] uses) => new() { ["Bytes"] = mebibytes << 20, ["UsedBy"] = new JsonArray([.. uses.Select(static u => (JsonNode)u)]) };
        d.Vault(vault)!["Statistics"] = new JsonObject
        {
            ["ClientProvidedSize"] = new JsonObject { ["Size"] = 1536L << 20, ["MeasureStarted"] = now - 60, ["MeasureCompleted"] = now },
            ["ClientProvidedContent"] = new JsonObject
            {
                ["MeasureStarted"] = now - 60, ["MeasureCompleted"] = now,
                ["Components"] = new JsonArray(Part(1024, $"{item}/CURRENT"), Part(256, $"{item}/HISTORIC"), Part(64, "gone/CURRENT"), Part(128, $"{item}/CURRENT", "gone/HISTORIC"), Part(64, "")),
            },
        };
        d.Rules["rule-1"] = new JsonObject { ["Source"] = item, ["Destination"] = vault };
    });

    private static async Task ChangeAsync(TestServer server, AccountId account, Action<AccountDocument> edit) => Assert.True(
        (await server.Get<AccountStore>().ChangeAsync(account, null, d => { edit(d); return Outcome.Done; }, tellDevices: false, Ct)).Ok);
}
