using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Storage.Lists;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Security.Organizations;

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
        var buckets = call.Service<BucketLists>().Seen(call.By);
        return buckets.Ok
            ? ApiResult.Json(new JsonObject(buckets.Value.Select(static b => KeyValuePair.Create<string, JsonNode?>(b.Id, Properties(b)))))
            : ApiResult.From(buckets.Plain);
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
        var organization = call.Service<OrganizationList>().Choose(call.By, call.Optional("TargetOrganization"));
        if (!organization.Ok)
        {
            return ApiResult.From(organization.Plain);
        }

        var templates = call.Service<IStorageTemplates>().List(call.By, organization.Value);
        return templates.Ok
            ? ApiResult.Json(new JsonObject(templates.Value.Select(static t => KeyValuePair.Create<string, JsonNode?>(t.Id, t.Description))))
            : ApiResult.From(templates.Plain);
    }
}
