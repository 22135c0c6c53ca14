using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Storage;

/// <summary>One server with an own listener for the Storage Role, shared by the tests of a class; each test makes its own bucket.</summary>
public sealed class StorageServer : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync(null, null, "--Comet:StorageUrls", "http://127.0.0.1:0");

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
