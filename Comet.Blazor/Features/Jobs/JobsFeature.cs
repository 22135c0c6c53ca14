namespace Comet.Blazor.Features.Jobs;

/// <summary>Composition of the jobs feature.</summary>
public static class JobsFeature
{
    /// <summary>Registers its services and menu entries.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services) => services;

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder routes) => routes;
}
