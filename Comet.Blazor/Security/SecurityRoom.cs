namespace Comet.Blazor.Security;

/// <summary>Composition of sign-in, sessions and administrators.</summary>
public static class SecurityRoom
{
    /// <summary>Registers its services.</summary>
    public static IServiceCollection AddSecurity(this IServiceCollection services) => services;

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapSecurity(this IEndpointRouteBuilder routes) => routes;
}
