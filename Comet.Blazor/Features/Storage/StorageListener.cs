using System.Net.Sockets;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Features.Storage;

/// <summary>
/// The Storage Role's own listener (decisions.md 18): a second Kestrel in the process, because a Kestrel has one memory pool for all its
/// listeners and uploads want blocks that would be wasted on idle browser tabs. Starts nothing when Comet:StorageUrls is empty.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="configuration">For certificates: Kestrel:Certificates counts here too.</param>
/// <param name="endpoints">Answers the requests.</param>
/// <param name="certificate">The certificate of https addresses.</param>
/// <param name="loggers">The server's log.</param>
public sealed class StorageListener(IOptions<CometOptions> options, IConfiguration configuration, StorageEndpoints endpoints, HttpsCertificate certificate, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    // Uploads and downloads block in disk calls, above all in fsync. With the default of one thread per processor they would
    // wait for each other, and pages for them.
    private const int DiskThreads = 32;

    private WebApplication? _host;

    /// <summary>The addresses it listens on; empty without own listener.</summary>
    public IReadOnlyCollection<string> Addresses { get; private set; } = [];

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, DiskThreads), completions);
        var urls = options.Value.StorageUrls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0)
        {
            return;
        }

        _host = Build(urls);
        try
        {
            await _host.StartAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is IOException or SocketException)
        {
            loggers.CreateLogger<StorageListener>().LogDebug(ex, "The storage listener could not start.");
            throw new IOException($"The Storage Role can't listen on {string.Join(" and ", urls)}: {Why(ex)} Correct Comet:StorageUrls, or leave it empty to share the server's port.");
        }

        Addresses = [.. _host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        loggers.CreateLogger<StorageListener>().LogInformation("The Storage Role listens on {Addresses}.", string.Join(" and ", Addresses));
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => _host?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string Why(Exception ex) => ex switch
    {
        { InnerException: AddressInUseException } or AddressInUseException => "the address is in use by another program.",
        { InnerException: SocketException socket } => socket.Message + ".",
        _ => ex.Message,
    };

    private WebApplication Build(string[] urls)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().UseUrls(urls).ConfigureKestrel(kestrel =>
        {
            TransportSetup.Listen(kestrel, certificate);
            kestrel.Limits.MaxRequestBodySize = StorageEndpoints.MaxObjectBytes;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
            kestrel.Configure(Certificates());
        });
        builder.Services.AddSingleton(loggers).AddSingleton(certificate);

        // After UseKestrelCore, which would put its own factory back.
        builder.Services.RemoveAll<IMemoryPoolFactory<byte>>();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, ReceiveBlockFactory>();

        var host = builder.Build();
        host.UseClientAddress(options.Value).UsePageHeaders();
        host.Run(endpoints.HandleAsync);
        return host;
    }

    // Not the whole section: its Endpoints are the main listener's.
    private IConfigurationRoot Certificates() => new ConfigurationBuilder()
        .AddInMemoryCollection(configuration.GetSection("Kestrel").AsEnumerable(makePathsRelative: true).Where(p => p.Key.StartsWith("Certificates", StringComparison.OrdinalIgnoreCase)))
        .Build();
}
