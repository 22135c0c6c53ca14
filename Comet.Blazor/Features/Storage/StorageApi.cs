using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Storage;

/// <summary>Storage calls of the HTTP API (spec/06 §8).</summary>
internal static class StorageApi
{
    /// <summary>Maps them.</summary>
    public static void MapStorageApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/storage/list-buckets", (call, _) => Task.FromResult(ListBuckets(call)));
        routes.MapAdminApi("admin/request-storage-vault-providers", (call, _) => Task.FromResult(Providers(call)));
    }

    private static ApiResult ListBuckets(ApiCall call)
    {
        if (!call.By.May(Right.StorageView))
        {
            return ApiResult.Envelope((int)Refusal.Denied, "You may not see buckets.");
        }

        return ApiResult.Json(new JsonObject(call.Service<BucketStore>().All.Select(b => KeyValuePair.Create<string, JsonNode?>(b.Id, Properties(b)))));
    }

    private static JsonNode? Properties(LiveBucket bucket)
    {
        var document = bucket.Document;
        return JsonSerializer.SerializeToNode(document with { Size = document.Size with { Size = bucket.Bytes } }, StorageJson.Default.Bucket);
    }

    private static ApiResult Providers(ApiCall call)
    {
        if (!call.By.May(Right.AccountsView))
        {
            return ApiResult.Envelope((int)Refusal.Denied, "You may not see storage templates.");
        }

        var templates = call.Service<IStorageTemplates>().List(call.Optional("TargetOrganization") ?? "");
        return ApiResult.Json(new JsonObject(templates.Select(t => KeyValuePair.Create<string, JsonNode?>(t.Id, t.Description))));
    }
}
