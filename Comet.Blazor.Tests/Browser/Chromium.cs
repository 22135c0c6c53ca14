using System.Runtime.CompilerServices;
using Comet.Blazor.Tests.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Comet.Blazor.Tests.Browser;

/// <summary>One headless Chromium for all journeys; each journey opens a context of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private readonly SemaphoreSlim _starting = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The folder of the pictures that journeys save.</summary>
    public static string Screens { get; } = Path.Combine(Top(), "artifacts", "screens");

    public ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(30_000); // other tests keep the processors busy meanwhile
        return ValueTask.CompletedTask; // the browser starts with the first journey, not for unit tests
    }

    /// <summary>A fresh browser profile, as on a computer of this width, zone and theme.</summary>
    public async Task<IBrowserContext> NewContextAsync(int width = 1440, int height = 900, bool dark = false, string zone = "Europe/Amsterdam")
    {
        var browser = await BrowserAsync();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            TimezoneId = zone,
            Locale = "en-GB",
            IsMobile = false,
            IgnoreHTTPSErrors = true, // servers of tests make their own certificates
            HasTouch = width < 600,
        });
        context.SetDefaultTimeout(30_000);
        return context;
    }

    /// <summary>Saves a picture of the page under artifacts/screens.</summary>
    public static Task PictureAsync(IPage page, string name) =>
        page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Screens, name + ".png") });

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> BrowserAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_browser is null)
            {
                var path = Places.FirstOrDefault(File.Exists);
                Assert.True(path is not null, "The journeys need Chromium: apt-get install chromium");
                _playwright = await Playwright.CreateAsync();
                _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
                {
                    ExecutablePath = path,
                    Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
                });
            }

            return _browser;
        }
        finally
        {
            _starting.Release();
        }
    }

    private static string Top([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
