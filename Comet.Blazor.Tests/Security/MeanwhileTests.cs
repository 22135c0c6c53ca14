using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security;

/// <summary>Somebody who knows the old password signs in at the very moment in which it is changed; and what leaving and trying a code leave on record.</summary>
public sealed partial class MeanwhileTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SignInInTheBrowser_WhileTheSignInIsChanged_OpensNothing(bool password)
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);
        var form = await FormAsync(browser);

        using var answer = await WhileChangedAsync(server, () => browser.PostAsync("/sign-in", form, Ct), password);

        Assert.NotEqual("/", answer.Headers.Location?.OriginalString);
        Assert.Empty(server.Get<SessionStore>().All);
        using var page = await browser.GetAsync("/users", Ct);
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
        Assert.Empty(await EntriesAsync(server, AuditActions.AdministratorSignedIn));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SessionByApi_WhileTheSignInIsChanged_OpensNothing(bool password)
    {
        await using var server = await TestServer.StartAsync();
        using var form = Fields(("Username", "admin"), ("AuthType", "Password"), ("Password", "admin"));

        using var answer = await WhileChangedAsync(server, () => server.Client.PostAsync("api/v1/admin/account/session-start", form, Ct), password);

        Assert.Equal(401, (int)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["Status"]!);
        Assert.Empty(server.Get<SessionStore>().All);
    }

    [Fact]
    public async Task SigningOut_IsOnRecord_Once()
    {
        await using var server = await TestServer.StartAsync();
        using var browser = Browser(server);
        using var entered = await browser.PostAsync("/sign-in", await FormAsync(browser), Ct);
        Assert.Single(await EntriesAsync(server, AuditActions.AdministratorSignedIn));

        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/session/end");
            request.Headers.Add("X-Comet-Page", "1");
            using var left = await browser.SendAsync(request, Ct);
            Assert.Equal(HttpStatusCode.NoContent, left.StatusCode);
        }

        var entry = Assert.Single(await EntriesAsync(server, AuditActions.AdministratorSignedOut));
        Assert.Equal(("admin", "127.0.0.1", ActorVia.Web), (entry.Name, entry.Address, entry.Via));
    }

    [Fact]
    public async Task TryingACode_IsOnRecord_RightOrWrong_WithoutTheCode()
    {
        await using var server = await TestServer.StartAsync();
        var me = new Actor(ActorKind.Administrator, "admin", null, "192.0.2.7");
        var totp = server.Get<OwnTotp>();
        var secret = (await totp.RegenerateAsync(me)).Value!.Text;
        var right = new OtpNet.Totp(OtpNet.Base32Encoding.ToBytes(secret)).ComputeTotp(TimeProvider.System.GetUtcNow().UtcDateTime);
        var wrong = right == "123123" ? "321321" : "123123";

        Assert.False((await totp.CheckAsync(me, wrong, Ct)).Ok);
        Assert.True((await totp.CheckAsync(me, right, Ct)).Ok);

        var entries = await EntriesAsync(server, AuditActions.TotpChecked);
        Assert.Equal([Refusal.Unauthenticated, Refusal.None], entries.Select(static e => e.Refused));
        Assert.Contains(entries[1].Differences, static d => d is { Path: "TOTPKeyChecked", After: "true" });
        Assert.DoesNotContain(entries, e => System.Text.Json.JsonSerializer.Serialize(e) is var text && (text.Contains(secret, StringComparison.Ordinal) || text.Contains(wrong, StringComparison.Ordinal) || text.Contains(right, StringComparison.Ordinal)));
    }

    /// <summary>Holds the store while a session is being written, changes how admin signs in, and lets go.</summary>
    private static async Task<HttpResponseMessage> WhileChangedAsync(TestServer server, Func<Task<HttpResponseMessage>> signIn, bool password)
    {
        using var go = new ManualResetEventSlim();
        var held = server.Get<ServerStore>().Db.WriteAsync(
            _ =>
            {
                go.Wait(Ct);
                return true;
            },
            Ct);
        var answer = signIn();
        await Wait.UntilAsync(() => server.Get<SessionStore>().All.Any(), "the session begins");
        var changed = server.Get<AdministratorStore>().Change("admin", one => password
            ? one with { PasswordRecord = AdminPassword.Make("a new password") }
            : one with { AllowPassword = false, AllowTotp = true, TotpKey = "sealed" });
        Assert.True(changed.Ok);
        go.Set();
        await held;
        return await answer;
    }

    private static async Task<List<AuditEntry>> EntriesAsync(TestServer server, AuditAction action)
    {
        var all = await server.Get<ServerStore>().Db.ReadAsync(static db => db.Scan(AuditChain.Entries).Select(static r => AuditEntry.Read(r.Json)!).ToList(), Ct);
        return [.. all.Where(e => e.Action == action.Code)];
    }

    private static HttpClient Browser(TestServer server) => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(server.Address) };

    private static async Task<FormUrlEncodedContent> FormAsync(HttpClient browser) => Fields(
        ("_handler", "sign-in"), ("__RequestVerificationToken", Token().Match(await browser.GetStringAsync("/sign-in", Ct)).Groups[1].Value), ("Given.Username", "admin"), ("Given.Password", "admin"));

    private static FormUrlEncodedContent Fields(params (string Name, string Value)[] fields) => new(fields.Select(static f => KeyValuePair.Create(f.Name, f.Value)));

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
