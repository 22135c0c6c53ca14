using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>
/// The accounts that are a caller's business (spec/04 §17): all for the top level, those of the own organization for a tenant. An account of
/// somebody else is not found, as if it did not exist.
/// </summary>
public static class AccountAccess
{
    /// <summary>The account with this id; null when there is none, or none for this caller.</summary>
    public static AccountRef? Find(this IAccountDirectory accounts, Actor by, AccountId id) => accounts.Find(id) is { } found && by.Sees(found.OrganizationId) ? found : null;

    /// <summary>The account with this name; null when there is none, or none for this caller.</summary>
    public static AccountRef? FindByName(this IAccountDirectory accounts, Actor by, string username) =>
        accounts.FindByName(username) is { } found && by.Sees(found.OrganizationId) ? found : null;

    /// <summary>True when things of this account are the caller's business. Those of an account that is gone are the top level's.</summary>
    public static bool Sees(this IAccountDirectory accounts, Actor by, AccountId id) => by.IsTopLevel || accounts.Find(by, id) is not null;
}
