using Comet.Blazor.Features.Accounts.Open;

namespace Comet.Blazor.Features.Accounts.Users;

/// <summary>Addresses of the pages for many users at once; beside those of single users, so that no name is in their way.</summary>
public static class UsersRoutes
{
    /// <summary>Create multiple accounts by CSV.</summary>
    public const string Import = AccountRoutes.Users + "-by-csv";

    /// <summary>Bulk replace addresses.</summary>
    public const string Replace = AccountRoutes.Users + "-addresses";
}
