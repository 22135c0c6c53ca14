using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Storage.Lists;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Features.Storage.Templates;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Storage;

/// <summary>Storage calls of the HTTP API (spec/06 §8).</summary>
internal static class StorageApi
{
    /// <summary>Maps them.</summary>
    public static void MapStorageApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/storage/list-buckets", (call, _) => Task.FromResult(ListBuckets(call)));
        routes.MapAdminApi("admin/storage/register-bucket", RegisterBucketAsync);
        routes.MapAdminApi("admin/storage/delete-bucket", async (call, ct) => ApiResult.From(await call.Service<DeleteBucket>().RunAsync(call.By, call.Text("BucketID"), ct)));
        routes.MapAdminApi("admin/request-storage-vault-providers", (call, _) => Task.FromResult(Providers(call)));
        routes.MapAdminApi("admin/meta/remote-storage-vault/get", (call, _) => Task.FromResult(Templates(call)));
        routes.MapAdminApi("admin/meta/remote-storage-vault/set", (call, _) => SetTemplatesAsync(call));
        routes.MapAdminApi("admin/meta/remote-storage-vault/test", TestTemplateAsync);
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

    private static async Task<ApiResult> RegisterBucketAsync(ApiCall call, CancellationToken ct)
    {
        var (format, hash) = (call.Optional("SetKeyHashFormat") ?? "", call.Optional("SetKeyHashValue") ?? "");
        if (hash.Length > 0 && format != BucketSecret.Format.ToString(CultureInfo.InvariantCulture))
        {
            return ApiResult.From(Outcome.Refuse(Refusal.Unsupported, $"SetKeyHashFormat must be {BucketSecret.Format}, the format of this server. Without a hash the server makes the key."));
        }

        var organization = call.Optional("SetOrganizationID");
        if (organization is not null && !call.By.IsTopLevel)
        {
            return ApiResult.From(Outcome.Denied("You may not choose the organization of a bucket. Leave SetOrganizationID away."));
        }

        var wish = new NewBucket { Id = call.Optional("SetBucketValue") ?? "", KeyHash = hash, OrganizationId = organization ?? call.By.OrganizationId };
        var made = await call.Service<CreateBucket>().RunAsync(call.By, wish, ct);
        return made.Ok
            ? ApiResult.Json(new JsonObject { ["Status"] = 200, ["Message"] = "OK", ["NewBucketID"] = made.Value.Id, ["NewBucketKey"] = made.Value.Key })
            : ApiResult.From(made.Plain);
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

    private static ApiResult Templates(ApiCall call)
    {
        var templates = call.Service<ReadStorageTemplates>().Run(call.By);
        return templates.Ok ? ApiResult.Json(templates.Value) : ApiResult.From(templates.Plain);
    }

    private static async Task<ApiResult> SetTemplatesAsync(ApiCall call)
    {
        var replacement = call.Optional("ReplacementAutoVaultID") is { Length: > 0 } named ? named : null;
        return Parse(call.Document("RemoteStorageOptions")) is JsonArray list
            ? ApiResult.From(await call.Service<SaveStorageTemplates>().RunAsync(call.By, list, call.SelfAddress(), replacement: replacement))
            : ApiResult.From(Outcome.Invalid("RemoteStorageOptions must be a JSON list of Storage Templates."));
    }

    private static async Task<ApiResult> TestTemplateAsync(ApiCall call, CancellationToken ct) =>
        Parse(call.Document("TemplateOptions")) is JsonObject template
            ? ApiResult.From(await call.Service<TestStorageTemplate>().RunAsync(call.By, template, call.SelfAddress(), ct))
            : ApiResult.From(Outcome.Invalid("TemplateOptions must be a JSON object, a Storage Template."));

    private static JsonNode? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonNode.Parse(utf8.Span, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 });
        }
        catch (JsonException)
        {
            return null; // said by the caller, with the name of the parameter
        }
    }
}
