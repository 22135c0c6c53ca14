using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Security.Transport;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>
/// What the scripts of our pages ask about security keys: browsers want a key asked for in the moment of the click, so the question does
/// not go through the page's circuit. Refusals are sentences; other sites are kept out by <see cref="OurPage"/>.
/// </summary>
public static class KeyEndpoints
{
    private const int LongestBody = 128 * 1024; // bytes

    /// <summary>Maps them.</summary>
    public static void MapSecurityKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/account/keys/options", RegistrationOptionsAsync).AllowAnonymous().RequireOurPage();
        routes.MapPost("/account/keys", RegisterAsync).AllowAnonymous().RequireOurPage().WithMetadata(new BodyLimit());
        routes.MapPost(SessionCookie.SignInPath + "/key/options", SignInOptionsAsync).AllowAnonymous().RequireOurPage();
        routes.MapPost(SessionCookie.SignInPath + "/key", SignInAsync).AllowAnonymous().RequireOurPage().WithMetadata(new BodyLimit());
    }

    private static async Task<IResult> RegistrationOptionsAsync(HttpContext http, KeyCeremony keys, SessionStore sessions, IAdministrators administrators, IOptions<CometOptions> options) =>
        ActorOf(http, sessions, administrators) is not { } by ? Over()
        : OriginOf(http, options) is not { } at ? NoAddress()
        : Question(await keys.BeginRegistrationAsync(by, at, http.RequestAborted));

    private static async Task<IResult> RegisterAsync(HttpContext http, NewKey given, KeyCeremony keys, SessionStore sessions, IAdministrators administrators)
    {
        if (ActorOf(http, sessions, administrators) is not { } by)
        {
            return Over();
        }

        var outcome = await keys.FinishRegistrationAsync(
            by, given.ChallengeId ?? "", given.Credential ?? "", given.Description, http.Request.Headers.UserAgent.ToString(), SessionCookie.KeyOf(http.User), http.RequestAborted);
        return outcome.Ok ? Results.Json(new JsonObject { ["description"] = outcome.Value.Description }) : Refused(outcome.Plain);
    }

    private static async Task<IResult> SignInOptionsAsync(HttpContext http, KeyCeremony keys, SignInDoor door, IOptions<CometOptions> options) =>
        door.Waiting(http) is not { } waiting || !new EntranceStep(waiting.Who).KeyPossible ? Late()
        : OriginOf(http, options) is not { } at ? NoAddress()
        : Question(await keys.BeginAssertionAsync(waiting.Who.ActAs(SignInFrom.Of(http, ActorVia.Web).Address, ActorVia.Web), at, http.RequestAborted));

    private static async Task<IResult> SignInAsync(HttpContext http, KeyAnswerForm given, KeyCeremony keys, SignInDoor door, Entrance entrance)
    {
        if (door.Waiting(http) is not { } waiting)
        {
            return Late();
        }

        var from = SignInFrom.Of(http, ActorVia.Web);
        var by = waiting.Who.ActAs(from.Address, from.Via);
        var used = "";
        var outcome = await entrance.KeyAsync(from, waiting.Who, async () =>
        {
            var key = await keys.FinishAssertionAsync(by, given.ChallengeId ?? "", given.Credential ?? "", http.RequestAborted);
            used = key.Value?.Description ?? "";
            return key.Plain;
        }, http.RequestAborted);
        if (!outcome.Ok)
        {
            return Refused(outcome.Plain);
        }

        return await door.EnterAfterSecondAsync(http, $"Password and security key \"{used}\"") is { } to ? Results.Json(new JsonObject { ["to"] = to }) : Late();
    }

    private static Actor? ActorOf(HttpContext http, SessionStore sessions, IAdministrators administrators) =>
        SessionActor.Of(sessions.Find(SessionCookie.KeyOf(http.User)), administrators);

    private static KeyOrigin? OriginOf(HttpContext http, IOptions<CometOptions> options) => KeyOrigin.Of(http.Request, options.Value.PublicUrl);

    private static IResult Question(Outcome<KeyChallenge> asked) =>
        asked.Ok ? Results.Json(new JsonObject { ["id"] = asked.Value.ChallengeId, ["options"] = asked.Value.Options }) : Refused(asked.Plain);

    private static IResult Over() => Refused(Outcome.Refuse(Refusal.Unauthenticated, "The session is over. Sign in again."));

    private static IResult Late() => Refused(Outcome.Refuse(Refusal.Unauthenticated, "The time for this step was over. Sign in again."));

    private static IResult NoAddress() => Refused(Outcome.Invalid("The request does not say which address it came to."));

    private static IResult Refused(Outcome outcome) => Results.Text(outcome.Why, statusCode: (int)outcome.Kind);

    /// <summary>A new key, from the registration dialog.</summary>
    /// <param name="ChallengeId">Of the question.</param>
    /// <param name="Credential">What the browser handed over, as JSON.</param>
    /// <param name="Description">The person's name for the key.</param>
    public sealed record NewKey(string? ChallengeId, string? Credential, string? Description);

    /// <summary>A key's answer at a sign-in.</summary>
    /// <param name="ChallengeId">Of the question.</param>
    /// <param name="Credential">What the browser handed over, as JSON.</param>
    public sealed record KeyAnswerForm(string? ChallengeId, string? Credential);

    private sealed class BodyLimit : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => LongestBody;
    }
}
