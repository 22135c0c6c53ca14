using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Parts;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;

namespace Comet.Blazor.Features.Jobs;

/// <summary>Composition of the jobs feature.</summary>
public static class JobsFeature
{
    /// <summary>Registers its services and menu entries.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.TryAddSingleton<JobStore>();
        services.AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<JobStore>());
        services.TryAddSingleton<LiveJobs>();
        services.TryAddSingleton<JobEnds>();
        services.TryAddSingleton<IJobIntake, JobIntake>();
        services.TryAddSingleton<PendingJobs>();
        services.TryAddSingleton<IPendingJobs>(static sp => sp.GetRequiredService<PendingJobs>());
        services.TryAddSingleton<IAccountHistory, AccountHistory>();
        services.TryAddSingleton<JobHistory>();
        services.TryAddSingleton<JobDetails>();
        services.TryAddSingleton<IBackupDays, BackupDays>();
        services.AddSingleton<IEndedJobs, EndedJobs>();
        services.AddSingleton<JobFields>().AddSingleton<JobSearch>().AddSingleton<IJobSearch>(static sp => sp.GetRequiredService<JobSearch>());
        services.TryAddSingleton<CancelRunningJob>();
        services.AddHostedService<JobWatch>();
        services.AddScoped<CancelByHand>(); // one per browser tab, as the dialogs it shows
        services.AddSingleton(new UserTab("jobs", "Job history", 70, typeof(AccountJobs)) { Needs = Right.JobsView });
        services.AddSingleton(new AuditLink(AuditTargetKind.Job, static t => JobRoutes.Job(t.Id)));
        services.AddSingleton(new MenuEntry(MenuGroup.Accounts, 20, "Job History", JobRoutes.History, Icons.Material.Rounded.WorkHistory) { Needs = Right.JobsView });
        return services;
    }

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapJobApi();
        return routes;
    }
}
