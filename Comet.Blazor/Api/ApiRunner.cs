using System.IO.Compression;
using System.Security.Cryptography;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Comet.Blazor.Api;

/// <summary>Runs one call: reads the form, calls the handler, writes the answer (spec/06 §1 to §3).</summary>
public static partial class ApiRunner
{
    private static readonly FormOptions Form = new()
    {
        BufferBodyLengthLimit = ApiRoutes.MaxBodyBytes,
        MultipartBodyLengthLimit = ApiRoutes.MaxBodyBytes,
        ValueLengthLimit = (int)ApiRoutes.MaxBodyBytes,
    };

    /// <summary>Runs the call; nothing but a broken connection escapes.</summary>
    public static async Task RunAsync(HttpContext http, Func<ApiRequest, CancellationToken, Task<ApiResult>> handler)
    {
        ApiResult result;
        LargeRequests.Place place = default;
        try
        {
            place = await http.RequestServices.GetRequiredService<LargeRequests>().EnterAsync(http.Request.ContentLength, http.RequestAborted);
            result = await handler(new ApiRequest(http, await ReadFormAsync(http)), http.RequestAborted);
        }
        catch (ApiException ex)
        {
            result = ApiResult.Envelope((int)ex.Kind, ex.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception ex)
        {
            result = Failed(http, ex);
        }
        finally
        {
            place.Dispose();
        }

        await WriteAsync(http, result);
    }

    /// <summary>The answer to a call that does not exist, or that was not sent as POST.</summary>
    public static Task UnknownAsync(HttpContext http)
    {
        if (HttpMethods.IsPost(http.Request.Method))
        {
            return WriteAsync(http, ApiResult.Envelope((int)Refusal.Missing, $"This server has no call {http.Request.Path}."));
        }

        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = HttpMethods.Post;
        return WriteAsync(http, ApiResult.Envelope(StatusCodes.Status405MethodNotAllowed, "API calls are sent with the method POST."));
    }

    private static async Task<IFormCollection> ReadFormAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = ApiRoutes.MaxBodyBytes;
        }

        if (!http.Request.HasFormContentType)
        {
            throw new ApiException(Refusal.Invalid, "Send the parameters as application/x-www-form-urlencoded or multipart/form-data.");
        }

        try
        {
            // Asked here, because the form's reader asks too and takes a charset that this runtime refuses (UTF-7) for a fault.
            _ = MediaTypeHeaderValue.Parse(http.Request.ContentType).Encoding;
        }
        catch (NotSupportedException)
        {
            throw new ApiException(Refusal.Invalid, "Send the parameters in UTF-8.");
        }

        try
        {
            http.Features.Set<IFormFeature>(new FormFeature(http.Request, Form));
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (BadHttpRequestException ex) when (ex.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new ApiException(Refusal.Invalid, $"The request is larger than {ByteSize.Format(ApiRoutes.MaxBodyBytes)}.");
        }
        catch (Exception ex) when (ex is InvalidDataException or BadHttpRequestException || (ex is IOException && !http.RequestAborted.IsCancellationRequested))
        {
            throw new ApiException(Refusal.Invalid, $"The request's form can't be read: {ex.Message}");
        }
    }

    private static async Task WriteAsync(HttpContext http, ApiResult result)
    {
        http.Response.ContentType = result.ContentType;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        try
        {
            if (AcceptsGzip(http.Request.Headers.AcceptEncoding))
            {
                http.Response.Headers.ContentEncoding = "gzip";
                await using var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
                await result.WriteAsync(gzip, http.RequestAborted);
            }
            else
            {
                await result.WriteAsync(http.Response.Body, http.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody is left to be told.
        }
        catch (Exception ex) when (!http.Response.HasStarted)
        {
            http.Response.Headers.ContentEncoding = StringValues.Empty;
            var failed = Failed(http, ex);
            http.Response.ContentType = failed.ContentType;
            await failed.WriteAsync(http.Response.Body, http.RequestAborted);
        }
        catch (Exception ex)
        {
            // Half an answer must not look like a whole one.
            Failed(http, ex);
            http.Abort();
        }
    }

    private static bool AcceptsGzip(StringValues accepted) =>
        StringWithQualityHeaderValue.TryParseList([.. accepted.OfType<string>()], out var codings)
        && codings.Any(static c => c.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && c.Quality is null or > 0);

    private static ApiResult Failed(HttpContext http, Exception ex)
    {
        var reference = Convert.ToHexString(RandomNumberGenerator.GetBytes(4));
        LogFailed(http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ApiRunner)), ex, http.Request.Path, reference);
        return ApiResult.Envelope(StatusCodes.Status500InternalServerError, 
            ex is IOException or SecretLostException ? $"{ex.Message} (reference {reference})" // a store that can't write, or a lost key, says what to do
            : $"The server could not do this. The reason is in its log under the reference {reference}.");
    }

    [LoggerMessage(LogLevel.Error, "The call {Path} failed, reference {Reference}.")]
    private static partial void LogFailed(ILogger logger, Exception ex, string path, string reference);
}
