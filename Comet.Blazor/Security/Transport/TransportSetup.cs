using Comet.Blazor.Data;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Security.Transport;

/// <summary>Composition of what stands between the network and the endpoints.</summary>
public static class TransportSetup
{
    /// <summary>Registers the certificate and makes the server's listeners use it.</summary>
    public static IServiceCollection AddTransport(this IServiceCollection services)
    {
        services.AddSingleton<HttpsCertificate>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<HttpsCertificate>());
        services.AddHostedService<CertificateWatch>();
        services.RemoveAll<IMultiplexedConnectionListenerFactory>(); // no QUIC, where the system has it: it can't take another certificate while it runs
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(static sp => new ConfigureOptions<KestrelServerOptions>(kestrel => Listen(kestrel, sp.GetRequiredService<HttpsCertificate>())));
        return services;
    }

    /// <summary>What every listener of this server has in common.</summary>
    public static void Listen(KestrelServerOptions kestrel, HttpsCertificate certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.ConfigureHttpsDefaults(certificate.Serve);
    }
}
