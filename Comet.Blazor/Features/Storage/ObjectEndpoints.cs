using System.Globalization;
using Comet.Blazor.Features.Storage.Disk;
using Microsoft.Net.Http.Headers;

namespace Comet.Blazor.Features.Storage;

/// <summary>Lists, reads, writes and removes objects of a bucket.</summary>
/// <param name="store">The buckets.</param>
/// <param name="upload">Takes objects in.</param>
/// <param name="log">The log.</param>
public sealed class ObjectEndpoints(BucketStore store, ObjectUpload upload, ILogger<ObjectEndpoints> log)
{
    private const string Version1 = "application/vnd.x.restic.rest.v1";
    private const string Version2 = "application/vnd.x.restic.rest.v2";

    /// <summary>GET {type}/: all objects of a type, with sizes when the caller accepts version 2.</summary>
    public async Task ListAsync(HttpContext http, LiveBucket bucket, StorageTarget target)
    {
        var withSizes = http.Request.Headers.Accept.Any(a => a is not null && a.Contains(Version2, StringComparison.OrdinalIgnoreCase));
        var path = store.PathOf(bucket.Id);
        var found = ObjectList.Exists(path) && await ObjectList.WriteAsync(
            path, target.Type, withSizes, http.Response.BodyWriter, () => http.Response.ContentType = withSizes ? Version2 : Version1, http.RequestAborted);
        if (!found)
        {
            Missing(http, bucket);
        }
    }

    /// <summary>GET and HEAD of an object: whole, or one range of it.</summary>
    public async Task ReadAsync(HttpContext http, LiveBucket bucket, StorageTarget target)
    {
        using var root = StoredFolder.Open(store.PathOf(bucket.Id));
        if (root is null)
        {
            FolderMissing(http, bucket);
            return;
        }

        using var file = root.OpenRead(target.Path);
        if (file is null)
        {
            StorageReasons.Answer(http.Features, StatusCodes.Status404NotFound, null);
            return;
        }

        var size = RandomAccess.GetLength(file);
        var response = http.Response;
        response.ContentType = "application/octet-stream";
        response.Headers.AcceptRanges = "bytes";
        if (HttpMethods.IsHead(http.Request.Method))
        {
            response.ContentLength = size;
            return;
        }

        var range = ByteRange.Parse(http.Request.Headers.Range, size);
        if (range is { Length: 0 })
        {
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}");
            StorageReasons.Answer(http.Features, StatusCodes.Status416RangeNotSatisfiable, null);
            return;
        }

        var (from, length) = range ?? new ByteRange(0, size);
        if (range is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{from + length - 1}/{size}");
        }

        response.ContentLength = length;
        await ObjectDownload.CopyAsync(file, from, length, response.BodyWriter, http.RequestAborted);
    }

    /// <summary>POST of an object: stored once, never replaced.</summary>
    public async Task WriteAsync(HttpContext http, LiveBucket bucket, StorageTarget target)
    {
        var length = http.Request.ContentLength;
        if (length is null && !http.Request.Headers.ContainsKey(HeaderNames.TransferEncoding) && HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            StorageReasons.Answer(http.Features, StatusCodes.Status411LengthRequired, null);
            return;
        }

        if (length > StorageEndpoints.MaxObjectBytes)
        {
            StorageReasons.Answer(http.Features, StatusCodes.Status413PayloadTooLarge, null);
            return;
        }

        switch (await upload.ReceiveAsync(bucket, target, http.Request.BodyReader, length, http.RequestAborted))
        {
            case UploadResult.Stored or UploadResult.AlreadyStored:
                http.Response.ContentLength = 0;
                break;
            case UploadResult.Exists:
                StorageReasons.Answer(http.Features, StatusCodes.Status403Forbidden, StorageReasons.Exists);
                break;
            case UploadResult.WrongHash:
                StorageReasons.Answer(http.Features, StatusCodes.Status400BadRequest, StorageReasons.WrongHash);
                break;
            case UploadResult.OverLimit:
                StorageReasons.Answer(http.Features, StatusCodes.Status507InsufficientStorage, StorageReasons.OverLimit);
                break;
            default:
                FolderMissing(http, bucket);
                break;
        }
    }

    /// <summary>DELETE of an object: also fine when it is gone already, because restic repeats.</summary>
    public void Delete(HttpContext http, LiveBucket bucket, StorageTarget target)
    {
        if (bucket.Document.AppendOnly && !target.IsLock)
        {
            StorageReasons.Answer(http.Features, StatusCodes.Status403Forbidden, StorageReasons.AppendOnly);
            return;
        }

        using var root = StoredFolder.Open(store.PathOf(bucket.Id));
        if (root is null)
        {
            FolderMissing(http, bucket);
            return;
        }

        using var subfolder = target.IsConfig ? null : root.OpenFolder(target.Folder, create: false);
        if ((target.IsConfig ? root : subfolder) is { } folder && bucket.Usage.Remove(target.FolderNumber, () => Remove(folder, target.Id)))
        {
            if (bucket.Document.Sync == SyncPolicy.Full)
            {
                folder.Sync();
            }

            store.Changed.Raise();
        }

        http.Response.ContentLength = 0;
    }

    /// <summary>Answers that the bucket's folder is gone, and says so in the log. It is not made again: an empty one would hide the loss.</summary>
    public void FolderMissing(HttpContext http, LiveBucket bucket)
    {
        log.LogError("The folder {Folder} of bucket {Bucket} is missing or is a link; the bucket can't be used until it is back.", store.PathOf(bucket.Id), bucket.Id);
        StorageReasons.Answer(http.Features, StatusCodes.Status404NotFound, StorageReasons.NoFolder);
    }

    private static long? Remove(StoredFolder folder, string name)
    {
        using var file = folder.OpenRead(name);
        return file is not null && RandomAccess.GetLength(file) is var size && folder.Remove(name) ? size : null;
    }

    private void Missing(HttpContext http, LiveBucket bucket)
    {
        if (ObjectList.Exists(store.PathOf(bucket.Id)))
        {
            StorageReasons.Answer(http.Features, StatusCodes.Status404NotFound, null); // not initialised yet; restic reads it as an empty list
        }
        else
        {
            FolderMissing(http, bucket);
        }
    }
}
