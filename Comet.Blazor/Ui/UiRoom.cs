namespace Comet.Blazor.Ui;

/// <summary>Composition of the shared components.</summary>
public static class UiRoom
{
    /// <summary>Registers their services.</summary>
    public static IServiceCollection AddUi(this IServiceCollection services)
    {
        services.AddScoped<Time.BrowserClock>(); // one zone per browser tab
        services.AddScoped<Tables.TableMemory>();
        return services;
    }
}
