using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.SignIn;

namespace Comet.Blazor.Api;

/// <summary>
/// Who sends a request, by the credentials in it (spec/06 §2). Cookies are never looked at. A session is found in memory: such a request costs no
/// slow hash and no write, but for one a minute that keeps the session alive over a restart.
/// </summary>
/// <param name="sessions">The sessions.</param>
/// <param name="administrators">The administrators.</param>
/// <param name="customers">The customers' accounts.</param>
/// <param name="entrance">The administrators' way in.</param>
/// <param name="customerEntrance">The customers' way in.</param>
/// <param name="hybrid">The way in for either.</param>
/// <param name="second">The second step.</param>
public sealed class ApiCredentials(
    SessionStore sessions, IAdministrators administrators, ICustomerCredentials customers, Entrance entrance, CustomerEntrance customerEntrance, HybridEntrance hybrid, SecondFactor second)
{
    /// <summary>AuthType of a session.</summary>
    public const string Session = "SessionKey";

    /// <summary>AuthType of a password alone.</summary>
    public const string Password = "Password";

    /// <summary>AuthType of password and code.</summary>
    public const string PasswordTotp = "PasswordTOTP";

    /// <summary>AuthType of password and security key.</summary>
    public const string PasswordKey = "PasswordWebAuthn";

    /// <summary>AuthType of a code alone, which completes a session.</summary>
    public const string Totp = "TOTP";

    /// <summary>The refusal of a session key that is none, not this name's, or over.</summary>
    public static readonly Outcome NoSession = Outcome.Refuse(Refusal.Unauthenticated, "The session has ended, or is none of this name. Start a new one.");

    /// <summary>The refusal for whoever must change the password first.</summary>
    public static Outcome ChangePasswordFirst(ActorKind kind) => Outcome.Denied(kind == ActorKind.Customer
        ? "Change your password first, with user/web/account/reset-password: an administrator asked for it."
        : "Change your password first, with admin/account/set-properties or in the browser: another administrator asked for it.");

    /// <summary>The administrator who sends the request.</summary>
    public Task<ApiEntry> AdministratorAsync(ApiRequest request, CancellationToken ct) => request.Credential("AuthType") switch
    {
        Session => BySessionAsync(request, ActorKind.Administrator, ct),
        Password or PasswordTotp or PasswordKey => AdministratorByPasswordAsync(request, ct),
        var type => Task.FromResult<ApiEntry>(NoSuchType(type, $"{Password}, {PasswordTotp}, {PasswordKey} or {Session}")),
    };

    /// <summary>The customer who sends the request, and may use the web.</summary>
    public Task<ApiEntry> CustomerAsync(ApiRequest request, CancellationToken ct) => request.Credential("AuthType") switch
    {
        Session => BySessionAsync(request, ActorKind.Customer, ct),
        Password or PasswordTotp => CustomerByPasswordAsync(request, ct),
        var type => Task.FromResult<ApiEntry>(NoSuchType(type, $"{Password}, {PasswordTotp} or {Session}")),
    };

    /// <summary>The customer or administrator who starts a session, whichever the credentials fit; only with a password.</summary>
    public async Task<ApiEntry> EitherByPasswordAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Credential("AuthType") is var type && type is not (Password or PasswordTotp or PasswordKey))
        {
            return NoSuchType(type, $"{Password}, {PasswordTotp} or {PasswordKey}");
        }

        var step = await hybrid.PasswordAsync(request.From, request.Credential("Username"), request.Credential("Password"), ct);
        return !step.Ok ? step.Plain
            : step.Value.Administrator is { } administrator ? await SecondStepAsync(request, administrator, ct)
            : await SecondStepAsync(request, step.Value.Customer!, ct);
    }

    private static Outcome NoSuchType(string type, string known) =>
        type.Length == 0 ? Outcome.Invalid("The parameter AuthType is missing.")
        : type == Totp ? Outcome.Invalid($"AuthType {Totp} only completes a session, with admin/account/session-upgrade. Use {known}.")
        : Outcome.Invalid($"The parameter AuthType must be {known}.");

    private async Task<ApiEntry> BySessionAsync(ApiRequest request, ActorKind kind, CancellationToken ct)
    {
        var key = request.Credential("SessionKey");
        if (sessions.Find(key) is not { } session || session.Name != request.Credential("Username"))
        {
            return NoSession;
        }

        if (session.Owner.Pending)
        {
            return Outcome.Denied("ERR_TOTP_REQUIRED: this session lacks its second factor. Complete it with admin/account/session-upgrade.");
        }

        if (session.Owner.Kind != kind)
        {
            return Outcome.Denied(kind == ActorKind.Customer ? "This is an administrator's session. Calls under user/ need a user's." : "This is a user's session. Calls under admin/ need an administrator's.");
        }

        var caller = kind == ActorKind.Customer ? CustomerOf(session, request) : AdministratorOf(session, request);
        return caller.Caller is not null && !await sessions.TouchAsync(key, ct) ? NoSession : caller;
    }

    // The rule about addresses holds for a session, too: a key that somebody copied is worth nothing elsewhere.
    private ApiEntry AdministratorOf(Session session, ApiRequest request) =>
        administrators.Find(session.Name) is { IsSuspended: false } who && AddressRule.Admits(who.AllowedAddresses, request.Address).Ok
            ? new ApiCaller(who.ActAs(request.Address, ActorVia.Api), request.Credential("SessionKey"), null)
            {
                MustChangePassword = who.RequirePasswordChange,
                StillHolds = _ => Task.FromResult(sessions.Find(request.Credential("SessionKey")) is not null),
            }
            : NoSession;

    private ApiEntry CustomerOf(Session session, ApiRequest request) =>
        session.Owner.Account is not { } account || customers.Find(account) is not { } login ? NoSession
        : session.Owner.StartedBy is { } administrator && !MayLookAt(login, administrator, request) ? NoSession
        : login.MayUseWeb is { Ok: false } refused ? refused
        : new ApiCaller(login.ActAs(request.Address, ActorVia.Api) with { Behind = session.Owner.StartedBy }, request.Credential("SessionKey"), null) { MustChangePassword = login.MustChangePassword };

    // Whoever could not open the user's pages now (UserViews) must not go on in those that he has open.
    private bool MayLookAt(CustomerLogin login, string administrator, ApiRequest request) =>
        administrators.Find(administrator) is { RequirePasswordChange: false, IsSuspended: false } who && AddressRule.Admits(who.AllowedAddresses, request.Address).Ok
        && who.ActAs(request.Address, ActorVia.Api) is var by && by.May(Right.AccountsManage) && by.Sees(login.OrganizationId);

    private async Task<ApiEntry> AdministratorByPasswordAsync(ApiRequest request, CancellationToken ct)
    {
        var step = await entrance.PasswordAsync(request.From, request.Credential("Username"), request.Credential("Password"), ct);
        return step.Ok ? await SecondStepAsync(request, step.Value, ct) : step.Plain;
    }

    private async Task<ApiEntry> CustomerByPasswordAsync(ApiRequest request, CancellationToken ct)
    {
        var step = await customerEntrance.PasswordAsync(request.From, request.Credential("Username"), request.Credential("Password"), ct);
        return step.Ok ? await SecondStepAsync(request, step.Value, ct) : step.Plain;
    }

    private async Task<ApiEntry> SecondStepAsync(ApiRequest request, EntranceStep step, CancellationToken ct)
    {
        switch (request.Credential("AuthType"), request.Credential("TOTP"))
        {
            case (Password, _) when step.IsIn:
                return CallerOf(request, step.Administrator, "Password");
            case (PasswordTotp, { Length: > 0 } code):
                var byCode = await entrance.CodeAsync(request.From, step.Administrator, code, ct);
                return byCode.Ok ? CallerOf(request, byCode.Value, "Password and TOTP code") : byCode.Plain;
            case (PasswordKey, _) when request.Credential("WebAuthnSign").Length > 0:
                var byKey = await entrance.KeyAsync(request.From, step.Administrator, () => second.CheckKeyAsync(request, step.Administrator, ct), ct);
                return byKey.Ok ? CallerOf(request, byKey.Value, "Password and security key") : byKey.Plain;
            case (PasswordTotp or PasswordKey, _) when step is { TotpPossible: false, KeyPossible: false }:
                return Outcome.Denied($"This account has no second factor. Use AuthType {Password}.");
            default:
                return new ApiEntry(null, await second.MissingAsync(request, step, ct));
        }
    }

    private async Task<ApiEntry> SecondStepAsync(ApiRequest request, CustomerStep step, CancellationToken ct)
    {
        if (request.Credential("AuthType") == Password && step.IsIn)
        {
            return CallerOf(request, step.Login, "Password");
        }

        if (!step.TotpPossible)
        {
            return Outcome.Denied($"This account has no second factor. Use AuthType {Password}.");
        }

        if (request.Credential("AuthType") != PasswordTotp || request.Credential("TOTP") is not { Length: > 0 } code)
        {
            return new ApiEntry(null, SecondFactor.MissingCode);
        }

        var entered = await customerEntrance.CodeAsync(request.From, step.Login, code, ct);
        return entered.Ok ? CallerOf(request, entered.Value, "Password and TOTP code") : entered.Plain;
    }

    private ApiCaller CallerOf(ApiRequest request, Administrator who, string factors) => new(who.ActAs(request.Address, ActorVia.Api), null, request.Credential("Password"))
    {
        Factors = factors,
        MustChangePassword = who.RequirePasswordChange,
        StillHolds = _ => Task.FromResult(administrators.Find(who.Name)?.SignsInLike(who) == true),
    };

    private ApiCaller CallerOf(ApiRequest request, CustomerLogin who, string factors) => new(who.ActAs(request.Address, ActorVia.Api), null, request.Credential("Password"))
    {
        Factors = factors,
        MustChangePassword = who.MustChangePassword,
        StillHolds = async ct => await customers.VerifyPasswordAsync(who.Username, request.Credential("Password"), ct) is { Ok: true, Value: var now } && now == who, // remembered: no slow hash
    };
}
