using Comet.Blazor.Features.Storage.Disk;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Comet.Blazor.Features.Storage;

/// <summary>restic's REST protocol, versions 1 and 2, under /storage/{bucket}/ (docs/storage.md): no cookies, no circuits, one basic authentication per request.</summary>
/// <param name="store">The buckets.</param>
/// <param name="keys">Checks credentials.</param>
/// <param name="objects">Serves objects.</param>
/// <param name="log">The log.</param>
public sealed class StorageEndpoints(BucketStore store, BucketKeys keys, ObjectEndpoints objects, ILogger<StorageEndpoints> log)
{
    /// <summary>The largest object, in bytes. restic's packs reach 128 MiB.</summary>
    public const long MaxObjectBytes = 256L * 1024 * 1024;

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        Prepare(http);
        try
        {
            await RouteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort(); // nobody is there to be told
        }
        catch (IOException ex) when (ex is ConnectionResetException || http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (BadHttpRequestException ex)
        {
            Fail(http, ex.StatusCode, null);
            if (!http.Response.HasStarted)
            {
                http.Response.Headers.Connection = "close"; // where the body ends is unknown, so nothing can be read after it
            }
        }
        catch (IOException ex) when (StoredFolder.IsDiskFull(ex))
        {
            log.LogError("The disk of the storage folder is full; an upload was refused.");
            Fail(http, StatusCodes.Status507InsufficientStorage, StorageReasons.DiskFull);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            log.LogError(ex, "The storage request {Method} {Path} failed.", http.Request.Method, http.Request.Path);
            Fail(http, StatusCodes.Status500InternalServerError, StorageReasons.DiskFailed);
        }
    }

    private static void Prepare(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = MaxObjectBytes;
        }

        // Devices may limit their bandwidth as far as they like.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } upload)
        {
            upload.MinDataRate = null;
        }

        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } download)
        {
            download.MinDataRate = null;
        }

        if (http.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false; // a 404 for restic is no page for a person
        }
    }

    private static void Fail(HttpContext http, int status, string? reason)
    {
        if (http.Response.HasStarted)
        {
            http.Abort(); // a cut connection is the only way left to say that the answer is not whole
            return;
        }

        http.Response.Clear();
        StorageReasons.Answer(http.Features, status, reason);
    }

    private async Task RouteAsync(HttpContext http)
    {
        if (!StorageTarget.TryParse(http.Request.Path.Value, out var id, out var target))
        {
            StorageReasons.Answer(http.Features, StatusCodes.Status404NotFound, null);
            return;
        }

        if (await keys.VerifyAsync(id, http.Request.Headers.Authorization, http.RequestAborted) is not { } bucket)
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"Storage Role\", charset=\"UTF-8\"";
            StorageReasons.Answer(http.Features, StatusCodes.Status401Unauthorized, null);
            return;
        }

        switch (target.Kind)
        {
            case TargetKind.Repository when HttpMethods.IsPost(http.Request.Method):
                Create(http, bucket);
                break;
            case TargetKind.Repository:
                NotAllowed(http, "POST");
                break;
            case TargetKind.Collection when HttpMethods.IsGet(http.Request.Method):
                await objects.ListAsync(http, bucket, target);
                break;
            case TargetKind.Collection:
                NotAllowed(http, "GET");
                break;
            case TargetKind.Object:
                await RouteObjectAsync(http, bucket, target);
                break;
            default:
                StorageReasons.Answer(http.Features, StatusCodes.Status404NotFound, null);
                break;
        }
    }

    private Task RouteObjectAsync(HttpContext http, LiveBucket bucket, StorageTarget target)
    {
        var method = http.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        {
            return objects.ReadAsync(http, bucket, target);
        }

        if (HttpMethods.IsPost(method))
        {
            return objects.WriteAsync(http, bucket, target);
        }

        if (HttpMethods.IsDelete(method))
        {
            objects.Delete(http, bucket, target);
        }
        else
        {
            NotAllowed(http, "GET, HEAD, POST, DELETE");
        }

        return Task.CompletedTask;
    }

    private void Create(HttpContext http, LiveBucket bucket)
    {
        if (http.Request.Query["create"] != "true")
        {
            StorageReasons.Answer(http.Features, StatusCodes.Status400BadRequest, null);
            return;
        }

        using var root = StoredFolder.Open(store.PathOf(bucket.Id));
        if (root is null || !root.MakeFolders("", StorageTarget.FlatTypes) || !root.MakeFolders("data", StorageTarget.DataFolders))
        {
            objects.FolderMissing(http, bucket);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status200OK;
    }

    private static void NotAllowed(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        StorageReasons.Answer(http.Features, StatusCodes.Status405MethodNotAllowed, null);
    }
}
