using Comet.Blazor.Api;
using Comet.Blazor.Api.Account;
using Comet.Blazor.Features.Accounts.Own;

namespace Comet.Blazor.Features.Accounts;

/// <summary>What a customer may do with the own account by API (spec/06 §8, user/web).</summary>
public static class CustomerEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static void MapCustomerApi(this IEndpointRouteBuilder routes)
    {
        routes.MapUserApi("user/web/get-user-profile-and-hash", ProfileAsync, beforePasswordChange: true);
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

    private static async Task<ApiResult> RegenerateAsync(ApiCall call, CancellationToken ct)
    {
        var made = await call.Service<OwnCustomerTotp>().RegenerateAsync(call.By, call.Text("ProfileHash"), call.Caller.SessionKey, ct);
        return made.Ok ? ApiResult.Json(OwnAccountCalls.Regenerated(made.Value.Totp, made.Value.Hash)) : ApiResult.From(made.Plain);
    }

    private static async Task<ApiResult> ResetPasswordAsync(ApiCall call, CancellationToken ct) => ApiResult.From(await call.Service<ChangeCustomerPassword>().RunAsync(
        call.By, call.Text("ProfileHash"), call.Text("OldPassword"), call.Text("NewPassword"), call.Caller.SessionKey, ct));
}
