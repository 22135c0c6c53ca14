using Comet.Blazor.Data;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using MudBlazor;

namespace Comet.Blazor.Features.Policies;

/// <summary>Composition of the policies feature.</summary>
public static class PoliciesFeature
{
    /// <summary>Registers its services and its menu entry.</summary>
    public static IServiceCollection AddPolicies(this IServiceCollection services)
    {
        services.AddSingleton<PolicyStore>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<PolicyStore>());
        services.AddSingleton<IPolicyDirectory>(static sp => sp.GetRequiredService<PolicyStore>());
        services.AddSingleton<PolicyPropagation>().AddHostedService(static sp => sp.GetRequiredService<PolicyPropagation>());
        services.AddSingleton<PolicyLists>().AddSingleton<CreatePolicy>().AddSingleton<CopyPolicy>().AddSingleton<ChangePolicy>().AddSingleton<PreviewPolicy>().AddSingleton<DeletePolicy>();
        services.AddSingleton(new MenuEntry(MenuGroup.Accounts, 60, "Policies", PolicyRoutes.Policies, Icons.Material.Rounded.Policy) { Needs = Right.AccountsView });
        services.AddSingleton(new AuditLink(AuditTargetKind.Policy, static t => PolicyRoutes.Policy(t.Id)));
        return services;
    }

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapPolicies(this IEndpointRouteBuilder routes)
    {
        routes.MapPolicyApi();
        return routes;
    }
}
