using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Totp;

namespace Comet.Blazor.Security.SignIn;

/// <summary>
/// The one way in for administrators, for pages and API (spec/04 §4.1, §4.4, §4.6): the password, then whichever second factor the account
/// asks for, each step under the guard against guessing and on record. Decides nothing about sessions.
/// </summary>
/// <param name="administrators">Checks passwords, and the addresses that an administrator may come from.</param>
/// <param name="guard">Bounds guessing.</param>
/// <param name="totp">Checks codes.</param>
/// <param name="record">The record.</param>
public sealed class Entrance(AddressGate administrators, LoginGuard guard, TotpCodes totp, SignInRecord record)
{
    /// <summary>
    /// Checks name and password. What is still missing is told only when both are right. <see cref="Refusal.Unauthenticated"/> for a wrong
    /// password and an unknown name alike; <see cref="Refusal.TooMany"/> during a wait, for the right password too.
    /// </summary>
    public async Task<Outcome<EntranceStep>> PasswordAsync(SignInFrom from, string name, string password, CancellationToken ct)
    {
        using var attempt = await guard.EnterAsync(from.Address, name, ct);
        if (!attempt.May.Ok)
        {
            return await record.LockedAsync(from, ActorKind.Administrator, name, attempt);
        }

        var found = await administrators.VerifyAsync(name, password, from.Address, ct);
        if (!found.Ok)
        {
            if (found.Kind == Refusal.Unauthenticated) // a busy server has not looked at the password
            {
                attempt.Failed();
            }

            return await record.RefusedAsync(from, ActorKind.Administrator, name, found.Plain, "Password");
        }

        return await ProvedAsync(from, found.Value, attempt);
    }

    /// <summary>Says what a password that was right has led to.</summary>
    internal async Task<Outcome<EntranceStep>> ProvedAsync(SignInFrom from, Administrator who, LoginAttempt attempt)
    {
        if (who.IsSuspended)
        {
            return await record.RefusedAsync(from, ActorKind.Administrator, who.Name, Outcome.Denied(Administrator.SuspendedSentence), "Password");
        }

        var step = new EntranceStep(who);
        if (step.IsIn)
        {
            attempt.Succeeded();
        }
        else if (!step.TotpPossible && !step.KeyPossible)
        {
            return await record.RefusedAsync(from, ActorKind.Administrator, who.Name, Outcome.Denied("This account asks for a second factor that is not set up. Ask another administrator to reset its sign-in."), "Second factor");
        }

        return step;
    }

    /// <summary>Checks a code of somebody whose password was right. A wrong one counts as a failed attempt.</summary>
    public Task<Outcome<Administrator>> CodeAsync(SignInFrom from, Administrator who, string code, CancellationToken ct) =>
        who is { AllowTotp: true, TotpKey: { } secret }
            ? SecondAsync(from, who, "TOTP code", () => AcceptAsync(who, secret, code, ct), ct)
            : Task.FromResult<Outcome<Administrator>>(Outcome.Denied("This account takes no TOTP codes."));

    /// <summary>Checks the answer of a security key of somebody whose password was right. A wrong one counts as a failed attempt.</summary>
    /// <param name="from">Where it comes from.</param>
    /// <param name="who">Whose key.</param>
    /// <param name="check">Checks the answer.</param>
    /// <param name="ct">Cancels the wait.</param>
    public Task<Outcome<Administrator>> KeyAsync(SignInFrom from, Administrator who, Func<Task<Outcome>> check, CancellationToken ct) =>
        who is { AllowWebAuthn: true, Keys.Count: > 0 }
            ? SecondAsync(from, who, "Security key", check, ct)
            : Task.FromResult<Outcome<Administrator>>(Outcome.Denied("This account takes no security keys."));

    /// <summary>Puts on record that somebody is in; called once per session.</summary>
    public Task EnteredAsync(SignInFrom from, Administrator who, string factors) =>
        record.EnteredAsync(from, who.ActAs(from.Address, from.Via), factors);

    private async Task<Outcome> AcceptAsync(Administrator who, string secret, string code, CancellationToken ct)
    {
        try
        {
            return await totp.AcceptAsync(TotpOwner.Administrator(who.Name), secret, code, ct);
        }
        catch (SecretLostException)
        {
            return Outcome.Refuse(
                Refusal.Unsupported,
                "The server can't open the secret of your codes: its keys folder is gone or another one. Put the folder back, or let another administrator reset your sign-in; without one, set AllowPasswordLogin in cometd.cfg and start the server again.");
        }
    }

    private async Task<Outcome<Administrator>> SecondAsync(SignInFrom from, Administrator who, string factor, Func<Task<Outcome>> check, CancellationToken ct)
    {
        using var attempt = await guard.EnterAsync(from.Address, who.Name, ct);
        if (!attempt.May.Ok)
        {
            return await record.LockedAsync(from, ActorKind.Administrator, who.Name, attempt);
        }

        using var everywhere = await guard.EnterSecondAsync(from.Address, TotpOwner.Administrator(who.Name), ct);
        if (!everywhere.May.Ok)
        {
            return await record.LockedAsync(from, ActorKind.Administrator, who.Name, everywhere);
        }

        var checkedFactor = await check();
        if (!checkedFactor.Ok)
        {
            if (checkedFactor.Kind == Refusal.Unauthenticated)
            {
                attempt.Failed();
                everywhere.Failed();
            }

            return await record.RefusedAsync(from, ActorKind.Administrator, who.Name, checkedFactor, factor);
        }

        attempt.Succeeded();
        everywhere.Succeeded();
        return who;
    }
}

/// <summary>What a right password has led to.</summary>
/// <param name="Administrator">Who it is.</param>
public sealed record EntranceStep(Administrator Administrator)
{
    /// <summary>The password alone was enough.</summary>
    public bool IsIn => Administrator.AllowPassword;

    /// <summary>A TOTP code can be the second step.</summary>
    public bool TotpPossible => Administrator is { AllowTotp: true, TotpKey: not null };

    /// <summary>A security key can be the second step.</summary>
    public bool KeyPossible => Administrator is { AllowWebAuthn: true, Keys.Count: > 0 };
}
