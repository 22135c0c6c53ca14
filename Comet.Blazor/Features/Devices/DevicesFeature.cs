using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Devices.Parts;
using Comet.Blazor.Kernel;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;

namespace Comet.Blazor.Features.Devices;

/// <summary>Composition of the devices feature.</summary>
public static class DevicesFeature
{
    /// <summary>Registers its services and menu entries.</summary>
    public static IServiceCollection AddDevices(this IServiceCollection services)
    {
        // Singletons throughout: links belong to the process, commands hold no state of a caller.
        services.TryAddSingleton<LinkLimits>();
        services.AddSingleton<LiveLinks>().AddSingleton<ILiveConnections>(static sp => sp.GetRequiredService<LiveLinks>());
        services.AddSingleton<SignInGate>().AddSingleton<SignIn>().AddSingleton<Conversation>().AddSingleton<AgentServices>();
        services.AddSingleton<IDeviceDispatcher, DeviceDispatcher>().AddSingleton<IRunBackup, RunBackupNow>().AddSingleton<DropConnection>().AddSingleton<ITerminateConnection, TerminateConnection>().AddSingleton<RefusedDevices>();
        services.AddSingleton<DeviceAccess>().AddSingleton<IDeviceQuestions, DeviceQuestions>().AddSingleton<IVaultWork, VaultWorkNow>().AddSingleton<RefreshProfile>().AddSingleton<RunRuleNow>();
        services.AddSingleton<DevicePasswords>().AddSingleton<IDevicePasswords>(static sp => sp.GetRequiredService<DevicePasswords>()).AddSingleton<UpdateLoginPassword>().AddSingleton<IUninstallDevices, UninstallDevices>();
        services.AddSingleton<DeviceErrands>().AddSingleton<IDeviceMenu, DeviceMenu>();
        services.AddSingleton<ConnectedDevices>().AddSingleton(new MenuEntry(MenuGroup.Accounts, 40, "Connected Devices", DeviceRoutes.Connected, Icons.Material.Rounded.Devices) { Needs = Right.AccountsView });
        services.AddHostedService<LinkWatch>().AddHostedService<ProfileNews>();
        return services;
    }

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapDevices(this IEndpointRouteBuilder routes)
    {
        routes.MapAgentEndpoint();
        routes.MapDeviceApi();
        routes.MapDeviceQuestionApi();
        return routes;
    }
}
