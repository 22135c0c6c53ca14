using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Mail.Bulletins;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Features.Mail.Pages;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Features.Mail.Smtp;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Ui.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;

namespace Comet.Blazor.Features.Mail;

/// <summary>Composition of the mail feature.</summary>
public static class MailFeature
{
    /// <summary>Address of the settings page.</summary>
    public const string SettingsHref = SettingsSection.Root + "/email";

    /// <summary>Address of the queue's page.</summary>
    public const string QueueHref = "/server/mail";

    /// <summary>Address of the page of bulletins.</summary>
    public const string BulletinHref = "/users-bulletin";

    /// <summary>Registers its services, its settings section and its menu entry.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddSingleton<MailSettings>();
        services.AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<MailSettings>());
        services.AddSingleton<BatchTallies>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<BatchTallies>());
        services.AddSingleton<MailQueue>();
        services.AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<MailQueue>());
        services.AddSingleton<IOutbox>(static sp => sp.GetRequiredService<MailQueue>());
        services.TryAddSingleton(SmtpLimits.Patient);
        services.AddHostedService<MailDelivery>();
        services.AddSingleton<ReportMemory>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<ReportMemory>());
        services.AddSingleton<SendBulletin>();
        services.AddSingleton(new UsersPageAction("Send bulletin", BulletinHref, 10, Icons.Material.Rounded.Campaign) { Needs = Right.AccountsManage });
        services.AddSingleton(new UserTab("emails", "Email reporting", 20, typeof(UserEmails)));
        services.AddSingleton(new UserAction("preview-report", "Preview email report…", 50)
        {
            Address = static username => AccountRoutes.User(username, "emails") + "?preview=report",
            Icon = Icons.Material.Rounded.MarkEmailRead,
            DisabledBecause = UserAction.Needs(Right.AccountsManage, Right.JobsView),
        });
        services.AddSingleton(new PolicyPart(PolicyPlace.Reports, "Default email reports: users without reports of their own get these", typeof(PolicyReports)));
        services.AddSingleton<ReportMaker>().AddSingleton<PreviewReport>().AddSingleton<IEmailRules, EmailRules>();
        services.AddHostedService<ReportSender>();
        services.AddSingleton<SaveMailSettings>().AddSingleton<SendTestMail>().AddSingleton<QueueCommands>();
        services.AddSingleton(new AuditLink(AuditTargetKind.Message, static _ => QueueHref));
        services.AddSingleton(new SettingsSection(40, "Email", SettingsHref, Right.MailSettingsEdit));
        services.AddSingleton(new MenuEntry(MenuGroup.Server, 75, "Mail queue", QueueHref, Icons.Material.Rounded.Mail) { Needs = Right.MailSettingsEdit });
        return services;
    }
}
