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

    // The contract's fields alone; the document has more.
    private static JsonObject Properties(LiveBucket bucket)
    {
        var document = bucket.Document;
        return new JsonObject
        {
            ["OrganizationID"] = document.OrganizationId,
            ["CreateTime"] = document.CreateTime,
            ["ReadWriteKeyFormat"] = document.ReadWriteKeyFormat,
            ["ReadWriteKey"] = document.ReadWriteKey,
            ["Size"] = new JsonObject
            {
                ["Size"] = bucket.Bytes,
                ["MeasureStarted"] = document.Size.MeasureStarted,
                ["MeasureCompleted"] = document.Size.MeasureCompleted,
            },
        };
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
