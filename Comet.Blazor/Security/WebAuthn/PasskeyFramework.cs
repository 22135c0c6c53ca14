using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>
/// The only class that touches the framework's passkey handler: another library could take its place here. The handler verifies, in the
/// order of the W3C's text; what is remembered between question and answer, the counters and the keys are ours (decisions.md 2).
/// </summary>
internal static class PasskeyFramework
{
    /// <summary>Options for a new key, and the handler's state.</summary>
    public static async Task<(string Options, string State)> CreationAsync(KeyOwner owner, KeyOrigin at)
    {
        using var users = Users(owner);
        var made = await Handler(users, at).MakeCreationOptionsAsync(new PasskeyUserEntity { Id = owner.Handle, Name = owner.Name, DisplayName = owner.Name }, new DefaultHttpContext());
        return (made.CreationOptionsJson, made.AttestationState ?? "");
    }

    /// <summary>Options for a sign-in, and the handler's state.</summary>
    public static async Task<(string Options, string State)> RequestAsync(KeyOwner owner, KeyOrigin at)
    {
        using var users = Users(owner);
        var made = await Handler(users, at).MakeRequestOptionsAsync(owner, new DefaultHttpContext());
        return (made.RequestOptionsJson, made.AssertionState ?? "");
    }

    /// <summary>Verifies the answer of a new key; a refusal has the handler's reason, for the log.</summary>
    public static async Task<Outcome<UserPasskeyInfo>> VerifyNewAsync(KeyOwner owner, KeyOrigin at, string state, string answer)
    {
        using var users = Users(owner);
        var result = await Handler(users, at).PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = new DefaultHttpContext(), CredentialJson = answer, AttestationState = state });
        return result.Succeeded ? result.Passkey : Outcome.Invalid(result.Failure?.Message ?? "");
    }

    /// <summary>Verifies the answer of a registered key and answers its counter, which the caller compares; a refusal has the handler's reason, for the log.</summary>
    public static async Task<Outcome<UserPasskeyInfo>> VerifyAsync(KeyOwner owner, KeyOrigin at, string state, string answer)
    {
        using var users = Users(owner);
        var result = await Handler(users, at).PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = new DefaultHttpContext(), CredentialJson = answer, AssertionState = state });
        return result.Succeeded ? result.Passkey : Outcome.Invalid(result.Failure?.Message ?? "");
    }

    /// <summary>A key as the handler knows it. Its counter is 0, so that the handler leaves the comparison to us: it could not tell a copied key from a bad signature.</summary>
    public static UserPasskeyInfo KeyOf(SecurityKey key, KeyUse use, bool backupEligible) =>
        new(key.Id, key.Credential.PublicKey, DateTimeOffset.UnixEpoch, 0, [.. use.Transports], false, backupEligible, false, [], []);

    private static PasskeyHandler<KeyOwner> Handler(UserManager<KeyOwner> users, KeyOrigin at) => new(users, Options.Create(new IdentityPasskeyOptions
    {
        ServerDomain = at.RpId,
        AuthenticatorTimeout = KeyChallenges.Lifetime,
        UserVerificationRequirement = "preferred",
        ResidentKeyRequirement = "discouraged", // a second factor; the name is known
        AttestationConveyancePreference = "none", // any maker will do, and browsers ask people about more
        ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && at.Accepts(context.Origin)),
    }));

    private static UserManager<KeyOwner> Users(KeyOwner owner) => new(new KeyOwnerStore(owner), Options.Create(new IdentityOptions()), new PasswordHasher<KeyOwner>(), [], [],
        new UpperInvariantLookupNormalizer(), new IdentityErrorDescriber(), NoServices.Instance, NullLogger<UserManager<KeyOwner>>.Instance);

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
