using System.Net;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Comet.Blazor.Tests.Security.Transport;

/// <summary>Whose word counts about where a request came from (spec/04 §4.6).</summary>
public sealed class TrustedProxyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "203.0.113.7", "127.0.0.1")] // nobody is trusted: a forged header says nothing
    [InlineData("10.0.0.0/8", "203.0.113.7", "127.0.0.1")] // others are trusted, the sender is not
    [InlineData("127.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("127.0.0.0/8", "198.51.100.1, 203.0.113.7", "203.0.113.7")] // what the client wrote itself stands left of what the proxy saw
    [InlineData("127.0.0.1, 10.0.0.0/8", "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7")] // two hops
    [InlineData("127.0.0.1;10.0.0.5", "203.0.113.7, 10.1.2.3", "10.1.2.3")] // a hop of which nobody knows
    [InlineData("127.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("127.0.0.1,2001:db8:1::/48", "2001:db8::7, 2001:db8:1::5", "2001:db8::7")]
    [InlineData("127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("127.0.0.1", "203.0.113.7:5555", "203.0.113.7")]
    [InlineData("127.0.0.1", "not an address", "127.0.0.1")]
    [InlineData("127.0.0.1", "203.0.113.7, unknown", "127.0.0.1")]
    public async Task Address_IsThatOfTheRightMostHopNobodyVouchesFor(string trusted, string header, string expected)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.UseClientAddress(new CometOptions { TrustedProxies = trusted });
        app.Run(static http => http.Response.WriteAsync($"{http.Connection.RemoteIpAddress} {http.Request.Scheme} {http.Request.Host}"));
        await app.StartAsync(Ct);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, app.Urls.Single());
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", header);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", "backup.example");

        using var answer = await client.SendAsync(request, Ct);

        var words = (await answer.Content.ReadAsStringAsync(Ct)).Split(' ');
        Assert.Equal(expected, words[0]);
        if (!trusted.Contains("127.0.0", StringComparison.Ordinal))
        {
            Assert.Equal("http", words[1]);
            Assert.StartsWith("127.0.0.1:", words[2], StringComparison.Ordinal);
        }
        else if (expected != "127.0.0.1")
        {
            Assert.Equal(["https", "backup.example"], words[1..]);
        }
    }

    [Theory]
    [InlineData("proxy.example")]
    [InlineData("10.0.0.0/33")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    [InlineData("10.0.0.0/x")]
    public void WrongSetting_IsNamed(string setting) => Assert.Contains($"'{setting}'", Assert.Throws<FormatException>(() => TrustedProxies.Parse("127.0.0.1," + setting)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.7")]
    [InlineData("", "127.0.0.1")]
    public async Task SessionAndDevice_BearTheClientsAddress(string trusted, string expected)
    {
        await using var server = await TestServer.StartAsync(null, null, "--Comet:TrustedProxies", trusted);
        var added = await server.Get<AddUser>().RunAsync(new Actor(ActorKind.Administrator, "admin"), new NewUser("mary", "correct horse"), Ct);
        Assert.True(added.Ok, added.Why);

        server.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        var html = await server.Client.GetStringAsync("/sign-in", Ct);
        var token = System.Text.RegularExpressions.Regex.Match(html, "__RequestVerificationToken\" value=\"([^\"]+)").Groups[1].Value;
        using var entered = await server.Client.PostAsync("/sign-in", new FormUrlEncodedContent([new("_handler", "sign-in"), new("__RequestVerificationToken", token), new("Given.Username", "admin"), new("Given.Password", "admin")]), Ct);
        Assert.Equal(expected, Assert.Single(server.Get<SessionStore>().All).Owner.Address);

        await using var device = await AgentClient.ConnectAsync(server, ("X-Forwarded-For", "203.0.113.7"));
        Assert.IsType<Wire.Welcome>(await device.TryAsync("mary", "correct horse"));
        Assert.Equal(expected, Assert.Single(server.Get<ILiveConnections>().All).Address);
    }
}
