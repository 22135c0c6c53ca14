using System.Globalization;
using Comet.Blazor.App;
using Comet.Blazor.Bench.Storage;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Comet.Blazor.Bench.Users;

/// <summary>Opening the Users page, turning its pages and each key in its filter, from click or key to the changed DOM, beside a plain interactive table of the same users.</summary>
public sealed class UsersBench : IBench
{
    private const double Goal = 2.5;
    private const int Users = 5_000;
    private const int WarmUp = 3;
    private const int Rounds = 25;

    /// <summary>Clicks, or types, and waits for other rows in the page itself, so that the way to the browser's driver is not measured.</summary>
    private const string Measure = """
        ({ click, text }) => new Promise(done => {
          const rows = () => [...document.querySelectorAll('tbody tr a[href*="/users/"]')].map(a => a.textContent).join();
          const words = () => document.querySelector('[data-words]')?.dataset.words ?? document.querySelector('#found')?.textContent;
          const state = () => rows() && rows() + words();
          const before = state(), field = document.querySelector('input[type=search]');
          const seen = new MutationObserver(() => {
            const now = state();
            if (now && now !== before) { seen.disconnect(); done(performance.now() - start); }
          });
          seen.observe(document.body, { childList: true, characterData: true, attributes: true, subtree: true });
          if (!click) field.value = text;
          const start = performance.now();
          if (click) document.querySelector(click).click(); else field.dispatchEvent(new Event('input', { bubbles: true }));
        })
        """;

    private const string Rows = "() => [...document.querySelectorAll('tbody tr a[href*=\"/users/\"]')].map(a => a.textContent).join()";

    // Typed one letter after the other, as a person does.
    private static readonly string[] Words = ["legal", "zephyr", "quartz.fo"];

    /// <inheritdoc />
    public string Name => "users";

    /// <inheritdoc />
    public string Purpose => "the Users page and its filter in Chromium, beside a plain table: 5,000 users, 10,000 devices, 20,000 items";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("comet-users-").FullName;
        try
        {
            await using var comet = await ServerHost.CreateAsync(["--Urls", "http://127.0.0.1:0", "--Comet:DataDirectory", Path.Combine(folder, "data"), "--Serilog:MinimumLevel", "Warning"]);
            await comet.StartAsync();
            foreach (var added in await comet.Services.GetRequiredService<AccountStore>().AddManyAsync([.. SampleUsers.All(Users)], null, CancellationToken.None))
            {
                _ = added.Ok ? added.Value : throw new InvalidOperationException(added.Why);
            }

            using var scope = comet.Services.CreateScope();
            await using var plain = PlainServer(new PlainUsers(scope.ServiceProvider.GetRequiredService<UserList>().Rows(Actor.Server)));
            await plain.StartAsync();
            var met = await MeasureAsync(AddressOf(comet), AddressOf(plain));
            await comet.StopAsync();
            return met ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static WebApplication PlainServer(PlainUsers users)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseStaticWebAssets();
        builder.Logging.ClearProviders();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddSingleton(users);
        var app = builder.Build();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<PlainUsersApp>().AddInteractiveServerRenderMode();
        return app;
    }

    private static async Task<bool> MeasureAsync(string comet, string plain)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        var reference = await OpenAsync(browser, plain + "/policies");
        var ours = await OpenAsync(browser, comet + "/sign-in?return=%2Fpolicies");
        await ours.FillAsync("#username", "admin");
        await ours.FillAsync("#password", "admin");
        await ours.ClickAsync("button[type=submit]");
        await ours.Locator("nav a[href$='policies'][aria-current]").First.WaitForAsync();
        await reference.Locator("nav a").First.WaitForAsync();
        Dictionary<string, (List<double> Ours, List<double> Plain)> times = [];
        for (var round = -WarmUp; round < Rounds; round++)
        {
            await StepAsync("open the page", "a[href$='users']", "");
            await StepAsync("next page", "[aria-label='Next page']", "");
            foreach (var word in Words)
            {
                for (var typed = 1; typed <= word.Length; typed++)
                {
                    await StepAsync("a key in the filter", null, word[..typed]);
                }

                await StepAsync("filter emptied", null, "");
            }

            await Task.WhenAll(ours.ClickAsync("a[href$='policies']"), reference.ClickAsync("a[href$='policies']"));
            await Task.WhenAll(ours.Locator("[data-table=users]").WaitForAsync(new() { State = WaitForSelectorState.Detached }), reference.Locator("tbody").WaitForAsync(new() { State = WaitForSelectorState.Detached }));
            continue;

            async Task StepAsync(string what, string? click, string text)
            {
                var (first, second) = (await TimeAsync(ours, what, click, text), await TimeAsync(reference, what, click, text)); // in turns: other work hits both alike
                var (a, b) = (await ours.EvaluateAsync<string>(Rows), await reference.EvaluateAsync<string>(Rows));
                _ = a == b ? a : throw new InvalidOperationException($"After “{what}” {text} the two pages show different users: {a} and {b}");
                if (round >= 0)
                {
                    times.TryAdd(what, ([], []));
                    times[what].Ours.Add(first);
                    times[what].Plain.Add(second);
                }
            }
        }

        return Report(times);
    }

    private static bool Report(Dictionary<string, (List<double> Ours, List<double> Plain)> times)
    {
        Console.WriteLine();
        Console.WriteLine($"| {Users:N0} users, {Users * 2:N0} devices, {Users * 4:N0} items; until the rows stand | plain table, median ms | Users page, median ms | quartiles ms | times | ratio | goal |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var (what, (ours, plain)) in times)
        {
            Console.WriteLine($"| {what} | {plain.Median().Two()} | {ours.Median().Two()} | {Quartiles(ours)} | {ours.Count} | {(ours.Median() / plain.Median()).Two()} | ≤ {Goal.Two()} |");
        }

        Console.WriteLine();
        return times.Aggregate(true, static (met, each) => Goals.Check(each.Key, each.Value.Ours.Median() / each.Value.Plain.Median(), "at most", Goal) && met);
    }

    private static async Task<IPage> OpenAsync(IBrowser browser, string address)
    {
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 }, TimezoneId = "UTC" });
        var page = await context.NewPageAsync();
        await page.GotoAsync(address);
        return page;
    }

    private static async Task<double> TimeAsync(IPage page, string what, string? click, string text)
    {
        try
        {
            var time = await page.EvaluateAsync<double>(Measure, new { click, text }).WaitAsync(TimeSpan.FromSeconds(30));
            await page.WaitForTimeoutAsync(60); // what follows the change, such as the address, is not to weigh on the other's turn
            return time;
        }
        catch (TimeoutException ex)
        {
            throw new InvalidOperationException($"“{what}” {text}: the rows did not change within 30 s at {page.Url}", ex);
        }
    }

    private static string Quartiles(List<double> times)
    {
        var sorted = times.Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 4].Two()} to {sorted[sorted.Count * 3 / 4].Two()}");
    }

    private static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
