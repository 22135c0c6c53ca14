using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Own;

/// <summary>Reads a customer's own profile, without what proves the password and the second factor: its owner has no use for those.</summary>
/// <param name="accounts">The accounts.</param>
public sealed class ReadOwnProfile(AccountStore accounts)
{
    /// <summary>The refusal for a caller who is no customer, or whose account is gone.</summary>
    public static Outcome NotYours => Outcome.Denied("Only the account itself may do that.");

    /// <summary>The profile of the caller's account. Refused as <see cref="Refusal.Denied"/> for anybody else.</summary>
    public async Task<Outcome<ProfileView>> RunAsync(Actor by, CancellationToken ct)
    {
        if (by is not { Kind: ActorKind.Customer, Account: { } id } || await accounts.ReadAsync(id, ct) is not { } document)
        {
            return NotYours;
        }

        var hash = AccountEntry.From(id, ProfileJson.Save(document.Root)).Hash;
        document.Root["PasswordHash"] = "";
        document.Root["TOTPKey"] = "";
        document.Root.Remove("PasswordRecovery");
        return new ProfileView(document, hash);
    }
}
