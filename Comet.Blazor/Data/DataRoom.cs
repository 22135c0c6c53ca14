namespace Comet.Blazor.Data;

/// <summary>Registration of this room: the data folder, the settings file and the server's own store.</summary>
public static class DataRoom
{
    /// <summary>
    /// Adds <see cref="DataFolder"/>, <see cref="SettingsFile"/> (opened when first asked for) and <see cref="ServerStore"/>, which is
    /// opened before the stores that are registered after it.
    /// </summary>
    public static IServiceCollection AddData(this IServiceCollection services, DataFolder folder)
    {
        services.AddSingleton(folder);
        services.AddSingleton(_ => SettingsFile.Open(folder.Settings));
        services.AddSingleton<ServerStore>();
        services.AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<ServerStore>());
        return services;
    }
}
