using Comet.Blazor.Api.Account;

namespace Comet.Blazor.Api;

/// <summary>Composition of the HTTP API's own parts; the calls are mapped by the rooms that they are about.</summary>
public static class ApiRoom
{
    /// <summary>Registers its services.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services) => services.AddSingleton<LargeRequests>().AddSingleton<ApiCredentials>().AddSingleton<SecondFactor>();

    /// <summary>Maps the calls that are about no feature: sessions, the caller's own account, administrators.</summary>
    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder routes)
    {
        routes.MapSessionApi();
        routes.MapOwnAccountApi();
        routes.MapAdminUserApi();
        routes.MapKeyApi();
        return routes;
    }
}
