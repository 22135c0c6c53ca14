using System.Collections.Concurrent;
using Comet.Blazor.Tests.App;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Comet.Blazor.Tests.Browser;

/// <summary>One person's way through the product: a page that remembers what went wrong in the browser, saves pictures, and is checked for accessibility.</summary>
public sealed class Journey : IAsyncDisposable
{
    /// <summary>What MudBlazor's whole sheet styles and the part that is served does not.</summary>
    /// <summary>Left out on purpose: the ripple of a pressed toast button, and an outline that our own sheet decides.</summary>
    private static readonly string[] WithoutLook = ["mud-ripple-icon", "outline-none"];

    private static readonly Lazy<HashSet<string>> Dropped = new(static () =>
    {
        var whole = File.ReadAllText(MudSheet.Whole());
        return [.. MudSheet.Classes(whole).Except(MudSheet.Classes(MudSheet.Trim(whole))).Except(WithoutLook)];
    });

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();

    private Journey(IBrowserContext context, IPage page, string address)
    {
        (_context, Page, Address) = (context, page, address.TrimEnd('/'));
        page.Console += (_, message) =>
        {
            // A refused request is told apart by its own test; the browser says "Failed to load resource" about it.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Enqueue($"console: {message.Text}");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue($"script: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Address, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                _complaints.Enqueue($"foreign request: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>The server's address without trailing slash.</summary>
    public string Address { get; }

    public static async Task<Journey> StartAsync(Chromium chromium, string address, int width = 1440, bool dark = false)
    {
        var context = await chromium.NewContextAsync(width, width < 600 ? 844 : 900, dark);
        return new Journey(context, await context.NewPageAsync(), address);
    }

    /// <summary>Opens an address of the server.</summary>
    public Task GoAsync(string path) => Page.GotoAsync(Address + path);

    /// <summary>Signs in and waits for the first page.</summary>
    public async Task SignInAsync(string username = "admin", string password = "admin", string path = "/")
    {
        await GoAsync(path);
        await Page.GetByLabel("Username").FillAsync(username);
        await Page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await HeadingAsync();
    }

    /// <summary>Waits until the page stands and answers its heading.</summary>
    public async Task<string> HeadingAsync()
    {
        var heading = Page.Locator("main#main h1");
        await heading.WaitForAsync();
        return await heading.InnerTextAsync();
    }

    /// <summary>Waits until the page with this heading stands.</summary>
    public Task AtAsync(string heading) => Assertions.Expect(Page.Locator("main#main h1")).ToHaveTextAsync(heading);

    /// <summary>Saves a picture and checks the page by axe; serious findings fail.</summary>
    public async Task LookAsync(string name)
    {
        await Chromium.PictureAsync(Page, name);
        var unstyled = (await Page.EvaluateAsync<string[]>("() => [...new Set([...document.querySelectorAll('[class*=mud-]')].flatMap(e => [...e.classList]))]")).Where(Dropped.Value.Contains).ToList();
        Assert.True(unstyled.Count == 0, $"{name}: classes of MudBlazor that its trimmed sheet leaves out: {string.Join(' ', unstyled)}");
        var result = await Page.RunAxe(
            new AxeRunContext { Exclude = [new AxeSelector(".mud-snackbar"), new AxeSelector("iframe[sandbox]")] }, // a toast that fades has any contrast; a frame without scripts never answers axe
            new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } });
        Assert.True(result.Violations.Length == 0, $"{name}: " + string.Join("\n", result.Violations.Select(static v => $"{v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Take(3).Select(static n => n.Html))}")));
    }

    /// <summary>Fails when the browser complained.</summary>
    public void AssertNoComplaints() => Assert.Empty(_complaints);

    /// <summary>Forgets complaints that a test has provoked.</summary>
    public void Forgive() => _complaints.Clear();

    public async ValueTask DisposeAsync()
    {
        // What a journey saw last tells more than the message of its failure; how it went is not known yet here.
        if (!Page.IsClosed)
        {
            await Chromium.PictureAsync(Page, "last-" + TestContext.Current.TestMethod?.MethodName);
        }

        await _context.DisposeAsync();
    }
}
