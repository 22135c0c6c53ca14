using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.Totp;

namespace Comet.Blazor.Features.Accounts.Own;

/// <summary>A customer's own TOTP secret: made anew, and tried (spec/04 §4.1, §4.2).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="codes">Makes secrets, checks codes.</param>
/// <param name="sessions">The customer's other sessions end.</param>
/// <param name="guard">Bounds guessing of codes.</param>
/// <param name="audit">The record.</param>
public sealed class OwnCustomerTotp(AccountStore accounts, TotpCodes codes, SessionStore sessions, LoginGuard guard, AuditLog audit)
{
    /// <summary>
    /// Makes a new secret, which counts at once beside the password alone; codes of the one before are worthless from now on, and the customer's
    /// other sessions end. <see cref="Refusal.Conflict"/> when the profile has another hash.
    /// </summary>
    /// <param name="by">The customer.</param>
    /// <param name="requireHash">Hash of the profile that the caller has read.</param>
    /// <param name="session">Key of the session that stays.</param>
    /// <param name="ct">Cancels the wait, not the write.</param>
    /// <returns>The secret, and the profile's new hash.</returns>
    public async Task<Outcome<(NewTotp Totp, string Hash)>> RegenerateAsync(Actor by, string requireHash, string? session, CancellationToken ct)
    {
        if (by is not { Kind: ActorKind.Customer, Account: { } id })
        {
            return ReadOwnProfile.NotYours;
        }

        var secret = codes.NewSecret();
        var sealedText = codes.Seal(TotpOwner.Account(id), secret);
        var changed = await accounts.ChangeAsync(
            id,
            requireHash,
            document =>
            {
                document.Root["TOTPKey"] = sealedText;
                document.Root["TOTPKeyEncryptionFormat"] = (long)TotpCodes.SealedFormat;
                document.Root["AllowPasswordAndTOTPLogin"] = true;
                return Outcome.Done;
            },
            tellDevices: false,
            ct);
        await audit.RecordAsync(new AuditEvent(by, AuditActions.TotpRegenerated, AuditTarget.Account(by.Name)), changed.Plain);
        if (!changed.Ok)
        {
            return changed.Plain;
        }

        await sessions.EndOfAccountAsync(id, session, CancellationToken.None);
        return (NewTotp.For(secret, by.Name), changed.Value.Hash);
    }

    /// <summary>
    /// Tries one code, which is used up by it. <see cref="Refusal.Unauthenticated"/> for a wrong or used one, which counts as a failed sign-in;
    /// <see cref="Refusal.Conflict"/> without a secret, or when the profile has another hash.
    /// </summary>
    public async Task<Outcome> ValidateAsync(Actor by, string requireHash, string code, CancellationToken ct)
    {
        if (by is not { Kind: ActorKind.Customer, Account: { } id } || accounts.Entry(id) is not { } entry)
        {
            return ReadOwnProfile.NotYours;
        }

        if (entry.Hash != requireHash)
        {
            return AccountStore.Stale;
        }

        if (entry.SignIn.TotpKey is not { } secret)
        {
            return Outcome.Conflict("There is no TOTP secret yet. Make one first.");
        }

        var tried = await guard.CheckCustomerAsync(by.Address, by.Name, async () =>
        {
            var accepted = await codes.AcceptAsync(TotpOwner.Account(id), secret, code, ct);
            return accepted.Ok ? (Outcome<bool>)true : accepted;
        }, ct);
        return tried.Plain;
    }
}
