using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.WebAuthn;
using Comet.Blazor.Tests.Security.WebAuthn;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>Security keys as a person meets them: from the green "+" to signing in, with Chromium's virtual authenticators.</summary>
public sealed class SecurityKeyTests(Chromium chromium)
{
    private const string Unicode = "Schlüssel 🔑 家 ";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Key_FromThePlus_ToSignIn_WithASecondOne(int width, bool dark)
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, AtLocalhost(server), width, dark);
        var suffix = $"{width}-{(dark ? "dark" : "light")}";
        await way.SignInAsync(path: "/account");
        await Expect(way.Page.GetByText("No security keys yet")).ToBeVisibleAsync();
        await way.LookAsync($"keys-empty-{suffix}");

        var first = await VirtualKey.PlugInAsync(way.Page);
        await RegisterAsync(way, "Blue key", $"keys-dialog-{suffix}");
        await OpenDialogAsync(way);
        await Button(way, "Register").ClickAsync();
        await Expect(way.Page.GetByText("This security key is registered already.")).ToBeVisibleAsync();
        await way.LookAsync($"keys-already-{suffix}");
        await Button(way, "Cancel").ClickAsync();

        await first.PullOutAsync();
        _ = await VirtualKey.PlugInAsync(way.Page, "u2f");
        await RegisterAsync(way, Unicode + new string('w', 100 - Unicode.Length));
        await RequireAsync(way, "Required");
        await Expect(way.Page.GetByText("From now on signing in asks for a security key.")).ToBeVisibleAsync();
        await way.LookAsync($"keys-required-{suffix}");
        var administrator = server.Get<AdministratorStore>().Find("admin")!;
        Assert.Equal((false, true, 2), (administrator.AllowPassword, administrator.AllowWebAuthn, administrator.Keys.Count));

        await SignOutAsync(way);
        await PasswordAsync(way, "/account");
        await way.AtAsync("My Account"); // the second key, of U2F's kind, has answered
        await Expect(way.Page.GetByText("just now")).Not.ToHaveCountAsync(0);
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task Key_ThatDoesNotAnswer_LeavesTheDoorClosed_ThenOpensIt()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, AtLocalhost(server));
        await way.SignInAsync(path: "/account");
        var key = await VirtualKey.PlugInAsync(way.Page);
        await RegisterAsync(way, "Blue key");
        await RequireAsync(way, "Required");
        var credential = Assert.Single(await key.CredentialsAsync());
        await SignOutAsync(way);

        await key.ClearAsync(); // somebody with the password and another key
        await PasswordAsync(way, "/account");
        await Expect(way.Page.GetByText("did not answer, or the request was cancelled")).ToBeVisibleAsync();
        await way.LookAsync("second-step-key-refused");
        await way.GoAsync("/account");
        await Expect(way.Page.GetByLabel("Username")).ToBeVisibleAsync(); // the password alone has opened nothing

        var (id, secret) = (credential.GetProperty("credentialId").GetString()!, credential.GetProperty("privateKey").GetString()!);
        await key.AddAsync(id, secret, "localhost", 500);
        await PasswordAsync(way, "/account");
        await way.AtAsync("My Account");
        await SignOutAsync(way);

        await key.ClearAsync();
        await key.AddAsync(id, secret, "localhost", 1); // a copy, made earlier
        await PasswordAsync(way, "/account");
        await Expect(way.Page.GetByText("This security key counted backwards")).ToBeVisibleAsync();
        Assert.True(Assert.Single(server.Get<AdministratorStore>().Find("admin")!.Keys).Credential.CloneWarning);
    }

    [Fact]
    public async Task Panel_RenamesAndRemoves_AndTheLastRequiredKeyStays()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, AtLocalhost(server));
        await way.SignInAsync(path: "/account");
        _ = await VirtualKey.PlugInAsync(way.Page);
        await RegisterAsync(way, "");
        await RequireAsync(way, "Required");

        await MenuAsync(way, "Hardware security key", "Rename…");
        await way.Page.GetByLabel("Name of the key").FillAsync("On my key ring");
        await way.LookAsync("keys-rename");
        await Button(way, "Rename").ClickAsync();
        await Expect(Row(way, "On my key ring")).ToBeVisibleAsync();

        await MenuAsync(way, "On my key ring", "Remove…");
        await Button(way, "Remove key").ClickAsync();
        await Expect(way.Page.GetByText("This is your last security key, and one is required")).ToBeVisibleAsync();
        await RequireAsync(way, "Not required");
        await Expect(way.Page.GetByText("Saved. Your other sessions were ended.")).ToBeVisibleAsync();
        Assert.True(server.Get<AdministratorStore>().Find("admin")!.AllowPassword);
        await MenuAsync(way, "On my key ring", "Remove…");
        await Button(way, "Remove key").ClickAsync();
        await Expect(way.Page.GetByText("No security keys yet")).ToBeVisibleAsync();
        Assert.Empty(server.Get<AdministratorStore>().Find("admin")!.Keys);
        way.AssertNoComplaints();
    }

    [Fact]
    public async Task Panel_AtAnIpAddress_SaysWhy_AndLeadsToTheRightOne()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/account");

        await Expect(Button(way, "Register a security key")).ToBeDisabledAsync();
        await Expect(way.Page.GetByText("Security keys belong to a name")).ToBeVisibleAsync();
        await Expect(way.Page.GetByRole(AriaRole.Link, new() { Name = "Open http://localhost" })).ToHaveAttributeAsync("href", AtLocalhost(server) + "account");
        await way.LookAsync("keys-at-an-ip-address");
    }

    [Fact]
    public async Task SecondStep_AtAnIpAddress_OpensNothing_AndLeadsToTheRightOne()
    {
        await using var server = await TestServer.StartAsync();
        server.Get<AdministratorStore>().Change("admin", static one => one with { Keys = [new SecurityKey { Id = [1, 2, 3] }], AllowWebAuthn = true, AllowPassword = false });
        await using var way = await Journey.StartAsync(chromium, server.Address, dark: true);
        await PasswordAsync(way, "/account");

        await Expect(way.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in at http://localhost" })).ToBeVisibleAsync();
        await way.LookAsync("second-step-at-an-ip-address");
        await way.GoAsync("/account");
        await Expect(way.Page.GetByLabel("Username")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Dialog_Cancelled_StopsAsking_AndNothingIsRegistered()
    {
        await using var server = await TestServer.StartAsync();
        await using var way = await Journey.StartAsync(chromium, AtLocalhost(server));
        await way.SignInAsync(path: "/account");
        var key = await VirtualKey.PlugInAsync(way.Page);
        await key.TouchAsync(false);

        await OpenDialogAsync(way);
        await Button(way, "Register").ClickAsync();
        await Expect(way.Page.GetByText("Waiting for your security key…")).ToBeVisibleAsync();
        await way.LookAsync("keys-waiting");
        await way.Page.Keyboard.PressAsync("Escape");
        await Expect(way.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await key.TouchAsync(true);

        await RegisterAsync(way, "Blue key"); // the browser is not busy with the first request any more
        Assert.Single(server.Get<AdministratorStore>().Find("admin")!.Keys);
        way.AssertNoComplaints();
    }

    /// <summary>A key that was registered by FIDO U2F on an earlier server, as it comes with that server's settings file.</summary>
    [Fact]
    public async Task Key_OfU2f_SignsInOverHttps_ThroughTheAppid()
    {
        using var key = new SoftKey();
        using var folder = new TempFolder();
        File.WriteAllText(new DataFolder(folder.Path).Settings, new JsonObject
        {
            ["AdminUsers"] = new JsonArray(new JsonObject
            {
                ["Username"] = "admin",
                ["Password"] = "admin",
                ["AllowPasswordAndU2FLogin"] = true,
                ["U2FRegistrations"] = new JsonArray(new JsonObject { ["Description"] = "Old key", ["RegisterTime"] = 1_500_000_000, ["Registration"] = Convert.ToBase64String(key.U2fRegistration) }),
            }),
        }.ToJsonString());
        var server = await TestServer.StartAsync(folder, null, "--Urls", "https://127.0.0.1:0", "--Comet:SelfSigned", "true");
        await using var way = await Journey.StartAsync(chromium, AtLocalhost(server));
        await way.GoAsync("/sign-in");
        var plugged = await VirtualKey.PlugInAsync(way.Page, "u2f");
        await plugged.AddAsync(Convert.ToBase64String(key.Id), Convert.ToBase64String(key.PrivateKey), way.Address, 7);

        await PasswordAsync(way, "/account");

        await way.AtAsync("My Account");
        await Expect(Row(way, "Old key")).ToContainTextAsync("U2F");
        await Expect(Row(way, "Old key")).ToContainTextAsync("just now");
        await Row(way, "Old key").ScrollIntoViewIfNeededAsync();
        await way.LookAsync("keys-u2f");
        Assert.Equal(way.Address, (await server.Get<KeyUses>().FindAsync(key.Id, Ct)).AppId);

        await way.Page.ReloadAsync();
        await OpenDialogAsync(way);
        await Button(way, "Register").ClickAsync();
        await Expect(way.Page.GetByText("This security key is registered already.")).ToBeVisibleAsync(); // by its appid
        way.AssertNoComplaints();
        await server.StopAsync();
    }

    [Theory]
    [InlineData("/account/keys/options")]
    [InlineData("/account/keys")]
    [InlineData("/sign-in/key/options")]
    [InlineData("/sign-in/key")]
    public async Task Endpoints_ServeOurPagesOnly_AndNobodyWithoutASession(string path)
    {
        await using var server = await TestServer.StartAsync();

        using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var foreign = await server.Client.PostAsync(path, json, Ct);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Comet-Page", "1");
        using var stranger = await server.Client.SendAsync(request, Ct);

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    private static string AtLocalhost(TestServer server) => server.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    private static ILocator Button(Journey way, string name) => way.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static ILocator Row(Journey way, string text) => way.Page.Locator("[data-table=own-keys] tr", new() { HasText = text });

    private static async Task OpenDialogAsync(Journey way)
    {
        await Button(way, "Register a security key").ClickAsync();
        await Expect(Button(way, "Register")).ToBeEnabledAsync();
    }

    private static async Task RegisterAsync(Journey way, string name, string? picture = null)
    {
        await OpenDialogAsync(way);
        await way.Page.GetByLabel("Name of the key").FillAsync(name);
        if (picture is not null)
        {
            await way.LookAsync(picture);
        }

        await Button(way, "Register").ClickAsync();
        await Expect(way.Page.GetByText("is registered. Your other sessions were ended.")).ToBeVisibleAsync();
        await way.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true }).ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(Row(way, name.Length > 0 ? name.Trim() : "Hardware security key")).ToBeVisibleAsync();
    }

    private static async Task RequireAsync(Journey way, string choice)
    {
        var chooser = way.Page.Locator(".required", new() { HasText = "Security key at sign-in" });
        await chooser.GetByRole(AriaRole.Button, new() { Name = choice, Exact = true }).ClickAsync();
        await chooser.GetByRole(AriaRole.Button, new() { Name = "Save changes" }).ClickAsync();
    }

    private static async Task MenuAsync(Journey way, string row, string item)
    {
        await Row(way, row).GetByRole(AriaRole.Button).Last.ClickAsync();
        await way.Page.GetByRole(AriaRole.Menuitem, new() { Name = item }).ClickAsync();
    }

    private static async Task SignOutAsync(Journey way)
    {
        await way.Page.Context.ClearCookiesAsync();
        await way.GoAsync("/account");
        await Expect(way.Page.GetByLabel("Username")).ToBeVisibleAsync();
    }

    private static async Task PasswordAsync(Journey way, string path)
    {
        await way.GoAsync(path);
        await way.Page.GetByLabel("Username").FillAsync("admin");
        await way.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("admin");
        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
