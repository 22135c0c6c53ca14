using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Comet.Blazor.Tests.Browser;

/// <summary>The standard table in a real browser, on the page of users: what only the script can do.</summary>
public sealed class TableTests(Chromium chromium, TableServer server) : IClassFixture<TableServer>, IAsyncLifetime
{
    private IBrowserContext _context = null!;

    private TestServer Server => server.Server;

    private IPage Page => _context.Pages[0];

    private ILocator Rows => Page.Locator(".ct tbody tr");

    private ILocator Filter => Page.GetByPlaceholder("Filter…");

    private ILocator Where => Page.Locator(".ct-where");

    public async ValueTask InitializeAsync()
    {
        _context = await chromium.NewContextAsync();
        await _context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await server.OpenAsync(await _context.NewPageAsync());
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    [Fact]
    public async Task PageLeftBeforeTheTablesScriptHasCome_IsNoFault()
    {
        TaskCompletionSource come = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.RouteAsync("**/CometTable.razor.js", async route =>
        {
            await come.Task;
            await route.ContinueAsync();
        });
        await server.SignInAsync(page);
        await page.Locator(".ct tbody tr a").First.WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Policies" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Policies");
        come.SetResult();
        await page.GetByRole(AriaRole.Link, new() { Name = "Users", Exact = true }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Users");
        await Expect(page.Locator(".ct tbody tr[tabindex='0']")).ToHaveCountAsync(1); // the script's doing
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByPlaceholder("Filter…")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Viewer_FiltersSortsPagesAndComesBack()
    {
        await Expect(Where).ToHaveTextAsync("Page 1 of 2, entries 1 to 15 of 20");
        await Chromium.PictureAsync(Page, "table-light");

        await Page.Keyboard.PressAsync("/");
        await Expect(Filter).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("ser-07");
        await Expect(Rows).ToHaveCountAsync(1);
        Assert.Equal(1, await Page.EvaluateAsync<int>("() => [...CSS.highlights.get('comet-filter')].filter(r => r.toString() === 'ser-07').length"));
        await Expect(Page).ToHaveURLAsync(Server.Address + "users?q=ser-07");
        await Expect(Where).ToHaveTextAsync("Page 1 of 1, entries 1 to 1 of 1, filtered from 20");

        await Page.Keyboard.PressAsync("Escape");
        await Expect(Rows).ToHaveCountAsync(15);
        await Expect(Page).ToHaveURLAsync(Server.Address + "users");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Username" }).ClickAsync();
        await Expect(Rows.First).ToContainTextAsync("user-20");
        await Expect(Page).ToHaveURLAsync(Server.Address + "users?sort=-username");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Page 2" }).ClickAsync();
        await Expect(Where).ToHaveTextAsync("Page 2 of 2, entries 16 to 20 of 20");
        await Expect(Page).ToHaveURLAsync(Server.Address + "users?sort=-username&page=2");

        await Page.GoBackAsync();
        await Expect(Where).ToHaveTextAsync("Page 1 of 2, entries 1 to 15 of 20");
        await Page.GoForwardAsync();
        await Expect(Where).ToHaveTextAsync("Page 2 of 2, entries 16 to 20 of 20");
        await Page.ReloadAsync();
        await Expect(Where).ToHaveTextAsync("Page 2 of 2, entries 16 to 20 of 20");
        await Expect(Rows.First).ToContainTextAsync("user-05");
    }

    [Fact]
    public async Task Keyboard_MovesOpensAndAsksForTheMenu()
    {
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("j");
        await Page.Keyboard.PressAsync("k");
        await Expect(Rows.Nth(1)).ToBeFocusedAsync();

        await Page.Keyboard.PressAsync("m");
        var menu = Page.GetByRole(AriaRole.Menu);
        await Expect(menu.GetByRole(AriaRole.Menuitem).First).ToBeFocusedAsync();
        await Chromium.PictureAsync(Page, "table-menu");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(menu.GetByRole(AriaRole.Menuitem).Nth(1)).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(menu).ToBeHiddenAsync();
        await Expect(Rows.Nth(1)).ToBeFocusedAsync();

        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/users/user-02"));
    }

    [Fact]
    public async Task RightClick_OpensTheMenuAtThePointer()
    {
        await Rows.Nth(2).ClickAsync(new() { Button = MouseButton.Right, Position = new() { X = 300, Y = 10 } });

        var menu = Page.GetByRole(AriaRole.Menu);
        await Expect(menu).ToBeVisibleAsync();
        var (row, box) = ((await Rows.Nth(2).BoundingBoxAsync())!, (await menu.BoundingBoxAsync())!);
        Assert.InRange(box.X, row.X + 295, row.X + 305);
        Assert.InRange(box.Y, row.Y + 5, row.Y + 20);
        await Page.Mouse.ClickAsync(5, 5);
        await Expect(menu).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Exports_ArriveInTheBrowser()
    {
        await ExportAsync("Copy to the clipboard");
        await Expect(Page.GetByText("20 rows copied.")).ToBeVisibleAsync();
        var text = await Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        Assert.Equal(21, lines.Length);
        Assert.Equal("Username", lines[0].Split('\t')[0]);
        Assert.StartsWith("user-20", lines[20].Split('\t')[0]);

        var csv = await Page.RunAndWaitForDownloadAsync(() => ExportAsync("CSV file"));
        Assert.Matches(@"^users \d{4}-\d\d-\d\d \d{4}\.csv$", csv.SuggestedFilename);
        Assert.Equal(21, (await File.ReadAllLinesAsync(await csv.PathAsync(), TestContext.Current.CancellationToken)).Length);

        var excel = await Page.RunAndWaitForDownloadAsync(() => ExportAsync("Excel file"));
        await using var file = File.OpenRead(await excel.PathAsync());
        using var book = new ClosedXML.Excel.XLWorkbook(file);
        Assert.Equal("user-01", book.Worksheet(1).Cell(2, 1).GetString());
    }

    [Fact]
    public async Task Columns_AreChosenByKeyboard_AndRemembered()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        var chooser = Page.GetByRole(AriaRole.Dialog, new() { Name = "Columns" });
        await Expect(chooser).ToBeVisibleAsync();
        await Chromium.PictureAsync(Page, "table-columns");
        var second = chooser.Locator("li").Nth(1);
        var title = (await second.InnerTextAsync()).Split('\n')[0];
        await second.Locator("input").FocusAsync();
        await Page.Keyboard.PressAsync("Alt+ArrowDown");
        await Expect(chooser.Locator("li").Nth(2)).ToContainTextAsync(title);
        await Expect(chooser.Locator("li").Nth(2).Locator("input")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Space");
        await Expect(Page.Locator(".ct thead")).Not.ToContainTextAsync(title);
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Columns" })).ToBeFocusedAsync();

        await Page.ReloadAsync();
        await Expect(Rows).ToHaveCountAsync(15);
        await Expect(Page.Locator(".ct thead")).Not.ToContainTextAsync(title);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Columns" }).ClickAsync();
        await chooser.GetByRole(AriaRole.Button, new() { Name = "Reset" }).ClickAsync();
        await Expect(Page.Locator(".ct thead")).ToContainTextAsync(title);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Table_IsAccessible(bool dark)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
        await Filter.FillAsync("user");
        await Expect(Page).ToHaveURLAsync(Server.Address + "users?q=user");
        await Rows.First.Locator(".ct-dots").ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        await Chromium.PictureAsync(Page, dark ? "table-dark" : "table-filtered");

        var found = await Page.RunAxe(new Deque.AxeCore.Commons.AxeRunContext { Include = [new Deque.AxeCore.Commons.AxeSelector(".ct")] });

        Assert.Empty(found.Violations.Select(v => $"{v.Id}: {v.Help}: {string.Join(" | ", v.Nodes.Select(n => n.Html))}"));
    }

    [Fact]
    public async Task Phone_ShowsCards_AndFoldsTheToolbar()
    {
        await Page.SetViewportSizeAsync(390, 844);

        await Expect(Page.Locator(".ct thead")).ToBeHiddenAsync();
        await Expect(Page.GetByLabel("Show")).ToBeHiddenAsync();
        await Chromium.PictureAsync(Page, "table-phone");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sort, columns, export" }).ClickAsync();
        await Page.GetByLabel("Sort by").SelectOptionAsync("-username");
        await Chromium.PictureAsync(Page, "table-phone-sheet");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(Rows.First).ToContainTextAsync("user-20");
        await Expect(Page.GetByLabel("Show")).ToBeHiddenAsync();
        Assert.Equal(390, await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task WideTable_ScrollsSideways_WithItsFirstColumn()
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Username" }).ClickAsync(); // the longest name is the last
        await Page.SetViewportSizeAsync(620, 600);
        var scroll = Page.Locator(".ct-scroll");
        await Expect(scroll).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("ct-wide"));
        var before = (await Rows.First.Locator(".ct-first").BoundingBoxAsync())!;

        await scroll.EvaluateAsync("e => { e.scrollLeft = 200; e.scrollTop = 120; }");

        await Chromium.PictureAsync(Page, "table-wide");
        Assert.Equal(before.X, (await Rows.First.Locator(".ct-first").BoundingBoxAsync())!.X);
        Assert.True(before.Y > (await Rows.First.Locator(".ct-first").BoundingBoxAsync())!.Y);
        await Expect(Page.Locator(".ct thead th").First).ToBeInViewportAsync();
        await Expect(Page.Locator(".ct-foot")).ToBeInViewportAsync();
    }

    private async Task ExportAsync(string what)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = what }).ClickAsync();
    }
}

