using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>Settings, Admin accounts, as a person works with them.</summary>
public sealed class AdministratorsJourneyTests(Chromium chromium)
{
    private const string Password = "long enough 1";
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin", null, "127.0.0.1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Administrator_IsAdded_SignsIn_IsRestricted_AndDeleted()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/server/settings");
        await way.AtAsync("Admin accounts");

        // Add.
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Add administrator" }).ClickAsync();
        var dialog = way.Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel("Username")).ToBeFocusedAsync();
        await way.Page.Keyboard.TypeAsync("Márta");
        await Expect(dialog.GetByText("Username may only contain")).ToBeVisibleAsync();
        await dialog.GetByLabel("Username").FillAsync("marta");
        await dialog.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await dialog.GetByLabel("Password again").FillAsync("other");
        await dialog.GetByLabel("Ask for another password").UncheckAsync();
        await way.LookAsync("administrator-add");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add administrator" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The two passwords differ.");
        await dialog.GetByLabel("Password again").FillAsync(Password);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add administrator" }).ClickAsync();
        await way.AtAsync("marta");
        await Expect(way.Page.GetByText("Password alone.")).ToBeVisibleAsync();

        // She signs in elsewhere and may see the settings.
        await using var her = await Journey.StartAsync(chromium, server.Address);
        await her.SignInAsync("marta", Password, "/server/settings");
        await her.AtAsync("Admin accounts");
        await Expect(her.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Settings" })).ToBeVisibleAsync();

        // Restrict: what is not saved stays unsaved, what is saved holds at once.
        await way.Page.GetByLabel("No settings").CheckAsync();
        await Expect(way.Page.GetByText("Changes of marta are not saved yet.")).ToBeVisibleAsync();
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(way.Page.GetByLabel("No settings")).Not.ToBeCheckedAsync();
        await way.Page.GetByLabel("No settings").CheckAsync();
        await way.Page.GetByLabel("Only some storage types").CheckAsync();
        await way.Page.GetByLabel("S3-compatible").CheckAsync();
        await way.Page.GetByLabel("Only these policies").FillAsync("policy-1\n\n policy-2 ");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(way.Page.GetByText("The changes of marta are saved")).ToBeVisibleAsync();
        await Expect(way.Page.GetByText("Changes of marta are not saved yet.")).Not.ToBeVisibleAsync();
        var stored = server.Get<AdministratorStore>().Find("marta")!.Permissions;
        Assert.True(stored is { PreventEditServerSettings: true, ShouldRestrictProviderList: true });
        Assert.Equal([1000L], stored.AllowedProvidersWhenRestricted);
        Assert.Equal(["policy-1", "policy-2"], stored.AllowedUserPolicies);

        await her.Page.ReloadAsync();
        await her.AtAsync("This page is not for you");
        await Expect(her.Page.GetByText("You may not manage administrators")).ToBeVisibleAsync();
        await Expect(her.Page.GetByRole(AriaRole.Button, new() { Name = "Add administrator" })).Not.ToBeVisibleAsync();
        await Expect(her.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Settings" })).Not.ToBeVisibleAsync();
        foreach (var address in new[] { "sessions", "login-protection", "raw", "administrators/admin" })
        {
            await her.GoAsync("/server/settings/" + address);
            await her.AtAsync("This page is not for you");
            await Expect(her.Page.GetByText("You may not")).ToBeVisibleAsync();
        }

        await her.LookAsync("settings-forbidden");

        // Delete: only after the name is typed; her tab leaves.
        await way.Page.GetByRole(AriaRole.Link, new() { Name = "Admin accounts" }).First.ClickAsync();
        await way.AtAsync("Admin accounts");
        var row = way.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "marta" });
        await Expect(row).ToContainTextAsync("No settings; Only S3-compatible; Only 2 policies");
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("the session that is open now ends");
        await Expect(dialog.GetByRole(AriaRole.Button, new() { Name = "Delete administrator" })).ToBeDisabledAsync();
        await Expect(dialog.GetByLabel("Type marta to confirm")).ToBeFocusedAsync();
        await way.Page.Keyboard.TypeAsync("marta");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete administrator" }).ClickAsync();
        await Expect(way.Page.GetByText("marta was deleted.")).ToBeVisibleAsync();
        await Expect(row).Not.ToBeVisibleAsync();
        await her.Page.WaitForURLAsync("**/sign-in?return=**why=ended");
        her.AssertNoComplaints();
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task Oneself_CantBeDeletedOrLockedOut()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/server/settings/administrators");
        await way.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Password alone" }).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete" })).ToBeDisabledAsync();
        await Expect(way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Reset password" })).ToBeDisabledAsync();
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Edit permissions" }).ClickAsync();

        await way.AtAsync("admin");
        await way.Page.GetByLabel("Allowed addresses").FillAsync(@"^10\.");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("127.0.0.1");
        await way.Page.GetByLabel("Allowed addresses").FillAsync("");
        await way.Page.GetByLabel("The password alone").UncheckAsync();
        await Expect(way.Page.GetByText("Like this admin can't sign in")).ToBeVisibleAsync();
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("You could not sign in any more");
        Assert.True(server.Get<AdministratorStore>().Find("admin")!.CanSignIn);
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task Lost_PasswordAndFactor_AreReset_AndTheNewOneMustBeChanged()
    {
        await using var server = await ServerAsync();
        server.Get<AdministratorStore>().Change("marta", static one => one with { AllowPassword = false, AllowWebAuthn = true, Keys = [new() { Description = "Lost" }] });
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/server/settings/administrators");
        var row = way.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "marta" });
        await Expect(row).ToContainTextAsync("Password and security key");

        await row.GetByRole(AriaRole.Button).ClickAsync();
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Reset password" }).ClickAsync();
        var dialog = way.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Generate" }).ClickAsync();
        var field = dialog.GetByLabel("Password", new() { Exact = true });
        await Expect(field).Not.ToHaveValueAsync("");
        var password = await field.InputValueAsync();
        await way.LookAsync("administrator-reset");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Reset password" }).ClickAsync();

        await Expect(way.Page.GetByText("marta signs in with the new password now.")).ToBeVisibleAsync();
        await Expect(row).ToContainTextAsync("Password alone; must change the password");
        Assert.True((await server.Get<AdministratorStore>().VerifyAsync("marta", password, Ct)).Ok);
    }

    [Fact]
    public async Task ChangedBySomebodyElse_IsTold_AndReloads()
    {
        await using var server = await ServerAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/server/settings/administrators/marta");
        await way.Page.GetByLabel("No cluster").CheckAsync();
        Assert.True((await server.Get<ChangeAdministrator>().RunAsync(Admin, "marta", new AdministratorChange { OrganizationId = "org-1" })).Ok);

        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("changed by someone else");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();

        await Expect(way.Page.GetByLabel("Organization", new() { Exact = true })).ToHaveValueAsync("org-1");
        await Expect(way.Page.GetByLabel("No cluster")).Not.ToBeCheckedAsync();
        await way.GoAsync("/server/settings/administrators/nobody");
        await Expect(way.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no administrator nobody." })).ToBeVisibleAsync();
        way.AssertNoComplaints();
    }

    [Theory]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Pages_LookRightEverywhere(int width, bool dark)
    {
        await using var server = await ServerAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address, width, dark);
        var suffix = $"{width}-{(dark ? "dark" : "light")}";
        await way.SignInAsync(path: "/server/settings");
        await Expect(way.Page.GetByText("marta").First).ToBeVisibleAsync();
        await way.LookAsync($"administrators-{suffix}");
        await way.GoAsync("/server/settings/administrators/marta");
        await way.AtAsync("marta");
        await way.Page.GetByLabel("Only some storage types").CheckAsync();
        await Expect(way.Page.GetByText("Allowed storage types")).ToBeVisibleAsync();
        await way.LookAsync($"administrator-{suffix}");
        way.AssertNoComplaints();
    }

    private static async Task<TestServer> ServerAsync()
    {
        var server = await TestServer.StartAsync();
        var wanted = new NewAdministrator("marta", Password) { Permissions = new() { PreventServerShutdown = true, PreventDeleteStorageVault = true, DenyConstellationRole = false } };
        Assert.True((await server.Get<AddAdministrator>().RunAsync(Admin, wanted, Ct)).Ok);
        return server;
    }
}
