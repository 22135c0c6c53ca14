using Bunit;
using Comet.Blazor.App.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Comet.Blazor.Tests.App;

/// <summary>A page that fails keeps the tab, and its reference is in the log.</summary>
public sealed class PageErrorsTests
{
    [Fact]
    public async Task Page_Failed_ShowsAReferenceThatIsInTheLog_AndCanBeTriedAgain()
    {
        await using var web = new BunitContext();
        var log = new LogKeeper();
        web.Services.AddSingleton<ILogger<PageErrors>>(log);
        Failing.Broken = true;

        var page = web.Render<PageErrors>(p => p.AddChildContent<Failing>());

        var reference = page.Find("strong").TextContent;
        Assert.Matches("^[0-9A-F]{4}-[0-9A-F]{4}$", reference);
        var line = Assert.Single(log.Lines);
        Assert.Contains(reference, line, StringComparison.Ordinal);
        Assert.Contains("the disk is on fire", line, StringComparison.Ordinal);
        Assert.DoesNotContain("fire", page.Markup, StringComparison.Ordinal);

        Failing.Broken = false;
        await page.InvokeAsync(() => page.Find("button").Click());
        Assert.Contains("all is well", page.Markup, StringComparison.Ordinal);
    }

    private sealed class Failing : ComponentBase
    {
        public static bool Broken { get; set; }

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) =>
            builder.AddContent(0, Broken ? throw new InvalidOperationException("the disk is on fire") : "all is well");
    }

    private sealed class LogKeeper : ILogger<PageErrors>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{formatter(state, exception)} {exception?.Message}");
    }
}
