using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Security.Totp;

namespace Comet.Blazor.Api.Account;

/// <summary>An administrator's own account in the HTTP API (spec/04 §4.2, §5).</summary>
public static class OwnAccountCalls
{
    /// <summary>Maps the calls.</summary>
    public static void MapOwnAccountApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/account/properties", PropertiesAsync, beforePasswordChange: true);
        routes.MapAdminApi("admin/account/set-properties", SetPropertiesAsync, beforePasswordChange: true);
        routes.MapAdminApi("admin/account/regenerate-totp", RegenerateAsync);
        routes.MapAdminApi("admin/account/validate-totp", static async (call, ct) =>
            ApiResult.From(await call.Service<OwnTotp>().CheckAsync(call.By, call.Text("TOTPCode"), ct)));
        foreach (var call in new[] { "request-registration-challenge", "submit-challenge-response" })
        {
            routes.MapAdminApi("admin/account/u2f/" + call, static (_, _) => Task.FromResult(ApiResult.From(
                Outcome.Refuse(Refusal.Unsupported, "U2F is retired. The same key works with WebAuthn: use admin/account/webauthn/request-registration-challenge."))));
        }
    }

    /// <summary>TotpRegeneratedResponse.</summary>
    public static JsonObject Regenerated(NewTotp totp, string profileHash) => new()
    {
        ["Status"] = 200, ["Message"] = "OK", ["Image"] = totp.Image, ["URL"] = totp.Url, ["ProfileHash"] = profileHash,
    };

    private static Task<ApiResult> PropertiesAsync(ApiCall call, CancellationToken ct) => Task.FromResult(
        call.Service<IAdministrators>().Find(call.By.Name) is { } me ? ApiResult.Json(AdministratorWire.Properties(me)) : ApiResult.From(ApiCredentials.NoSession));

    private static async Task<ApiResult> SetPropertiesAsync(ApiCall call, CancellationToken ct)
    {
        _ = call.Text("Security");
        var options = call.Json("Security", AccountJson.Default.SecurityOptions);
        if (options is null)
        {
            return ApiResult.From(Outcome.Invalid("The parameter Security is empty."));
        }

        var wanted = options.Read(call.Caller.Password);
        return ApiResult.From(wanted.Ok ? await call.Service<ChangeOwnSignIn>().RunAsync(call.By, wanted.Value, call.Caller.SessionKey, ct) : wanted.Plain);
    }

    private static async Task<ApiResult> RegenerateAsync(ApiCall call, CancellationToken ct)
    {
        var totp = await call.Service<OwnTotp>().RegenerateAsync(call.By);
        return totp.Ok ? ApiResult.Json(Regenerated(NewTotp.For(totp.Value, call.By.Name), "")) : ApiResult.From(totp.Plain);
    }
}
