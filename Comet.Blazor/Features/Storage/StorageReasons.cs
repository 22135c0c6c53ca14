using Microsoft.AspNetCore.Http.Features;

namespace Comet.Blazor.Features.Storage;

/// <summary>
/// Why a request was refused, where the status alone does not say it. Sent as the HTTP reason phrase, which restic repeats in its messages
/// (decisions.md 27), and as header for callers over HTTP/2, which has no phrases.
/// </summary>
public static class StorageReasons
{
    /// <summary>The header.</summary>
    public const string Header = "Comet-Reason";

    /// <summary>507: the bucket's own limit.</summary>
    public const string OverLimit = "Storage quota exceeded";

    /// <summary>507: the server's disk.</summary>
    public const string DiskFull = "Disk full";

    /// <summary>500: the server's disk failed.</summary>
    public const string DiskFailed = "Disk error";

    /// <summary>404: somebody removed the bucket's folder on the server.</summary>
    public const string NoFolder = "Bucket folder is missing";

    /// <summary>403: the bucket only grows.</summary>
    public const string AppendOnly = "Bucket is append-only";

    /// <summary>403: another object has this name.</summary>
    public const string Exists = "Object exists";

    /// <summary>400: the bytes do not have the hash of their name.</summary>
    public const string WrongHash = "Hash mismatch";

    /// <summary>Answers without a body.</summary>
    internal static void Answer(IFeatureCollection features, int status, string? reason)
    {
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = status;
        response.Headers.ContentLength = 0;
        if (reason is not null)
        {
            response.ReasonPhrase = reason;
            response.Headers[Header] = reason;
        }
    }
}