/// <summary>A server with twenty users for all tests of the table: deriving their passwords takes seconds.</summary>
public sealed class TableServer : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public int Users { get; init; } = 20;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync();
        await Task.WhenAll(Enumerable.Range(1, Users).Select(i => AddAsync($"user-{i:00}" + (i == 20 ? "-" + new string('x', 60) : ""))));
    }

    public async Task AddAsync(string name)
    {
        var added = await Server.Get<AddUser>().RunAsync(Actor.Server, new NewUser(name, "correct horse battery"), TestContext.Current.CancellationToken);
        Assert.True(added.Ok, added.Why);
    }

    /// <summary>Signs in and waits for the table of users.</summary>
    public async Task OpenAsync(IPage page)
    {
        await SignInAsync(page);
        await page.Locator(".ct tbody tr[tabindex='0']").WaitForAsync(); // the script is there
    }

    public async Task SignInAsync(IPage page)
    {
        await page.GotoAsync(Server.Address + "sign-in?return=%2Fusers");
        await page.FillAsync("#username", "admin");
        await page.FillAsync("#password", "admin");
        await page.ClickAsync("button[type=submit]");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>What others do while the table is open.</summary>
public sealed class TableNewsTests(Chromium chromium)
{
    [Fact]
    public async Task NewRows_WaitUntilTheViewerAsks()
    {
        await using var server = new TableServer { Users = 2 };
        await server.InitializeAsync();
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        await server.OpenAsync(page);
        var rows = page.Locator(".ct tbody tr");
        await Expect(rows.First).ToContainTextAsync("user-01");

        await server.AddAsync("a-user-before-all-others");

        var news = page.GetByRole(AriaRole.Button, new() { Name = "1 new, show" });
        await Expect(news).ToBeVisibleAsync();
        await Expect(rows.First).ToContainTextAsync("user-01");
        await news.ClickAsync();
        await Expect(rows.First).ToContainTextAsync("a-user-before-all-others");
        await Expect(news).ToBeHiddenAsync();
    }
}
