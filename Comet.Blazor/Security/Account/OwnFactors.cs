using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.Account;

/// <summary>Which second factors one's own sign-in asks for (spec/04 §4.1): required means that the password alone does not open; either of two required ones suffices.</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="commands">The record, and the end of other sessions.</param>
public sealed class OwnFactors(AdministratorStore administrators, AdministratorCommands commands)
{
    /// <summary>Changes what is asked for. Other sessions end.</summary>
    /// <param name="by">Whose sign-in.</param>
    /// <param name="totp">Whether TOTP codes are required; null leaves that.</param>
    /// <param name="keys">Whether security keys are required; null leaves that.</param>
    /// <param name="session">Key of the session that stays.</param>
    /// <exception cref="IOException">The settings could not be written; nothing was changed.</exception>
    public async Task<Outcome> RequireAsync(Actor by, bool? totp, bool? keys, string? session)
    {
        if (Own.Check(by, administrators) is { Ok: false } denied)
        {
            return denied;
        }

        Administrator? before = null, after = null;
        var outcome = administrators.Change(by.Name, one =>
        {
            before = one;
            var wish = one with { AllowTotp = totp ?? one.AllowTotp, AllowWebAuthn = keys ?? one.AllowWebAuthn };
            if (totp == true && one is not { TotpKey: not null, TotpChecked: true })
            {
                return Outcome.Invalid("Enter a code of your authenticator app first: it shows that the app has the secret.");
            }

            if (keys == true && one.Keys.Count == 0)
            {
                return Outcome.Invalid("Register a security key first.");
            }

            // A factor that was offered beside the password, as settings of other versions have it, does not become required by saving the other.
            var required = !one.AllowPassword;
            var asked = (totp ?? (required && one is { AllowTotp: true, TotpKey: not null })) || (keys ?? (required && one is { AllowWebAuthn: true, Keys.Count: > 0 }));
            return after = wish with { AllowPassword = !asked };
        });
        await commands.RecordAsync(by, AuditActions.FactorsChanged, by.Name, outcome, before, after);
        if (outcome.Ok)
        {
            await commands.EndSessionsAsync(by.Name, session);
        }

        return outcome;
    }
}
