using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Totp;

namespace Comet.Blazor.Security.Account;

/// <summary>The secret of one's own TOTP codes (spec/04 §4.2): a new one counts at once, and one right code proves that the app has it.</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="totp">Makes and checks.</param>
/// <param name="guard">Bounds guessing of codes in a session that somebody took over.</param>
/// <param name="commands">The record.</param>
public sealed class OwnTotp(AdministratorStore administrators, TotpCodes totp, LoginGuard guard, AdministratorCommands commands)
{
    /// <summary>Makes a new secret and answers it, this once. Codes of the one before stop working; sessions stay.</summary>
    /// <exception cref="IOException">The settings could not be written; nothing was changed.</exception>
    public async Task<Outcome<TotpSecret>> RegenerateAsync(Actor by)
    {
        if (Own.Check(by, administrators) is { Ok: false } denied)
        {
            return denied;
        }

        var secret = totp.NewSecret();
        var box = totp.Seal(TotpOwner.Administrator(by.Name), secret);
        var (before, after) = (administrators.Find(by.Name), default(Administrator));
        var outcome = administrators.Change(by.Name, one => after = one with { TotpKey = box, TotpKeyFormat = TotpCodes.SealedFormat, TotpChecked = false });
        await commands.RecordAsync(by, AuditActions.TotpRegenerated, by.Name, outcome, before, after);
        return outcome.Ok ? secret : outcome;
    }

    /// <summary>Takes one code as proof that the app has the secret; it can be required from then on. The code is used up.</summary>
    /// <exception cref="SecretLostException">The secret can't be opened: regenerate it.</exception>
    public async Task<Outcome> CheckAsync(Actor by, string code, CancellationToken ct)
    {
        if (Own.Check(by, administrators) is { Ok: false } denied)
        {
            return denied;
        }

        if (administrators.Find(by.Name)?.TotpKey is not { } secret)
        {
            return Outcome.Invalid("There is no TOTP secret yet: regenerate the TOTP code first.");
        }

        var accepted = await guard.CheckAsync(by.Address, by.Name, async () => await totp.AcceptAsync(TotpOwner.Administrator(by.Name), secret, code, ct) is { Ok: false } wrong ? wrong : (Outcome<bool>)true, ct);
        if (!accepted.Ok)
        {
            var wrong = accepted.Kind == Refusal.Unauthenticated;
            return wrong && !(await commands.RecordAsync(by, AuditActions.TotpChecked, by.Name, accepted.Plain, null, null)).Ok ? Outcome.Invalid(accepted.Why) : accepted.Plain;
        }

        Administrator? before = null, after = null;
        var outcome = administrators.Change(by.Name, one => (before = one).TotpKey == secret
            ? after = one with { TotpChecked = true }
            : Outcome.Conflict("The TOTP code was regenerated meanwhile, in another window. Scan the newest QR code."));
        return await commands.RecordAsync(by, AuditActions.TotpChecked, by.Name, outcome, before, after);
    }
}
