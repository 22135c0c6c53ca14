using Comet.Blazor.Features.Accounts.Own;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>Whose Protected Items a caller may work on: an administrator with the right for any user of the own organization, a customer for the own account.</summary>
internal static class ItemTarget
{
    /// <summary>The account. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    /// <param name="accounts">The accounts.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The account's name; of a customer only the own one counts.</param>
    /// <param name="right">What an administrator needs.</param>
    public static Outcome<AccountEntry> Find(AccountStore accounts, Actor by, string username, Right right)
    {
        if (by is { Kind: ActorKind.Customer, Account: { } id })
        {
            return accounts.Entry(id) is { } own && own.Ref.Username == username ? own : ReadOwnProfile.NotYours;
        }

        return by.Needs(right) is { Ok: false } denied ? denied
            : accounts.EntryByName(by, username) is { } entry ? entry
            : ReadProfile.Unknown(username);
    }
}
