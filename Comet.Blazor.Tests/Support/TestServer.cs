using Comet.Blazor.App;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Tests.Support;

/// <summary>The real server on a real port with a data folder of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, TempFolder folder)
    {
        _app = app;
        Folder = folder;
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";
        Client = new HttpClient { BaseAddress = new Uri(Address) };
    }

    public TempFolder Folder { get; }

    /// <summary>Base address with trailing slash.</summary>
    public string Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TestServer> StartAsync(TempFolder? folder = null, Action<WebApplicationBuilder>? configure = null, params string[] args)
    {
        folder ??= new TempFolder();
        var app = await ServerHost.CreateAsync(["--Urls", "http://127.0.0.1:0", "--Comet:DataDirectory", folder.Path, .. args], configure);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new TestServer(app, folder);
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Stops the server and keeps the folder, for a restart on it.</summary>
    public async Task StopAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Folder.Dispose();
    }
}
