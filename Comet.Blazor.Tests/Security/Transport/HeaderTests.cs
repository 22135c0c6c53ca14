using System.Text.RegularExpressions;
using Comet.Blazor.Security;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Transport;

/// <summary>What every answer tells a browser it may not do.</summary>
public sealed partial class HeaderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Policy_IsStrict()
    {
        Assert.DoesNotContain("unsafe-eval", PageHeaders.ContentPolicy, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'; script-src 'self';", PageHeaders.ContentPolicy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", PageHeaders.ContentPolicy, StringComparison.Ordinal);
        Assert.Single(PageHeaders.ContentPolicy.Split(';'), static part => part.Contains("unsafe-inline", StringComparison.Ordinal) && part.Contains("style-src", StringComparison.Ordinal));
        Assert.Single(PageHeaders.ContentPolicy.Split(';'), static part => part.Contains("unsafe-inline", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/sign-in")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/no/such/page")]
    [InlineData("GET", "/session/ready")]
    [InlineData("POST", "/session/touch")]
    [InlineData("POST", "/api/v1/admin/list-users")]
    [InlineData("GET", "/api/v1/admin/list-users")]
    [InlineData("POST", "/api/v1/no/such/call")]
    [InlineData("GET", "/storage/none/config")]
    [InlineData("GET", "/storage")]
    [InlineData("POST", "/sign-in")]
    public async Task Answer_BearsAllHeaders(string method, string path)
    {
        await using var server = await TestServer.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(server.Address) };
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? new FormUrlEncodedContent([]) : null };

        using var answer = await client.SendAsync(request, Ct);

        string Header(string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : "";
        Assert.Equal(PageHeaders.ContentPolicy, Header("Content-Security-Policy"));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", Header("Referrer-Policy"));
        Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
        Assert.Equal("", Header("Server"));
        Assert.Equal("", Header("Strict-Transport-Security")); // plain http
        Assert.Equal("", Header("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("/css/app.css")]
    [InlineData("/js/theme.js")]
    [InlineData("/favicon.svg")]
    [InlineData("/agent/v1")]
    public async Task File_IsWhatItSaysItIs(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var answer = await server.Client.GetAsync(path, Ct);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task SignInPage_HasNoScriptOfItsOwn()
    {
        await using var server = await TestServer.StartAsync();
        var html = await server.Client.GetStringAsync("/sign-in", Ct);
        Assert.Empty(InlineScript().Matches(html).Select(static m => m.Value));
    }

    // A script element without src, a handler in an attribute, or a javascript: address.
    [GeneratedRegex("<script(?![^>]*\\bsrc=)[^>]*>|<[^>]+\\son\\w+\\s*=|(?:href|src|action)=\"javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();
}
