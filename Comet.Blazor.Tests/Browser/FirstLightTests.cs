using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>The whole story: a fresh server, its first user, a computer's real backup watched live, and the files restored by restic alone.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed partial class FirstLightTests(Chromium chromium) : IDisposable
{
    private const string User = "meridian-dental";
    private const string Password = "correct horse battery";
    private readonly TempFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ARealBackup_FromTheFirstUserToRestoredFiles()
    {
        var files = _folder.Sub("files");
        FileTree.Make(files, files: 120, bytesEach: 1_000_000);
        await File.WriteAllTextAsync(Path.Combine(files, "left out.tmp"), "not in the backup", Ct);
        await using var server = await CometProcess.StartServerAsync(_folder.Sub("data"));
        await using var way = await Journey.StartAsync(chromium, server.Address);
        var page = way.Page;

        await way.SignInAsync();
        await AddUserAsync(way);
        await RequestVaultAsync(way);
        await using var agent = await ConnectAsync(way, server.Address);
        await AddItemAsync(way, files);
        await RunAndWatchAsync(way);
        await LookAroundAsync(way);

        var restored = await RestoreAsync(server.Address);
        File.Delete(Path.Combine(files, "left out.tmp"));
        FileTree.AssertSame(files, Path.Combine(restored, files[1..]));
        way.AssertNoComplaints();
    }

    public void Dispose() => _folder.Dispose();

    private static async Task AddUserAsync(Journey way)
    {
        var page = way.Page;
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No users yet" })).ToBeVisibleAsync();
        await way.LookAsync("users-empty");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add user" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var name = dialog.GetByLabel("Username");
        await Expect(name).ToBeFocusedAsync();

        await name.FillAsync("meridian dental");
        await Expect(dialog.GetByText("Username may only contain the letters")).ToBeVisibleAsync();
        await name.FillAsync(User);
        await dialog.GetByLabel("Password", new() { Exact = true }).FillAsync("short");
        await dialog.GetByLabel("Password again").FillAsync("short");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add User" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Password must be at least 8 characters.");
        await way.LookAsync("add-user");

        await dialog.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await dialog.GetByLabel("Password again").FillAsync(Password);
        await dialog.GetByLabel("Account name").FillAsync("Meridian Dental Group Ltd");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add User" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{way.Address}/users/{User}/profile");
        await way.AtAsync(User);
    }

    private static async Task RequestVaultAsync(Journey way)
    {
        var page = way.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Storage Vaults" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Request Storage Vault" }).Last.ClickAsync();
        await Expect(page.GetByLabel("Storage Template")).ToHaveTextAsync("This server");
        await page.GetByRole(AriaRole.Button, new() { Name = "Request", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "This server" }).First).ToBeVisibleAsync();
    }

    private async Task<CometProcess> ConnectAsync(Journey way, string address)
    {
        var page = way.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Devices", Exact = false }).Filter(new() { HasNotText = "Connected" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No devices yet" })).ToBeVisibleAsync();
        await File.WriteAllTextAsync(_folder.Sub("password"), Password + "\n", Ct);

        // A slow line, so that there is something to watch.
        var slow = _folder.Sub("slow-restic");
        await File.WriteAllTextAsync(slow, "#!/bin/sh\nexec restic --limit-upload 8000 \"$@\"\n", Ct);
        File.SetUnixFileMode(slow, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var agent = CometProcess.Start(["agent", "--server", address, "--username", User, "--password-file", _folder.Sub("password"), "--state", _folder.Sub("state"), "--restic", slow]);

        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "Online", Exact = true })).ToBeVisibleAsync(); // without loading the page again
        await way.LookAsync("user-devices");
        return agent;
    }

    private static async Task AddItemAsync(Journey way, string files)
    {
        var page = way.Page;
        await page.GetByRole(AriaRole.Link, new() { NameRegex = ItemsTab() }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Add Protected Item" }).Last.ClickAsync();
        await way.AtAsync("New Protected Item");
        await Expect(page.GetByText("Give the Protected Item a name").First).ToBeVisibleAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Patient files");
        await page.GetByLabel("Paths to back up").FillAsync("relative");
        await Expect(page.GetByText("must be absolute").First).ToBeVisibleAsync();
        await way.LookAsync("item-new");
        await page.GetByLabel("Paths to back up").FillAsync(files);
        await page.GetByLabel("Exclusions", new() { Exact = true }).FillAsync("*.tmp");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Patient files" })).ToBeVisibleAsync();

        // What was saved is what the editor shows again.
        await page.GetByRole(AriaRole.Link, new() { Name = "Patient files" }).ClickAsync();
        await Expect(page.GetByLabel("Paths to back up")).ToHaveValueAsync(files);
        await Expect(page.GetByLabel("Exclusions", new() { Exact = true })).ToHaveValueAsync("*.tmp");
        await page.GoBackAsync();
    }

    private static async Task RunAndWatchAsync(Journey way)
    {
        var page = way.Page;
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Patient files" });
        await row.GetByRole(AriaRole.Button, new() { Name = "Actions for" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Run backup now" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run backup", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Watch the job" }).ClickAsync();
        await way.AtAsync("Patient files");

        // The bar moves while somebody looks: two different values before the end.
        var bar = page.GetByRole(AriaRole.Progressbar);
        await Expect(bar).ToHaveAttributeAsync("aria-valuenow", Positive());
        var before = int.Parse((await bar.GetAttributeAsync("aria-valuenow"))!, CultureInfo.InvariantCulture);
        await Expect(page).ToHaveTitleAsync(PercentTitle());
        await Wait.UntilAsync(
            async () => await bar.CountAsync() == 0 || int.Parse(await bar.GetAttributeAsync("aria-valuenow") ?? "0", CultureInfo.InvariantCulture) > before, "the progress bar has moved");
        Assert.Equal(1, await bar.CountAsync());
        await way.LookAsync("job-running");

        await Expect(page.Locator("h1 + *")).ToHaveTextAsync("Success", new() { Timeout = 60_000 });
        await Expect(bar).ToHaveCountAsync(0);
        await Expect(page.GetByText("Backup requested by administrator admin.")).ToBeVisibleAsync();
        await Expect(page.GetByText("114.44 MiB").First).ToBeVisibleAsync(); // 120 × 1,000,000 bytes
        await Expect(page.GetByText("is stored: 120 files, 114.44 MiB read")).ToBeVisibleAsync();
        await way.LookAsync("job-done");
    }

    private static async Task LookAroundAsync(Journey way)
    {
        var page = way.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Job History" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Patient files" })).ToContainTextAsync("Success");
        await way.LookAsync("jobs");
        await page.GetByRole(AriaRole.Link, new() { Name = "Connected Devices" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = User })).ToBeVisibleAsync();
        await way.LookAsync("devices");
        await page.GetByRole(AriaRole.Link, new() { Name = "Local storage buckets" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = User })).ToContainTextAsync("MiB");
        await way.LookAsync("buckets");
        await page.GetByRole(AriaRole.Link, new() { Name = "Users", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = User })).ToContainTextAsync("Success");
        await way.LookAsync("users");
        foreach (var tab in (string[])["profile", "devices", "items", "vaults", "jobs"])
        {
            await way.GoAsync($"/users/{User}/{tab}");
            await way.AtAsync(User);
            await way.LookAsync("user-" + tab);
        }

        // The same pages on a phone in the dark.
        await page.SetViewportSizeAsync(390, 844);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        foreach (var path in (string[])["/users", $"/users/{User}/items", "/jobs", "/devices", "/storage/buckets"])
        {
            await way.GoAsync(path);
            await way.HeadingAsync();
            await Expect(page.GetByText(path == "/storage/buckets" ? "MiB" : path.EndsWith("items", StringComparison.Ordinal) ? "Patient files" : User).First).ToBeVisibleAsync();
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{path} scrolls sideways on a phone");
            await way.LookAsync("phone-" + path.Trim('/').Replace('/', '-'));
        }
    }

    /// <summary>Restores as somebody would who has the profile, the customer's password and restic; answers the target folder.</summary>
    private async Task<string> RestoreAsync(string address)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        using var answer = await http.PostAsync("api/v1/admin/get-user-profile", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Username"] = "admin", ["AuthType"] = "Password", ["Password"] = "admin", ["TargetUser"] = User,
        }), Ct);
        var profile = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!.AsObject();
        var (vaultId, vault) = profile["Destinations"]!.AsObject().Single();
        Assert.True(PasswordRecord.TryParse((long)profile["PasswordFormat"]!, (string)profile["PasswordHash"]!, out var record));
        var keys = PasswordKeys.Derive(Password, record.Salt, record.Iterations);
        Assert.Equal(WrappedKeys.AesGcm, (int)vault!["EncryptionKeyEncryptionMethod"]!);
        var password = VaultKeyWrap.TryUnwrap(vaultId, (string)vault["EncryptedEncryptionKey"]!, keys.WrapKey);
        Assert.NotNull(password);

        var bucket = (string)vault["CometBucket"]!;
        var repository = $"rest:{address.Replace("://", $"://{bucket}:{(string)vault["CometBucketKey"]!}@", StringComparison.Ordinal)}storage/{bucket}/";
        var target = _folder.Sub("restored");
        await Restic.OkAsync(repository, password, "check", "--read-data");
        await Restic.OkAsync(repository, password, "restore", "latest", "--target", target);
        return target;
    }

    [GeneratedRegex("^[1-9]")]
    private static partial Regex Positive();

    [GeneratedRegex("^\\d+% Patient files")]
    private static partial Regex PercentTitle();

    [GeneratedRegex("^Protected Items")]
    private static partial Regex ItemsTab();
}
