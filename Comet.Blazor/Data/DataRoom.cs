namespace Comet.Blazor.Data;

/// <summary>Registration of this room: the data folder, the settings file, and the files that several rooms share.</summary>
public static class DataRoom
{
    /// <summary>
    /// Adds <see cref="DataFolder"/>, <see cref="SettingsFile"/> (opened when first asked for), <see cref="ServerStore"/> and <see cref="UsersStore"/>, which are
    /// opened before the stores that are registered after it.
    /// </summary>
    public static IServiceCollection AddData(this IServiceCollection services, DataFolder folder)
    {
        services.AddSingleton(folder);
        services.AddSingleton(_ => SettingsFile.Open(folder.Settings));
        services.AddSingleton<ServerStore>();
        services.AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<ServerStore>());
        services.AddSingleton<UsersStore>();
        services.AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<UsersStore>());
        return services;
    }
}
