using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Emails;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Own;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Accounts.Parts;
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
