using System.Net;
using System.Text.RegularExpressions;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security;

/// <summary>The sign-in page and the session's endpoints over HTTP.</summary>
public sealed partial class SignInTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/jobs?q=a", "/jobs?q=a")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/sign-in?return=/sign-in", "/")]
    [InlineData("/a\r\nb", "/")]
    [InlineData(null, "/")]
    public void ReturnAddress_IsOneOfThisServer(string? given, string used) => Assert.Equal(used, SignInPage.LocalPath(given));

    [Fact]
    public async Task Page_WithoutSession_LeadsToSignIn_AndBack()
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);

        using var page = await browser.GetAsync("/users?q=x", Ct);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Equal("/sign-in?return=%2Fusers%3Fq%3Dx", page.Headers.Location!.PathAndQuery);

        using var entered = await SignInAsync(browser, page.Headers.Location!.PathAndQuery, "admin", "admin");
        Assert.Equal(HttpStatusCode.Redirect, entered.StatusCode);
        Assert.Equal("/users?q=x", new Uri(browser.BaseAddress!, entered.Headers.Location!).PathAndQuery);

        using var again = await browser.GetAsync("/users?q=x", Ct);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task WrongPasswordAndUnknownName_AnswerTheSamePage()
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);

        using var wrong = await SignInAsync(browser, "/sign-in", "admin", "nope");
        using var unknown = await SignInAsync(browser, "/sign-in", "nobody", "nope");

        Assert.Equal(wrong.StatusCode, unknown.StatusCode);
        var text = Comparable(await wrong.Content.ReadAsStringAsync(Ct));
        Assert.Contains("The username or password is wrong.", text, StringComparison.Ordinal);
        Assert.Equal(text.Replace("value=\"admin\"", "", StringComparison.Ordinal), Comparable(await unknown.Content.ReadAsStringAsync(Ct)).Replace("value=\"nobody\"", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SignIn_WithoutTheFormsToken_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);

        using var answer = await browser.PostAsync("/sign-in", Form(("_handler", "sign-in"), ("Given.Username", "admin"), ("Given.Password", "admin")), Ct);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var cookies) && cookies.Any(static c => c.StartsWith("comet-", StringComparison.Ordinal) && !c.StartsWith("comet-form", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Session_SurvivesARestartOfTheServer()
    {
        using var folder = new TempFolder();
        var server = await TestServer.StartAsync(folder);
        var cookies = new CookieContainer();
        using (var browser = Browser(server, cookies))
        {
            using var entered = await SignInAsync(browser, "/sign-in", "admin", "admin");
        }

        await server.StopAsync();
        server = await TestServer.StartAsync(folder);
        using var again = Browser(server, cookies);
        using var page = await again.GetAsync("/account", Ct);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        await server.StopAsync();
    }

    [Fact]
    public async Task LogOut_EndsTheSession_ForACopyOfTheCookieToo()
    {
        await using var server = await TestServer.StartAsync();
        var cookies = new CookieContainer();
        using var browser = Browser(server, cookies);
        using var entered = await SignInAsync(browser, "/sign-in", "admin", "admin");
        var copy = new CookieContainer();
        copy.Add(cookies.GetAllCookies());
        using var thief = Browser(server, copy);

        using var ended = await PostAsync(browser, "/session/end");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);

        using var page = await thief.GetAsync("/account", Ct);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        using var touch = await PostAsync(thief, "/session/touch");
        Assert.Equal(HttpStatusCode.Unauthorized, touch.StatusCode);
    }

    [Fact]
    public async Task Cookie_Altered_OpensNothing()
    {
        await using var server = await TestServer.StartAsync();
        var cookies = new CookieContainer();
        using var browser = Browser(server, cookies);
        using var entered = await SignInAsync(browser, "/sign-in", "admin", "admin");
        var cookie = Assert.Single(cookies.GetAllCookies(), c => c.Name == server.Get<SessionCookie>().Name);
        foreach (var at in new[] { 0, cookie.Value.Length / 2, cookie.Value.Length - 1 })
        {
            var altered = new CookieContainer();
            altered.Add(new Cookie(cookie.Name, string.Concat(cookie.Value.AsSpan(0, at), cookie.Value[at] == 'A' ? "B" : "A", cookie.Value.AsSpan(at + 1)), "/", cookie.Domain));
            using var thief = Browser(server, altered);

            using var page = await thief.GetAsync("/account", Ct);
            Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
            Assert.StartsWith("/sign-in", page.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/session/touch")]
    [InlineData("/session/end")]
    public async Task SessionEndpoints_WithoutThePagesHeader_DoNothing(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);
        using var entered = await SignInAsync(browser, "/sign-in", "admin", "admin");

        using var foreign = await browser.PostAsync(path, null, Ct);

        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        using var page = await browser.GetAsync("/account", Ct);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Pages_CarryAStrictContentPolicy_AndTheirFilesAreServed()
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);

        using var page = await browser.GetAsync("/sign-in", Ct);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        var html = await page.Content.ReadAsStringAsync(Ct);
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        foreach (Match file in Files().Matches(html))
        {
            using var answer = await browser.GetAsync("/" + file.Groups[1].Value, Ct);
            Assert.True(answer.IsSuccessStatusCode, $"{file.Groups[1].Value}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task UnknownPage_Answers404()
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);
        using var entered = await SignInAsync(browser, "/sign-in", "admin", "admin");

        using var page = await browser.GetAsync("/no/such/page", Ct);

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("<html", await page.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/storage/")]
    [InlineData("/storage//config")]
    public async Task StorageAddress_WithoutABucket_Answers404_NotTheSignIn(string path)
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);

        using var answer = await browser.GetAsync(path, Ct);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static HttpClient Browser(TestServer server, CookieContainer? cookies = null) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies ?? new CookieContainer() }) { BaseAddress = new Uri(server.Address) };

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string path, string username, string password)
    {
        var html = await browser.GetStringAsync(path, Ct);
        var token = Token().Match(html).Groups[1].Value;
        return await browser.PostAsync(path, Form(("_handler", "sign-in"), ("__RequestVerificationToken", token), ("Given.Username", username), ("Given.Password", password)), Ct);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("X-Comet-Page", "1");
        return await browser.SendAsync(request, Ct);
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(static f => KeyValuePair.Create(f.Name, f.Value)));

    private static string Comparable(string html) => Sealed().Replace(html, "");

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();

    // What data protection has sealed differs each time.
    [GeneratedRegex("CfDJ8[\\w-]+|Component-State:[^>]+")]
    private static partial Regex Sealed();

    [GeneratedRegex("(?:href|src)=\"([^\"]+\\.(?:css|js|svg|woff2))\"")]
    private static partial Regex Files();
}
