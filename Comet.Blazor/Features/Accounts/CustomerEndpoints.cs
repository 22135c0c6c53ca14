using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Api.Account;
using Comet.Blazor.Features.Accounts.Own;
using Comet.Blazor.Features.Accounts.Profiles;

namespace Comet.Blazor.Features.Accounts;

/// <summary>What a customer may do with the own account by API (spec/06 §8, user/web).</summary>
public static class CustomerEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static void MapCustomerApi(this IEndpointRouteBuilder routes)
    {
        routes.MapUserApi("user/web/get-user-profile-and-hash", ProfileAsync, beforePasswordChange: true);
        routes.MapUserApi("user/web/set-profile-hash", SetAsync);
        routes.MapUserApi("user/web/request-storage-vault-providers", ProvidersAsync);
        routes.MapUserApi("user/web/request-storage-vault", RequestVaultAsync);
        routes.MapUserApi("user/web/account/regenerate-totp", RegenerateAsync);
        routes.MapUserApi("user/web/account/validate-totp", static async (call, ct) => ApiResult.From(
            await call.Service<OwnCustomerTotp>().ValidateAsync(call.By, call.Text("ProfileHash"), call.Text("TOTPCode"), ct)));
        routes.MapUserApi("user/web/account/reset-password", ResetPasswordAsync, beforePasswordChange: true);
    }

    private static async Task<ApiResult> ProfileAsync(ApiCall call, CancellationToken ct)
    {
        var view = await call.Service<ReadOwnProfile>().RunAsync(call.By, ct);
        return view.Ok ? ApiResult.Json(AccountWire.ProfileAndHash(view.Value)) : ApiResult.From(view.Plain);
    }

    private static async Task<ApiResult> SetAsync(ApiCall call, CancellationToken ct)
    {
        var profile = ProfileJson.Parse(call.Document("ProfileData"));
        if (!profile.Ok)
        {
            return ApiResult.From(profile.Plain);
        }

        var saved = await call.Service<SaveOwnProfile>().RunAsync(call.By, profile.Value, call.Text("ProfileHash"), ct);
        return saved.Ok ? await ProfileAsync(call, ct) : ApiResult.From(saved.Plain);
    }

    private static async Task<ApiResult> ProvidersAsync(ApiCall call, CancellationToken ct)
    {
        var offered = await call.Service<RequestOwnVault>().TemplatesAsync(call.By, ct);
        return offered.Ok ? ApiResult.Json(new JsonObject(offered.Value.Select(static t => KeyValuePair.Create(t.Id, (JsonNode?)t.Description)))) : ApiResult.From(offered.Plain);
    }

    private static async Task<ApiResult> RequestVaultAsync(ApiCall call, CancellationToken ct)
    {
        var made = await call.Service<RequestOwnVault>().RunAsync(
            call.By, call.Text("StorageProvider"), call.SelfAddress(), call.Optional("DeviceID"), call.Optional("ProfileHash"), ct);
        if (!made.Ok)
        {
            return ApiResult.From(made.Plain);
        }

        var view = await call.Service<ReadOwnProfile>().RunAsync(call.By, ct);
        return view.Ok ? ApiResult.Json(AccountWire.RequestedVault(made.Value.VaultId, view.Value)) : ApiResult.From(view.Plain);
    }

    private static async Task<ApiResult> RegenerateAsync(ApiCall call, CancellationToken ct)
    {
        var made = await call.Service<OwnCustomerTotp>().RegenerateAsync(call.By, call.Text("ProfileHash"), call.Caller.SessionKey, ct);
        return made.Ok ? ApiResult.Json(OwnAccountCalls.Regenerated(made.Value.Totp, made.Value.Hash)) : ApiResult.From(made.Plain);
    }

    private static async Task<ApiResult> ResetPasswordAsync(ApiCall call, CancellationToken ct) => ApiResult.From(await call.Service<ChangeCustomerPassword>().RunAsync(
        call.By, call.Text("ProfileHash"), call.Text("OldPassword"), call.Text("NewPassword"), call.Caller.SessionKey, ct));
}
