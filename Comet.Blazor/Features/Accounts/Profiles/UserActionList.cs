using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Parts;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>The entries that this feature gives to the Actions menu of a user's page (spec/01 §2).</summary>
public static class UserActionList
{
    /// <summary>Registers them.</summary>
    public static void AddUserActions(this IServiceCollection services)
    {
        services.AddSingleton(static sp =>
        {
            var views = sp.GetRequiredService<UserViews>();
            return new UserAction("login-as", "Login as user…", 5)
            {
                Dialog = typeof(LoginAsUserDialog),
                Icon = Icons.Material.Rounded.SupervisorAccount,
                Advanced = true,
                DisabledBecause = (by, user) => views.MayEnter(by, user.Username) is { Ok: false } refused ? refused.Why : null,
            };
        });
        services.AddSingleton(new UserAction("reset-password", "Reset password…", 10)
        {
            Dialog = typeof(ResetUserPasswordDialog),
            Icon = Icons.Material.Rounded.Password,
            DisabledBecause = UserAction.Needs(Right.AccountsManage),
        });
        services.AddSingleton(new UserAction("suspend", "Suspend…", 20)
        {
            Dialog = typeof(SuspendUserDialog),
            Icon = Icons.Material.Rounded.Block,
            Visible = static (_, user) => !user.IsSuspended,
            DisabledBecause = UserAction.Needs(Right.AccountsManage),
        });
        services.AddSingleton(new UserAction("unsuspend", "Unsuspend…", 20)
        {
            Dialog = typeof(SuspendUserDialog),
            Icon = Icons.Material.Rounded.CheckCircle,
            Visible = static (_, user) => user.IsSuspended,
            DisabledBecause = static (by, user) => by.Needs(Right.AccountsManage) is { Ok: false } denied ? denied.Why : user.WithOrganization ? "The whole organization is suspended." : null,
        });
        services.AddSingleton(new UserAction("view-raw", "View raw profile…", 60)
        {
            Address = AccountRoutes.Raw,
            Icon = Icons.Material.Rounded.DataObject,
        });
        services.AddSingleton(new UserAction("edit-raw", "Edit raw profile…", 70)
        {
            Address = AccountRoutes.Raw,
            Icon = Icons.Material.Rounded.EditNote,
            Advanced = true,
            DisabledBecause = UserAction.Needs(Right.AccountsManage),
        });
        services.AddSingleton(new UserAction("rename", "Rename…", 30)
        {
            Dialog = typeof(RenameUserDialog),
            Icon = Icons.Material.Rounded.DriveFileRenameOutline,
            DisabledBecause = UserAction.Needs(Right.AccountsManage),
        });
        services.AddSingleton(new UserAction("transfer", "Transfer to another organization…", 40)
        {
            Dialog = typeof(TransferUserDialog),
            Icon = Icons.Material.Rounded.MoveUp,
            Visible = static (by, _) => by.IsTopLevel,
            DisabledBecause = static (by, _) => TransferUser.MayTransfer(by) is { Ok: false } denied ? denied.Why : null,
        });
    }
}
