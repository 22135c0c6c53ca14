using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.WebAuthn;

namespace Comet.Blazor.Api.Account;

/// <summary>Registering security keys by API (spec/04 §4.3).</summary>
public static class KeyCalls
{
    /// <summary>Maps the calls.</summary>
    public static void MapKeyApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/account/webauthn/request-registration-challenge", BeginAsync);
        routes.MapAdminApi("admin/account/webauthn/submit-challenge-response", FinishAsync);
    }

    private static async Task<ApiResult> BeginAsync(ApiCall call, CancellationToken ct)
    {
        _ = call.SelfAddress();
        if (call.KeyOrigin is not { } at)
        {
            return ApiResult.From(Outcome.Invalid("The address of this server is not known. Send SelfAddress."));
        }

        var challenge = await call.Service<KeyCeremony>().BeginRegistrationAsync(call.By, at, ct);
        return !challenge.Ok ? ApiResult.From(challenge.Plain) : ApiResult.Json(new JsonObject
        {
            ["Status"] = 200,
            ["Message"] = "OK",
            ["ChallengeID"] = challenge.Value.ChallengeId,
            ["CredentialCreationOptions"] = SecondFactor.Options(challenge.Value),
        });
    }

    private static async Task<ApiResult> FinishAsync(ApiCall call, CancellationToken ct) => ApiResult.From((await call.Service<KeyCeremony>().FinishRegistrationAsync(
        call.By, call.Text("ChallengeID"), call.Text("Credential"), call.Optional("Description"), call.UserAgent, call.Caller.SessionKey, ct)).Plain);
}
