namespace Comet.Blazor.Features.Accounts;

/// <summary>Composition of the accounts feature.</summary>
public static class AccountsFeature
{
    /// <summary>Registers its services and menu entries.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services) => services;

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder routes) => routes;
}
