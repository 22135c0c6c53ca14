using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using MudBlazor;

namespace Comet.Blazor.Security.Audit;

/// <summary>Composition of the audit log.</summary>
public static class AuditParts
{
    /// <summary>Registers its services and its page; before everything that records at its own opening.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditLog>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<AuditLog>());
        services.AddSingleton<AuditReading>().AddSingleton<AuditCheck>();
        services.AddHostedService<AuditWarmUp>();
        services.AddSingleton(new MenuEntry(MenuGroup.Server, 80, "Audit log", AuditPage.Address, Icons.Material.Rounded.Policy) { Needs = Right.AuditView });
        return services;
    }
}
