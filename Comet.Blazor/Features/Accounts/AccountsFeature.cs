using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Emails;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Items.Copying;
using Comet.Blazor.Features.Accounts.Items.Editor;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Own;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Accounts.Parts;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Audit;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Composition of the accounts feature.</summary>
public static class AccountsFeature
{
    /// <summary>Registers its services and menu entries.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        // Singletons throughout: they hold no state of a caller.
        services.AddSingleton<AccountSecrets>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<AccountSecrets>());
        services.AddSingleton<ProfileSecrets>();
        services.AddSingleton<AccountStore>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<AccountStore>());
        services.AddSingleton<IAccountDirectory>(static sp => sp.GetRequiredService<AccountStore>());
        services.AddSingleton<IAccountFigures>(static sp => sp.GetRequiredService<AccountStore>());
        services.AddSingleton<AccountDevices>().AddSingleton<IAccountDevices>(static sp => sp.GetRequiredService<AccountDevices>()).AddSingleton<WaitingDevices>().AddHostedService<NewDeviceVaults>().AddHostedService<SuspendedOrganizations>();
        services.AddSingleton<IVaultReports, RecordVaultReport>();
        services.AddSingleton<IAccountEmails, ProfileEmails>();
        services.AddSingleton<IItemStatistics, ItemStatistics>();
        services.AddSingleton<CustomerCredentials>().AddSingleton<ICustomerCredentials>(static sp => sp.GetRequiredService<CustomerCredentials>());
        services.AddSingleton<ProfileAudit>().AddSingleton<ChangeUser>();
        services.AddSingleton<IPolicyFollowers, PolicyFollowers>().AddSingleton<PolicyDesk>();
        services.AddSingleton(new PasswordCost()).AddSingleton<AddUser>().AddSingleton<ReadProfile>().AddSingleton<SaveProfile>().AddSingleton<RevokeDevice>().AddSingleton<ResetUserPassword>();
        services.AddSingleton<SuspendUser>().AddSingleton<TransferUser>().AddSingleton<DisableUserTotp>().AddSingleton<ProfileDesk>().AddSingleton<RenameUser>().AddSingleton<RenameDevice>();
        services.AddSingleton<AccountLists>().AddSingleton<RunItemNow>().AddScoped<RemoveByHand>();
        services.AddSingleton<OwnOverview>().AddSingleton<ReadOwnProfile>().AddSingleton<SaveOwnProfile>().AddSingleton<RequestOwnVault>();
        services.AddSingleton<OwnCustomerTotp>().AddSingleton<ChangeCustomerPassword>();
        services.AddSingleton(new MenuEntry(MenuGroup.Accounts, 10, "Users", AccountRoutes.Users, Icons.Material.Rounded.Group) { Needs = Right.AccountsView });
        services.AddSingleton(new UserTab("profile", "Profile", 10, typeof(UserProfile)));
        services.AddSingleton<NewUserChoices>();
        services.AddSingleton(new UserTab("policy", "Policy", 60, typeof(UserPolicyTab)));
        services.AddSingleton(new PolicyPart(PolicyPlace.Vaults, "Storage Vault of a new device", typeof(PolicyVaultPart)));
        services.AddSingleton(new PolicyPart(PolicyPlace.Items, "Protected Items of new devices, default backup rules", typeof(PolicyItemsPart)));
        services.AddSingleton(new UserTab("devices", "Devices", 30, typeof(UserDevices)));
        services.AddSingleton(new UserTab("items", "Protected Items", 40, typeof(UserItems)));
        services.AddSingleton(new UserTab("vaults", "Storage Vaults", 50, typeof(UserVaults)));
        services.AddUserActions();
        services.AddUsersRoom();
        services.AddSingleton(new AuditLink(AuditTargetKind.User, static t => AccountRoutes.User(t.User)));
        services.AddSingleton(new AuditLink(AuditTargetKind.Device, static t => AccountRoutes.User(t.User, "devices")));
        services.AddSingleton(new AuditLink(AuditTargetKind.ProtectedItem, static t => AccountRoutes.Item(t.User, t.Id)));
        services.AddSingleton(new AuditLink(AuditTargetKind.StorageVault, static t => AccountRoutes.User(t.User, "vaults")));
        services.AddSingleton<SaveProtectedItem>().AddSingleton<ReadProtectedItem>().AddScoped<ItemDesk>().AddSingleton<ItemLook>().AddSingleton<ItemClipboard>().AddSingleton<CopyProtectedItem>().AddSingleton<PasteProtectedItem>().AddScoped<CopyByHand>().AddSingleton<DeleteProtectedItem>().AddSingleton<RequestVault>();
        services.AddSingleton<IAutoVaults, AutoVaults>();
        services.AddSingleton<SaveVault>().AddSingleton<DeleteVault>();
        services.AddSingleton<ReadVault>().AddSingleton<TryVault>().AddSingleton<AnalysisAge>().AddSingleton<ReadAnalysis>().AddScoped<VaultByHand>();
        return services;
    }

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapAccountApi();
        routes.MapUsersApi();
        routes.MapCustomerApi();
        routes.MapItemApi();
        return routes;
    }
}
