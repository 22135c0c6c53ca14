using System.Text.Json.Nodes;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Security;
using Comet.Blazor.Tests.Accounts;
using Comet.Blazor.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Tests.Api;

/// <summary>The real server with small neighbours for the rooms that these tests do not ask about.</summary>
public sealed class ApiUnderTest : IAsyncDisposable
{
    private ApiUnderTest(TestServer server) => Server = server;

    public TestServer Server { get; }

    public HttpClient Client => Server.Client;

    public TestLinks Links => (TestLinks)Server.Get<ILiveConnections>();

    public TestTemplates Templates => (TestTemplates)Server.Get<IStorageTemplates>();

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ApiUnderTest> StartAsync(Action<WebApplicationBuilder>? configure = null) => new(await TestServer.StartAsync(configure: builder =>
    {
        builder.Services.AddSingleton<IAdministrators, TestAdministrators>();
        builder.Services.AddSingleton<ILiveConnections, TestLinks>();
        builder.Services.AddSingleton<IStorageTemplates, TestTemplates>();
        configure?.Invoke(builder);
    }));

    /// <summary>Calls as admin and answers the JSON; HTTP must be 200.</summary>
    public async Task<JsonNode> CallAsync(string path, params (string Name, string Value)[] fields)
    {
        using var response = await SendAsync(path, [("Username", "admin"), ("AuthType", "Password"), ("Password", "admin"), .. fields]);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }

    /// <summary>Calls as admin and answers the envelope's numbers.</summary>
    public async Task<(int Status, string Message)> EnvelopeAsync(string path, params (string Name, string Value)[] fields) => Envelope(await CallAsync(path, fields));

    public Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] fields) =>
        Client.PostAsync("api/v1/" + path, new FormUrlEncodedContent(fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))), Ct);

    public static (int Status, string Message) Envelope(JsonNode answer) => ((int)answer["Status"]!, (string)answer["Message"]!);

    public async Task AddUserAsync(string name)
    {
        var (status, message) = await EnvelopeAsync("admin/add-user", ("TargetUser", name), ("TargetPassword", "correct horse"));
        Assert.Equal((200, "OK"), (status, message));
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
