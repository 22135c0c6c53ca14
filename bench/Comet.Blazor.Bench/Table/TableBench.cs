using System.Globalization;
using Comet.Blazor.App;
using Comet.Blazor.Bench.Storage;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Comet.Blazor.Bench.Table;

/// <summary>Click on "next page" to changed DOM in Chromium: Job History beside a plain interactive table of the same cells.</summary>
public sealed class TableBench : IBench
{
    private const double Goal = 2.5;
    private const int WarmUp = 8;
    private const int Clicks = 60;

    /// <summary>Clicks and waits in the page itself, so that the way to the browser's driver is not measured.</summary>
    private const string Click = """
        () => new Promise(done => {
          const body = document.querySelector('tbody'), button = document.querySelector('[aria-label="Next page"]');
          const seen = new MutationObserver(() => { seen.disconnect(); done(performance.now() - start); });
          seen.observe(body, { childList: true, characterData: true, subtree: true });
          const start = performance.now();
          button.click();
        })
        """;

    /// <inheritdoc />
    public string Name => "table";

    /// <inheritdoc />
    public string Purpose => "page change of the standard table in Chromium, beside a plain table (options: number of jobs, folder to keep them in)";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var folder = args.Length > 1 ? Directory.CreateDirectory(args[1]).FullName : Directory.CreateTempSubdirectory("comet-table-").FullName;
        try
        {
            var data = new SampleJobs(count);
            await FillAsync(folder, data, count);
            await using var comet = await ServerHost.CreateAsync(
                ["--Urls", "http://127.0.0.1:0", "--Comet:DataDirectory", folder, "--Serilog:MinimumLevel", "Warning"],
                builder => builder.Services.AddSingleton<IAccountDirectory>(data));
            await comet.StartAsync();
            await using var plain = PlainServer(comet.Services.GetRequiredService<JobHistory>());
            await plain.StartAsync();
            return await MeasureAsync(AddressOf(comet), AddressOf(plain), count) ? 0 : 1;
        }
        finally
        {
            if (args.Length < 2)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task FillAsync(string folder, SampleJobs data, int count)
    {
        await using var store = new JobStore(new DataFolder(folder));
        await store.OpenAsync(CancellationToken.None);
        if (store.Index.Current.Rows.Count >= count)
        {
            return;
        }

        Console.WriteLine($"Filling the store with {count:N0} jobs …");
        foreach (var chunk in data.Jobs().Chunk(2000))
        {
            await store.WriteAsync(writer => chunk.Count(job => writer.Insert(job.Job, new JobOwner(SampleJobs.IdOf(job.Account), EndedByDevice: true)) != 0), CancellationToken.None);
        }
    }

    private static WebApplication PlainServer(JobHistory history)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseStaticWebAssets();
        builder.Logging.ClearProviders();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddSingleton(history.Open(Actor.Server, JobFilter.All).Value!);
        var app = builder.Build();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<PlainApp>().AddInteractiveServerRenderMode();
        return app;
    }

    private static async Task<bool> MeasureAsync(string comet, string plain, int count)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
        var reference = await OpenAsync(browser, plain + "/");
        var ours = await OpenAsync(browser, comet + "/sign-in?return=%2Fjobs");
        await ours.FillAsync("#username", "admin");
        await ours.FillAsync("#password", "admin");
        await ours.ClickAsync("button[type=submit]");
        await ours.Locator("tbody tr[tabindex='0']").WaitForAsync();
        await reference.Locator("tbody tr").First.WaitForAsync();
        if (!await SameCellsAsync(ours, reference))
        {
            throw new InvalidOperationException("The two tables show different cells.");
        }

        var (a, b) = (new List<double>(), new List<double>());
        for (var click = -WarmUp; click < Clicks; click++)
        {
            var (first, second) = (await ClickAsync(ours), await ClickAsync(reference)); // in turns: other work on the machine hits both alike
            if (click >= 0)
            {
                a.Add(first);
                b.Add(second);
            }
        }

        var (median, plainMedian) = (a.Median(), b.Median());
        Console.WriteLine();
        Console.WriteLine($"| next page, {count:N0} jobs, 15 rows of 11 columns, {Clicks} clicks in turn | median ms | quartiles ms | ratio | goal |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        Console.WriteLine($"| plain interactive table | {plainMedian.Two()} | {Quartiles(b)} | 1 | |");
        Console.WriteLine($"| Job History | {median.Two()} | {Quartiles(a)} | {(median / plainMedian).Two()} | ≤ {Goal.Two()} |");
        Console.WriteLine();
        return Goals.Check("page change, Job History to plain table", median / plainMedian, "at most", Goal);
    }

    private static async Task<IPage> OpenAsync(IBrowser browser, string address)
    {
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 }, TimezoneId = "UTC" });
        var page = await context.NewPageAsync();
        await page.GotoAsync(address);
        return page;
    }

    private static async Task<double> ClickAsync(IPage page)
    {
        var time = await page.EvaluateAsync<double>(Click);
        await page.WaitForTimeoutAsync(60); // what follows the change, such as the address, is not to weigh on the other's click
        return time;
    }

    private static async Task<bool> SameCellsAsync(IPage ours, IPage reference)
    {
        const string cells = "() => [...document.querySelectorAll('tbody tr')].map(r => [...r.children].slice(0, 11).map(c => c.textContent.trim()).join('|')).join('\\n')";
        return await ours.EvaluateAsync<string>(cells) == await reference.EvaluateAsync<string>(cells);
    }

    private static string Quartiles(List<double> times)
    {
        var sorted = times.Order().ToList();
        return $"{sorted[sorted.Count / 4].Two()} to {sorted[sorted.Count * 3 / 4].Two()}";
    }

    private static string AddressOf(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
