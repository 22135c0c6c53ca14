using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security;

/// <summary>How an account's password is derived on the device (decisions.md 25).</summary>
/// <param name="Salt">Salt of the account; a stable false one for an unknown name.</param>
/// <param name="Iterations">PBKDF2-SHA512 iterations.</param>
public sealed record PasswordParameters(byte[] Salt, int Iterations);

/// <summary>Checks credentials of customer accounts; Accounts implements it (decisions.md 21).</summary>
public interface ICustomerCredentials
{
    /// <summary>True when the server has a customer account.</summary>
    bool Any { get; }

    /// <summary>Salt and iterations for a name; unknown names can't be told apart.</summary>
    PasswordParameters ParametersFor(string username);

    /// <summary>
    /// Checks the authenticating half of the derived key. <see cref="Refusal.Unauthenticated"/> for a wrong key and an unknown name alike, in
    /// text and in time; <see cref="Refusal.Denied"/> for a suspended account with the right key.
    /// </summary>
    Task<Outcome<AccountId>> VerifyKeyAsync(string username, byte[] authKey, CancellationToken ct);
}
