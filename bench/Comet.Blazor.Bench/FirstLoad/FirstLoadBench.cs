using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Comet.Blazor.Bench.FirstLoad;

/// <summary>What a browser without a cache fetches for the first page after signing in, beside an empty interactive page. Both as published.</summary>
public sealed class FirstLoadBench : IBench
{
    private const double RatioGoal = 2.5;
    private const double FontGoal = 50 * 1024;

    /// <inheritdoc />
    public string Name => "first-load";

    /// <inheritdoc />
    public string Purpose => "bytes of the first page in Chromium, beside an empty interactive page (option: all, to list every file)";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        using var work = new WorkFolder();
        var top = Published.Top();
        Console.WriteLine("Publishing both …");
        var comet = await Published.PublishAsync(Path.Combine(top, "Comet.Blazor"), work.Sub("comet"));
        var empty = await Published.PublishAsync(Path.Combine(top, "bench", "EmptyPage"), work.Sub("empty"));

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        Load reference, shell;
        await using (var server = await Published.StartAsync(empty, "EmptyPage.dll"))
        {
            reference = await MeasureAsync(browser, server.Address, "/", null, 0);
        }

        await using (var server = await Published.StartAsync(comet, "Comet.Blazor.dll", "--Comet:DataDirectory", work.Sub("data")))
        {
            shell = await MeasureAsync(browser, server.Address, "/users", await SignInAsync(browser, server.Address), args is ["all"] ? int.MaxValue : 8);
        }

        var ratio = (double)shell.Files / reference.Files;
        Console.WriteLine();
        Console.WriteLine("| first load, nothing cached, as published | empty interactive page | shell with the users page | ratio | goal |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| files without fonts, KiB | {reference.Files / 1024.0:0.0} | {shell.Files / 1024.0:0.0} | {ratio:0.00} | ≤ {RatioGoal} |"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| fonts, KiB | {reference.Fonts / 1024.0:0.0} | {shell.Fonts / 1024.0:0.0} | | ≤ 50 |"));
        Console.WriteLine($"| requests | {reference.Requests} | {shell.Requests} | | |");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| then over the WebSocket until the page stands, KiB | {reference.Socket / 1024.0:0.0} | {shell.Socket / 1024.0:0.0} | | |"));
        Console.WriteLine();
        foreach (var (url, bytes) in shell.Largest)
        {
            Console.WriteLine($"{bytes,8:N0}  {url}");
        }

        return ratio <= RatioGoal && shell.Fonts <= FontGoal ? 0 : 1;
    }

    private static async Task<string> SignInAsync(IBrowser browser, string address)
    {
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(address + "/sign-in");
        await page.FillAsync("#username", "admin");
        await page.FillAsync("#password", "admin");
        await page.ClickAsync("button[type=submit]");
        await page.Locator("main h1").WaitForAsync();
        return await context.StorageStateAsync();
    }

    private static async Task<Load> MeasureAsync(IBrowser browser, string address, string path, string? state, int listed)
    {
        await using var context = await browser.NewContextAsync(new() { StorageState = state });
        var page = await context.NewPageAsync();
        var protocol = await context.NewCDPSessionAsync(page);
        var urls = new Dictionary<string, string>();
        var bytes = new Dictionary<string, long>();
        long socket = 0;
        protocol.Event("Network.requestWillBeSent").OnEvent += (_, e) => urls[Text(e, "requestId")] = e!.Value.GetProperty("request").GetProperty("url").GetString()!;
        protocol.Event("Network.loadingFinished").OnEvent += (_, e) => bytes[Text(e, "requestId")] = (long)e!.Value.GetProperty("encodedDataLength").GetDouble();
        protocol.Event("Network.webSocketFrameReceived").OnEvent += (_, e) => socket += e!.Value.GetProperty("response").GetProperty("payloadData").GetString()!.Length * 3 / 4; // binary frames come as base64
        await protocol.SendAsync("Network.enable");
        await page.GotoAsync(address + path);
        await page.Locator("main h1").WaitForAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        var files = bytes.Where(b => urls.ContainsKey(b.Key)).Select(b => (Url: urls[b.Key], Bytes: b.Value)).ToList();
        var fonts = files.Where(static f => f.Url.EndsWith(".woff2", StringComparison.Ordinal)).Sum(static f => f.Bytes);
        return new Load(files.Sum(static f => f.Bytes) - fonts, fonts, files.Count, socket, [.. files.OrderByDescending(static f => f.Bytes).Take(listed)]);
    }

    private static string Text(JsonElement? e, string name) => e!.Value.GetProperty(name).GetString()!;

    private sealed record Load(long Files, long Fonts, int Requests, long Socket, (string Url, long Bytes)[] Largest);
}
