using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>A profile and the hash on which a change of it can be based.</summary>
/// <param name="Document">The document; belongs to the caller.</param>
/// <param name="Hash">The hash of this document.</param>
public sealed record ProfileView(AccountDocument Document, string Hash);

/// <summary>Reads one profile.</summary>
/// <param name="accounts">The accounts.</param>
public sealed class ReadProfile(AccountStore accounts)
{
    /// <summary>The profile of exactly this name. Refused as <see cref="Refusal.Missing"/> or <see cref="Refusal.Denied"/>.</summary>
    public async Task<Outcome<ProfileView>> RunAsync(Actor by, string username, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsView) is { Ok: false } denied)
        {
            return denied;
        }

        return accounts.EntryByName(by, username) is { } entry && await accounts.ReadAsync(entry.Id, ct) is { } document
            ? new ProfileView(document, AccountEntry.From(document.Id, ProfileJson.Save(document.Root)).Hash)
            : Unknown(username);
    }

    /// <summary>The refusal for a name that no account has.</summary>
    public static Outcome Unknown(string username) => Outcome.Missing($"There is no user named {username}.");

    /// <summary>The refusal for a device id that the account does not have, in the words that API clients look for.</summary>
    public static Outcome UnknownDevice => Outcome.Missing("ERR_UNKNOWN_DEVICE: the user has no such device.");
}
