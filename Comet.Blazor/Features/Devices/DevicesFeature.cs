namespace Comet.Blazor.Features.Devices;

/// <summary>Composition of the devices feature.</summary>
public static class DevicesFeature
{
    /// <summary>Registers its services and menu entries.</summary>
    public static IServiceCollection AddDevices(this IServiceCollection services) => services;

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapDevices(this IEndpointRouteBuilder routes) => routes;
}
