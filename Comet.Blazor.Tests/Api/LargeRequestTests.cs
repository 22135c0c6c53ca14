using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Api;

/// <summary>Strangers who send much: they take a bounded part of the memory, and keep nobody's small requests waiting.</summary>
public sealed class LargeRequestTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Password")]
    [InlineData("Username")]
    [InlineData("SessionKey")]
    public async Task CredentialThatCantBeOne_IsRefusedBeforeItIsLookedAt(string name)
    {
        await using var server = await TestServer.StartAsync();
        var fields = new Dictionary<string, string> { ["Username"] = "admin", ["AuthType"] = name == "SessionKey" ? name : "Password", ["Password"] = "admin" };
        fields[name] = new string('a', 3_000_000);

        var answer = await CallAsync(server, fields);

        Assert.Equal(400, (int)answer["Status"]!);
        Assert.Contains(name, (string)answer["Message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LargeRequests_AreReadAFewAtATime_AndSmallOnesNeverWait()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        var small = new Dictionary<string, string> { ["Username"] = "admin", ["AuthType"] = "Password", ["Password"] = "admin" };
        var large = new Dictionary<string, string>(small) { ["Rest"] = new string('a', (int)LargeRequests.LargeFrom) };
        List<TcpClient> stuck = [];
        for (var i = 0; i < LargeRequests.AtOnce; i++)
        {
            stuck.Add(await BeginAsync(server));
        }

        var waiting = CallAsync(server, large);
        await Wait.UntilAsync(
            () =>
            {
                clock.Advance(LargeRequests.Patience);
                return waiting.IsCompleted;
            },
            "the large request is answered");
        Assert.Equal(429, (int)(await waiting)["Status"]!);
        Assert.NotNull((await CallAsync(server, small))["Version"]);

        stuck.ForEach(static s => s.Dispose());
        await Wait.UntilAsync(
            async () =>
            {
                var answer = CallAsync(server, large);
                await Wait.UntilAsync(
                    () =>
                    {
                        clock.Advance(TimeSpan.FromSeconds(1));
                        return answer.IsCompleted;
                    },
                    "an answer");
                return (await answer)["Version"] is not null;
            },
            "places are given back");
    }

    /// <summary>A large request whose end never comes.</summary>
    private static async Task<TcpClient> BeginAsync(TestServer server)
    {
        var address = new Uri(server.Address);
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Ct);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /api/v1/admin/meta/version HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {2 * LargeRequests.LargeFrom}\r\nExpect: 100-continue\r\n\r\n"), Ct);
        var answer = new byte[64];
        Assert.True(await client.GetStream().ReadAsync(answer, Ct) > 0); // "continue": the server reads, so it has a place
        return client;
    }

    private static async Task<JsonNode> CallAsync(TestServer server, Dictionary<string, string> fields)
    {
        using var response = await server.Client.PostAsync("api/v1/admin/meta/version", new FormUrlEncodedContent(fields), Ct);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }
}
