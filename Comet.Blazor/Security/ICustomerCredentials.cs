using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security;

/// <summary>How an account's password is derived on the device (decisions.md 25).</summary>
/// <param name="Salt">Salt of the account; a stable false one for an unknown name.</param>
/// <param name="Iterations">PBKDF2-SHA512 iterations.</param>
public sealed record PasswordParameters(byte[] Salt, int Iterations);

/// <summary>A customer's account as sign-in and sessions see it at this moment.</summary>
/// <param name="Id">The account.</param>
/// <param name="Username">Its name.</param>
/// <param name="OrganizationId">The tenant; empty for the top level.</param>
public sealed record CustomerLogin(AccountId Id, string Username, string OrganizationId)
{
    /// <summary>Nobody may sign in or act (spec/01 §2.1).</summary>
    public bool IsSuspended { get; init; }

    /// <summary>The account's policy keeps it out of the web (contract: UserPolicy.PreventOpenWebUI).</summary>
    public bool PreventsWeb { get; init; }

    /// <summary>The password alone opens.</summary>
    public bool AllowsPassword { get; init; }

    /// <summary>Password and a TOTP code open.</summary>
    public bool AllowsTotp { get; init; }

    /// <summary>What proves the password; changes with it.</summary>
    public string PasswordRecord { get; init; } = "";

    /// <summary>The secret of the codes, sealed; null when there is none.</summary>
    public string? TotpKey { get; init; }

    /// <summary>Nothing but changing the password is open.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>Why the account can't be used in the web or by API; done when it can.</summary>
    public Outcome MayUseWeb => IsSuspended ? Outcome.Denied("This account is suspended. Contact your backup administrator.")
        : PreventsWeb ? Outcome.Denied("This account may not use the web. Contact your backup administrator.")
        : Outcome.Done;

    /// <summary>The actor that the customer is for commands and queries.</summary>
    public Actor ActAs(string? address, ActorVia via) => new(ActorKind.Customer, Username, Id, address) { OrganizationId = OrganizationId, Via = via };
}

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

    /// <summary>
    /// The account behind name and password, and nothing about suspension, policy and second factors. <see cref="Refusal.Unauthenticated"/> for a
    /// wrong password and an unknown name alike, in text and in time.
    /// </summary>
    Task<Outcome<CustomerLogin>> VerifyPasswordAsync(string username, string password, CancellationToken ct);

    /// <summary>The account, or null when it is gone. Answers from memory.</summary>
    CustomerLogin? Find(AccountId account);

    /// <summary>The account of exactly this name, or null. Answers from memory.</summary>
    CustomerLogin? FindByName(string username);
}
