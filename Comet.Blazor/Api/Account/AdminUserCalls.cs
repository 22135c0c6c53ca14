using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;

namespace Comet.Blazor.Api.Account;

/// <summary>The administrators of this server in the HTTP API (spec/04 §2, §3).</summary>
public static class AdminUserCalls
{
    /// <summary>Maps the calls.</summary>
    public static void MapAdminUserApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/admin-user/list", ListAsync);
        routes.MapAdminApi("admin/admin-user/new", AddAsync);
        routes.MapAdminApi("admin/admin-user/delete", static async (call, _) => ApiResult.From(await call.Service<DeleteAdministrator>().RunAsync(call.By, call.Text("TargetUser"))));
        routes.MapOpenApi("admin/add-first-admin-user", AddFirstAsync);
    }

    private static Task<ApiResult> ListAsync(ApiCall call, CancellationToken ct)
    {
        var all = call.Service<AdministratorList>().All(call.By);
        return Task.FromResult(all.Ok ? ApiResult.Json(new JsonArray([.. all.Value.Select(static r => (JsonNode)AdministratorWire.User(r.Administrator))])) : ApiResult.From(all.Plain));
    }

    private static async Task<ApiResult> AddAsync(ApiCall call, CancellationToken ct)
    {
        var wanted = new NewAdministrator(call.Text("TargetUser"), call.Text("TargetPassword")) { OrganizationId = call.Optional("TargetOrgID") ?? "" };
        return ApiResult.From(await call.Service<AddAdministrator>().RunAsync(call.By, wanted, ct));
    }

    private static async Task<ApiResult> AddFirstAsync(ApiRequest request, CancellationToken ct) => ApiResult.From(
        (await request.Service<FirstAdministrator>().RunAsync(request.Text("TargetUser"), request.Text("TargetPassword"), request.Address, ActorVia.Api, ct)).Plain);
}
