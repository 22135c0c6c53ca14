using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Lockout;

namespace Comet.Blazor.Security.SignIn;

/// <summary>
/// The way in for a name that may be an administrator's or a customer's (contract: hybrid/session/start): the administrator first. One
/// attempt for the guard, and always both slow hashes before it says no, so that its time does not tell which kind a name is.
/// </summary>
/// <param name="administrators">The administrators.</param>
/// <param name="gate">Checks their passwords.</param>
/// <param name="customers">The accounts.</param>
/// <param name="entrance">The administrators' way in.</param>
/// <param name="customerEntrance">The customers' way in.</param>
/// <param name="guard">Bounds guessing.</param>
/// <param name="record">The record.</param>
public sealed class HybridEntrance(
    IAdministrators administrators, AddressGate gate, ICustomerCredentials customers, Entrance entrance, CustomerEntrance customerEntrance, LoginGuard guard, SignInRecord record)
{
    /// <summary>Checks name and password, as <see cref="Entrance"/> and <see cref="CustomerEntrance"/> do.</summary>
    public async Task<Outcome<HybridStep>> PasswordAsync(SignInFrom from, string name, string password, CancellationToken ct)
    {
        using var attempt = await guard.EnterAsync(from.Address, name, ct);
        if (!attempt.May.Ok)
        {
            return await record.LockedAsync(from, KindOf(name), name, attempt);
        }

        var administrator = await gate.VerifyAsync(name, password, from.Address, ct);
        if (administrator.Ok)
        {
            var step = await entrance.ProvedAsync(from, administrator.Value, attempt);
            return step.Ok ? new HybridStep(step.Value, null) : step.Plain;
        }

        var customer = await customers.VerifyPasswordAsync(name, password, ct);
        if (customer.Ok)
        {
            var step = await customerEntrance.ProvedAsync(from, customer.Value, attempt);
            return step.Ok ? new HybridStep(null, step.Value) : step.Plain;
        }

        if (customer.Kind == Refusal.Unauthenticated && administrator.Kind == Refusal.Unauthenticated) // a busy server has not looked at the password
        {
            attempt.Failed();
        }

        return await record.RefusedAsync(from, KindOf(name), name, customer.Plain, "Password");
    }

    // Whose log entry it is: a name that nobody has counts as a customer's.
    private ActorKind KindOf(string name) => administrators.Find(name) is null ? ActorKind.Customer : ActorKind.Administrator;
}

/// <summary>Which of the two it is.</summary>
/// <param name="Administrator">An administrator, or null.</param>
/// <param name="Customer">A customer, or null.</param>
public sealed record HybridStep(EntranceStep? Administrator, CustomerStep? Customer);
