using System.Text.Json.Nodes;
using Comet.Blazor.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>A server whose disk is full says so where somebody saves, and goes on when there is room again.</summary>
public sealed class FullDiskTests(Chromium chromium)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddUser_OnAFullDisk_SaysWhatToDo_InBrowserAndApi_AndWorksAgainAfterwards()
    {
        using var folder = new TempFolder();
        using var disk = new SmallDisk(folder.Sub("disk"), 16);
        await using var server = await CometProcess.StartServerAsync(folder.Sub("disk/data"));
        await using var way = await Journey.StartAsync(chromium, server.Address);
        await way.SignInAsync(path: "/users");
        var filler = folder.Sub("disk/filler");
        Fill(filler);

        await way.Page.GetByRole(AriaRole.Button, new() { Name = "Add user" }).First.ClickAsync();
        await way.Page.GetByRole(AriaRole.Dialog).GetByLabel("Username").FillAsync("mary");
        await way.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("correct horse");
        await way.Page.GetByLabel("Password again").FillAsync("correct horse");
        var add = way.Page.GetByRole(AriaRole.Button, new() { Name = "Add User", Exact = true });
        await add.ClickAsync();
        await Expect(way.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Free space on the disk" })).ToBeVisibleAsync();
        Assert.Contains("Free space on the disk", await ApiAsync(server.Address, "peter"), StringComparison.Ordinal);

        File.Delete(filler);
        await add.ClickAsync();
        await way.AtAsync("mary");
        Assert.Equal("OK", await ApiAsync(server.Address, "peter"));
    }

    private static void Fill(string path)
    {
        using var file = File.Create(path);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            Assert.True(file.Length > 0); // full, as wanted
        }
    }

    private static async Task<string> ApiAsync(string address, string name)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        using var answer = await http.PostAsync("api/v1/admin/add-user", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Username"] = "admin", ["AuthType"] = "Password", ["Password"] = "admin", ["TargetUser"] = name, ["TargetPassword"] = "correct horse",
        }), Ct);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["Message"]!;
    }
}
