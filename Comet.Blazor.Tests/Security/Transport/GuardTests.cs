using System.Net;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Tests.Support;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Tests.Security.Transport;

/// <summary>Other sites can't act through a browser: each endpoint that changes something is guarded, and forged posts end in a page that says so.</summary>
public sealed class GuardTests
{
    private static readonly string[] Harmless = ["GET", "HEAD", "OPTIONS"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryEndpointThatChangesSomething_IsGuarded()
    {
        await using var server = await TestServer.StartAsync();
        var all = server.Services.GetServices<EndpointDataSource>().SelectMany(static s => s.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.True(all.Count > 20);

        var open = all.Where(static e => Changes(e) && !IsGuarded(e)).Select(static e => $"{e.RoutePattern.RawText} ({e.DisplayName})");

        Assert.Empty(open);
    }

    [Fact]
    public async Task EveryGuardedEndpoint_RefusesAnotherSitesRequest()
    {
        await using var server = await TestServer.StartAsync();
        var tried = 0;
        foreach (var endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(static s => s.Endpoints).OfType<RouteEndpoint>().Where(static e => Changes(e) && e.Metadata.GetMetadata<OwnCredentials>() is null))
        {
            var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(static s => string.Concat(s.Parts.Select(static p => p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart text ? text.Content : "x"))));
            foreach (var (name, value) in new[] { ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example") })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new("a", "b")]) };
                request.Headers.Add(name, value);
                request.Headers.Add(OurPage.Header, "1");
                using var answer = await server.Client.SendAsync(request, Ct);
                Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed, $"{path}: {answer.StatusCode}");
                tried++;
            }
        }

        Assert.True(tried > 20);
    }

    [Theory]
    [InlineData("GET", "Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("GET", "Origin", "http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("POST", "Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    public async Task Circuit_OpenedByAnotherSite_IsRefused(string method, string header, string value, HttpStatusCode status)
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add(header, value);
        using var answer = await server.Client.SendAsync(request, Ct);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task SignInForm_PostedByAnotherSite_EndsInAClearPage()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent([new("_handler", "sign-in"), new("Given.Username", "admin"), new("Given.Password", "admin")]) };
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var answer = await server.Client.SendAsync(request, Ct);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(Ct);
        Assert.Contains("A page of another site sent this request to the server, and nothing was done.", page, StringComparison.Ordinal);
        Assert.Equal(PageHeaders.ContentPolicy, answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task SignInForm_WithoutToken_SaysWhatToDo()
    {
        await using var server = await TestServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent([new("_handler", "sign-in")]) };
        request.Headers.Add("Accept", "text/html");
        using var answer = await server.Client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Open its page again", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignInForm_FarTooLarge_IsRefusedWithoutReadingIt(bool chunked)
    {
        await using var server = await TestServer.StartAsync();
        var body = new ByteArrayContent(System.Text.Encoding.ASCII.GetBytes("_handler=sign-in&Given.Username=" + new string('a', 200_000)));
        body.Headers.ContentType = new("application/x-www-form-urlencoded");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = body };
        request.Headers.TransferEncodingChunked = chunked;
        using var answer = await server.Client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task FormsCookie_IsTheFoldersOwn_HttpOnlyAndStrict()
    {
        await using var server = await TestServer.StartAsync();
        using var page = await server.Client.GetAsync("/sign-in", Ct);
        var cookie = Assert.Single(page.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith(server.Get<SessionCookie>().FormName + "=", cookie, StringComparison.Ordinal);
        Assert.Contains("; samesite=strict; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase); // this is plain http
    }

    private static bool Changes(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
        && (endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { HttpMethods.Count: > 0 } methods || methods.HttpMethods.Except(Harmless).Any());

    private static bool IsGuarded(RouteEndpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
        var tokenIsAsked = endpoint.Metadata.GetMetadata<IAntiforgeryMetadata>() is { RequiresValidation: true }
            && methods.Count > 0 && methods.Except(Harmless).All(static m => m is "POST" or "PUT" or "PATCH"); // the framework looks at no others
        return tokenIsAsked
            || endpoint.Metadata.GetMetadata<OurPage>() is not null
            || endpoint.Metadata.GetMetadata<OwnCredentials>() is not null
            || IsCircuit(endpoint);
    }

    // The framework's own endpoints of a circuit: FormGuard stands before the path as such.
    private static bool IsCircuit(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HubMetadata>() is not null || endpoint.RoutePattern.RawText?.TrimStart('/').StartsWith("_blazor", StringComparison.Ordinal) == true;
}
