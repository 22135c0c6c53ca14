using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Parts;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Users.Addresses;
using Comet.Blazor.Features.Accounts.Users.Bulk;
using Comet.Blazor.Features.Accounts.Users.Csv;
using Comet.Blazor.Features.Accounts.Users.Deletion;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Kernel;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Users;

/// <summary>Composition of what concerns users as a whole: adding, deleting, many at once.</summary>
public static class UsersRoom
{
    /// <summary>Registers the services.</summary>
    public static void AddUsersRoom(this IServiceCollection services)
    {
        services.AddSingleton<UserGroupStore>().AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<UserGroupStore>());
        services.AddSingleton<SaveUserGroup>().AddSingleton<DeleteUserGroup>().AddSingleton<MoveToGroup>().AddSingleton<SetGroupUsers>();
        services.AddSingleton<BulkRun>().AddSingleton<SetEmailReports>().AddSingleton<AssignPolicy>();
        services.AddSingleton<ReplaceAddresses>().AddSingleton<CheckCsvUsers>().AddSingleton<AddCsvUsers>();
        services.AddScoped<UserList>().AddScoped<UsersByHand>();
        services.AddSingleton<DeletionNotes>().AddSingleton<DeleteUser>().AddSingleton<AddUserFromProfile>();
        services.AddSingleton(new UserAction("delete", "Delete user…", 900)
        {
            Dialog = typeof(DeleteUserDialog),
            Icon = Icons.Material.Rounded.Delete,
            Dangerous = true,
            DisabledBecause = UserAction.Needs(Right.AccountsManage),
        });
    }

    /// <summary>Finishes interrupted deletions at the start. To be registered after the jobs, whose store must be open by then.</summary>
    public static IServiceCollection AddDeletionsAtStart(this IServiceCollection services) =>
        services.AddSingleton<IOpenAtStart>(static sp => sp.GetRequiredService<DeletionNotes>());
}
