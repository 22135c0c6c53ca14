using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Administrators.Pages;
using Comet.Blazor.Security.Settings.Raw;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Settings;
using MudBlazor;

namespace Comet.Blazor.Security.Settings;

/// <summary>Composition of the settings that are about signing in, and of Advanced Options.</summary>
public static class SettingsParts
{
    /// <summary>Registers services, sections and the menu's entry.</summary>
    public static IServiceCollection AddSettingsPages(this IServiceCollection services)
    {
        services.AddSingleton<AdministratorCommands>().AddSingleton<AdministratorList>();
        services.AddSingleton<AddAdministrator>().AddSingleton<DeleteAdministrator>().AddSingleton<ResetAdministrator>().AddSingleton<ChangeAdministrator>();
        services.AddScoped<AdministratorsByHand>();
        services.AddSingleton<AllSessions>().AddSingleton<SaveSessionTime>().AddSingleton<SaveLoginProtection>();
        services.AddSingleton<ObscuredSecrets>().AddSingleton<RawSettings>();
        services.AddSingleton<AdvancedChoices>().AddScoped<AdvancedOptions>().AddScoped<IAdvancedOptions>(static sp => sp.GetRequiredService<AdvancedOptions>());

        services.AddSingleton(new MenuEntry(MenuGroup.Server, 70, "Settings", SettingsSection.Root, Icons.Material.Rounded.Settings) { Needs = Right.AdministratorsManage });
        services.AddSingleton(new SettingsSection(10, "Admin accounts", AdministratorRoutes.All, Right.AdministratorsManage));
        services.AddSingleton(new SettingsSection(20, "Sessions", SettingsSection.Root + "/sessions", Right.SettingsEdit));
        services.AddSingleton(new SettingsSection(30, "Login protection", SettingsSection.Root + "/login-protection", Right.SettingsEdit));
        return services;
    }
}
