namespace Comet.Blazor.Features.Server;

/// <summary>Composition of what concerns the server as a whole.</summary>
public static class ServerFeature
{
    /// <summary>Registers its services.</summary>
    public static IServiceCollection AddServer(this IServiceCollection services) => services.AddSingleton<InstanceIdentity>();

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapServer(this IEndpointRouteBuilder routes)
    {
        // Made now, so that the first caller learns the time of the start and not of its own call.
        _ = routes.ServiceProvider.GetRequiredService<InstanceIdentity>();
        routes.MapMetaApi();
        routes.MapBranding();
        return routes;
    }
}
