using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Vaults;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Accounts in the HTTP API (spec/06 §8).</summary>
public static class AccountEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static void MapAccountApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/list-users", ListAsync);
        routes.MapAdminApi("admin/add-user", AddAsync);
        routes.MapAdminApi("admin/get-user-profile", static (call, ct) => GetAsync(call, static view => AccountWire.Profile(view.Document), ct));
        routes.MapAdminApi("admin/get-user-profile-hash", static (call, ct) => GetAsync(call, static view => AccountWire.Hash(view.Hash), ct));
        routes.MapAdminApi("admin/get-user-profile-and-hash", static (call, ct) => GetAsync(call, static view => AccountWire.ProfileAndHash(view), ct));
        routes.MapAdminApi("admin/set-user-profile", static (call, ct) => SetAsync(call, null, ct));
        routes.MapAdminApi("admin/set-user-profile-hash", static (call, ct) => SetAsync(call, call.Text("RequireHash"), ct));
        routes.MapAdminApi("admin/request-storage-vault", RequestVaultAsync);
        routes.MapAdminApi("admin/revoke-device", RevokeAsync);
        routes.MapAdminApi("admin/reset-user-password", ResetPasswordAsync);
        routes.MapAdminApi("admin/disable-user-totp", static async (call, ct) => ApiResult.From(await call.Service<DisableUserTotp>().RunAsync(call.By, call.Text("TargetUser"), ct)));
    }

    private static Task<ApiResult> ListAsync(ApiCall call, CancellationToken ct)
    {
        var names = call.Service<AccountLists>().Names(call.By);
        return Task.FromResult(names.Ok ? ApiResult.Json(new JsonArray([.. names.Value.Select(static n => (JsonNode)n)])) : ApiResult.From(names.Plain));
    }

    private static async Task<ApiResult> AddAsync(ApiCall call, CancellationToken ct)
    {
        var user = new NewUser(call.Text("TargetUser"), call.Text("TargetPassword"))
        {
            StoreRecoveryCode = Said(call, "StoreRecoveryCode"),
            RequirePasswordChange = Said(call, "RequirePasswordChange"),
            OrganizationId = call.Optional("TargetOrganization") ?? "",
        };
        return ApiResult.From((await call.Service<AddUser>().RunAsync(call.By, user, ct)).Plain);
    }

    private static bool? Said(ApiCall call, string field) => call.Optional(field) is null ? null : call.Flag(field);

    private static async Task<ApiResult> ResetPasswordAsync(ApiCall call, CancellationToken ct) => ApiResult.From(await call.Service<ResetUserPassword>().RunAsync(
        call.By, call.Text("TargetUser"), call.Text("NewPassword"), call.Optional("OldPassword"), requireChange: null, ct));

    private static async Task<ApiResult> GetAsync(ApiCall call, Func<ProfileView, JsonObject> write, CancellationToken ct)
    {
        var view = await call.Service<ReadProfile>().RunAsync(call.By, call.Text("TargetUser"), ct);
        return view.Ok ? ApiResult.Json(write(view.Value)) : ApiResult.From(view.Plain);
    }

    private static async Task<ApiResult> SetAsync(ApiCall call, string? requireHash, CancellationToken ct)
    {
        var profile = ProfileJson.Parse(call.Document("ProfileData"));
        if (!profile.Ok)
        {
            return ApiResult.From(profile.Plain);
        }

        var saved = await call.Service<SaveProfile>().RunAsync(call.By, call.Text("TargetUser"), profile.Value, requireHash, ct);
        return !saved.Ok ? ApiResult.From(saved.Plain)
            : requireHash is null ? ApiResult.Ok
            : await GetAsync(call, static view => AccountWire.ProfileAndHash(view), ct);
    }

    private static async Task<ApiResult> RequestVaultAsync(ApiCall call, CancellationToken ct)
    {
        var made = await call.Service<RequestVault>().RunAsync(
            call.By, call.Text("TargetUser"), call.Text("StorageProvider"), call.SelfAddress(), call.Optional("DeviceID"), call.Optional("ProfileHash"), ct);
        return made.Ok
            ? await GetAsync(call, view => AccountWire.RequestedVault(made.Value.VaultId, view), ct)
            : ApiResult.From(made.Plain);
    }

    private static async Task<ApiResult> RevokeAsync(ApiCall call, CancellationToken ct) =>
        ApiResult.From(await call.Service<RevokeDevice>().RunAsync(call.By, call.Text("TargetUser"), call.Text("TargetDevice"), ct));
}
