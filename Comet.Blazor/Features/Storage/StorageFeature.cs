namespace Comet.Blazor.Features.Storage;

/// <summary>Composition of the storage feature.</summary>
public static class StorageFeature
{
    /// <summary>Registers its services and menu entries.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services) => services;

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapStorage(this IEndpointRouteBuilder routes) => routes;
}
