namespace Comet.Blazor.Tests.Browser;

public class ChromiumTests(Chromium chromium)
{
    [Fact]
    public async Task Browser_Starts_AndShowsAPage()
    {
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();

        await page.SetContentAsync("<h1>here</h1>");

        Assert.Equal("here", await page.Locator("h1").InnerTextAsync());
    }
}
