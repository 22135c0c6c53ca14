using Comet.Blazor.Data;
using Comet.Blazor.Data.Disk;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Secrets;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Security.Passwords;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.Settings;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Security.Totp;
using Comet.Blazor.Security.WebAuthn;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Security;

/// <summary>Composition of sign-in, sessions and administrators.</summary>
public static class SecurityRoom
{
    /// <summary>Ends outdated sessions at start. Registered after all stores: customers' sessions depend on their accounts.</summary>
    public static IServiceCollection AddSessionsAtStart(this IServiceCollection services) => services.AddSingleton<IOpenAtStart, SessionsAtStart>();

    /// <summary>Registers its services.</summary>
    public static IServiceCollection AddSecurity(this IServiceCollection services)
    {
        services.AddTransport();
        services.AddSingleton<IOpenAtStart, ProxyNotice>();
        services.AddSingleton<SecretBox>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<SecretBox>());
        services.AddAudit(); // first: the others record
        services.AddSingleton<IOpenAtStart, U2fMigration>(); // before the administrators, who look whether somebody has a second factor
        services.AddSingleton<AdministratorStore>().AddSingleton<IAdministrators>(static sp => sp.GetRequiredService<AdministratorStore>());
        services.AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<AdministratorStore>());
        services.AddSingleton<VerifiedPasswords>().AddSingleton<AddressGate>();
        services.AddSingleton<OrganizationList>();
        services.AddSingleton<LoginGuard>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<LoginGuard>());
        services.AddSingleton<SessionTimes>().AddSingleton<SessionStore>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<SessionStore>());
        services.AddSingleton<ISessionStamps, SessionStamps>();
        services.AddSingleton<UserViews>();
        services.AddHostedService<SessionSweep>();
        services.AddSingleton<ChangeOwnPassword>().AddSingleton<ChangeOwnSignIn>().AddSingleton<OwnTotp>().AddSingleton<OwnFactors>().AddSingleton<OwnAddresses>().AddSingleton<OwnSessions>();
        services.AddSingleton<TotpCodes>().AddSingleton<LockedAttempts>().AddSingleton<SignInRecord>().AddSingleton<Entrance>().AddSingleton<CustomerEntrance>().AddSingleton<HybridEntrance>();
        services.AddSettingsPages();
        services.AddSingleton<PendingSignIns>().AddSingleton<SignInDoor>().AddSingleton<FirstAdministrator>();
        services.AddSingleton<KeyChallenges>().AddSingleton<KeyUses>().AddSingleton<KeyCeremony>().AddSingleton<OwnKeys>().AddScoped<MySecurityKeys>();
        services.AddSingleton<Ui.Tables.ITablePreferences, TablePreferences>();
        services.AddScoped<Viewer>().AddScoped<IViewer>(static sp => sp.GetRequiredService<Viewer>()); // one per browser tab

        services.AddSingleton<SessionCookie>();
        services.AddSingleton<IConfigureOptions<CookieAuthenticationOptions>>(static sp => sp.GetRequiredService<SessionCookie>());
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery();
        services.AddSingleton<IConfigureOptions<AntiforgeryOptions>>(static sp => new ConfigureOptions<AntiforgeryOptions>(o =>
        {
            o.Cookie.Name = sp.GetRequiredService<SessionCookie>().FormName;
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Strict;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.SuppressXFrameOptionsHeader = true; // the content policy says it, and says more
        }));

        // Cookies outlive the process only when the keys do (decisions.md 24).
        services.AddDataProtection().SetApplicationName("Comet.Blazor");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(static sp => new ConfigureOptions<KeyManagementOptions>(o =>
        {
            var web = new DirectoryInfo(Path.Combine(sp.GetRequiredService<DataFolder>().Keys, "web"));
            PrivateFolder.Make(web.FullName);
            o.XmlRepository = new FileSystemXmlRepository(web, sp.GetRequiredService<ILoggerFactory>());
        }));
        return services;
    }

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapSecurity(this IEndpointRouteBuilder routes)
    {
        routes.MapSessions();
        routes.MapSecurityKeys();
        return routes;
    }
}
