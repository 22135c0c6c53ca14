using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Totp;

namespace Comet.Blazor.Security.SignIn;

/// <summary>
/// The one way in for customers, for pages and API: the password, then a code where the account asks for one, each step under the guard against
/// guessing and on record. Decides nothing about sessions. Devices have their own way (decisions.md 25).
/// </summary>
/// <param name="customers">The accounts.</param>
/// <param name="guard">Bounds guessing.</param>
/// <param name="totp">Checks codes.</param>
/// <param name="record">The record.</param>
public sealed class CustomerEntrance(ICustomerCredentials customers, LoginGuard guard, TotpCodes totp, SignInRecord record)
{
    /// <summary>
    /// Checks name and password. Suspension and what is still missing are told only when both are right. <see cref="Refusal.Unauthenticated"/> for
    /// a wrong password and an unknown name alike; <see cref="Refusal.TooMany"/> during a wait, for the right password too.
    /// </summary>
    public async Task<Outcome<CustomerStep>> PasswordAsync(SignInFrom from, string name, string password, CancellationToken ct)
    {
        using var attempt = await guard.EnterAsync(from.Address, name, ct);
        if (!attempt.May.Ok)
        {
            return await record.LockedAsync(from, ActorKind.Customer, name, attempt);
        }

        var found = await customers.VerifyPasswordAsync(name, password, ct);
        if (!found.Ok)
        {
            if (found.Kind == Refusal.Unauthenticated) // a busy server has not looked at the password
            {
                attempt.Failed();
            }

            return await record.RefusedAsync(from, ActorKind.Customer, name, found.Plain, "Password");
        }

        return await ProvedAsync(from, found.Value, attempt);
    }

    /// <summary>Checks a code of somebody whose password was right. A wrong one counts as a failed attempt.</summary>
    public async Task<Outcome<CustomerLogin>> CodeAsync(SignInFrom from, CustomerLogin who, string code, CancellationToken ct)
    {
        if (who is not { AllowsTotp: true, TotpKey: { } secret })
        {
            return Outcome.Denied("This account takes no TOTP codes.");
        }

        using var attempt = await guard.EnterAsync(from.Address, who.Username, ct);
        if (!attempt.May.Ok)
        {
            return await record.LockedAsync(from, ActorKind.Customer, who.Username, attempt);
        }

        using var everywhere = await guard.EnterSecondAsync(from.Address, TotpOwner.Account(who.Id), ct);
        if (!everywhere.May.Ok)
        {
            return await record.LockedAsync(from, ActorKind.Customer, who.Username, everywhere);
        }

        if (await totp.AcceptAsync(TotpOwner.Account(who.Id), secret, code, ct) is { Ok: false } wrong)
        {
            attempt.Failed();
            everywhere.Failed();
            return await record.RefusedAsync(from, ActorKind.Customer, who.Username, wrong, "TOTP code");
        }

        attempt.SucceededAsCustomer();
        everywhere.Succeeded();
        return who;
    }

    /// <summary>Says what a password that was right has led to.</summary>
    internal async Task<Outcome<CustomerStep>> ProvedAsync(SignInFrom from, CustomerLogin who, LoginAttempt attempt)
    {
        if (who.MayUseWeb is { Ok: false } refused)
        {
            attempt.SucceededAsCustomer(); // the person is the right one
            return await record.RefusedAsync(from, ActorKind.Customer, who.Username, refused, "Account");
        }

        var step = new CustomerStep(who);
        if (step.IsIn)
        {
            attempt.SucceededAsCustomer();
        }
        else if (!step.TotpPossible)
        {
            return await record.RefusedAsync(
                from, ActorKind.Customer, who.Username, Outcome.Denied("This account asks for a second factor that is not set up. Contact your backup administrator."), "Second factor");
        }

        return step;
    }
}

/// <summary>What a customer's right password has led to.</summary>
/// <param name="Login">Who it is.</param>
public sealed record CustomerStep(CustomerLogin Login)
{
    /// <summary>The password alone was enough.</summary>
    public bool IsIn => Login.AllowsPassword;

    /// <summary>A TOTP code can be the second step.</summary>
    public bool TotpPossible => Login is { AllowsTotp: true, TotpKey: not null };
}
