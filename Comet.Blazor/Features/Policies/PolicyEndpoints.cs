using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies;

/// <summary>Policies in the HTTP API (spec/06 §8).</summary>
public static class PolicyEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static void MapPolicyApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/policies/list", static (call, _) => Task.FromResult(List(call, static e => e.Ref.Name)));
        routes.MapAdminApi("admin/policies/list-full", static (call, _) => Task.FromResult(List(call, PolicyWire.Policy)));
        routes.MapAdminApi("admin/policies/get", static (call, _) => Task.FromResult(Get(call)));
        routes.MapAdminApi("admin/policies/new", NewAsync);
        routes.MapAdminApi("admin/policies/set", SetAsync);
        routes.MapAdminApi("admin/policies/delete", static async (call, _) => ApiResult.From(await call.Service<DeletePolicy>().RunAsync(call.By, call.Text("PolicyID"))));
    }

    private static ApiResult List(ApiCall call, Func<PolicyEntry, JsonNode?> write)
    {
        var all = call.Service<PolicyLists>().All(call.By, call.Optional("TargetOrganization"));
        return all.Ok ? ApiResult.Json(new JsonObject(all.Value.Select(e => KeyValuePair.Create(e.Id, write(e))))) : ApiResult.From(all.Plain);
    }

    private static ApiResult Get(ApiCall call)
    {
        var one = call.Service<PolicyLists>().One(call.By, call.Text("PolicyID"));
        return one.Ok ? ApiResult.Json(PolicyWire.Get(one.Value)) : ApiResult.From(one.Plain);
    }

    private static async Task<ApiResult> NewAsync(ApiCall call, CancellationToken ct)
    {
        if (Document(call) is var policy && !policy.Ok)
        {
            return ApiResult.From(policy.Plain);
        }

        var created = await call.Service<CreatePolicy>().RunAsync(call.By, policy.Value);
        return created.Ok ? ApiResult.Json(PolicyWire.Created(created.Value)) : ApiResult.From(created.Plain);
    }

    // Creates when the key is new.
    private static async Task<ApiResult> SetAsync(ApiCall call, CancellationToken ct)
    {
        var (id, policy) = (call.Text("PolicyID"), Document(call));
        if (!policy.Ok)
        {
            return ApiResult.From(policy.Plain);
        }

        var options = call.Optional("Options") is { } text ? PolicyJson.Parse(System.Text.Encoding.UTF8.GetBytes(text), "The parameter Options") : new JsonObject();
        if (!options.Ok)
        {
            return ApiResult.From(options.Plain);
        }

        if (call.Service<PolicyStore>().Entry(id) is null)
        {
            return call.Optional("CheckPolicyHash") is null ? ApiResult.From((await call.Service<CreatePolicy>().RunAsync(call.By, policy.Value, id)).Plain) : ApiResult.From(PolicyStore.Unknown);
        }

        var changed = await call.Service<ChangePolicy>().RunAsync(call.By, id, policy.Value, call.Optional("CheckPolicyHash"), options.Value.Texts("DeleteSources"));
        return ApiResult.From(changed.Plain);
    }

    private static Outcome<JsonObject> Document(ApiCall call) => PolicyJson.Parse(call.Document("Policy"), "The policy");
}
