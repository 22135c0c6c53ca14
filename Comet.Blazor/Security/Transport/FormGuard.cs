using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.StaticAssets;

namespace Comet.Blazor.Security.Transport;

/// <summary>
/// Keeps other sites from acting through the browser of somebody who is signed in. It stands before every endpoint that does not take
/// its credentials from the request itself (<see cref="OwnCredentials"/>), also before those that a later change adds; tokens and
/// <see cref="OurPage"/> are the second lock behind it.
/// </summary>
public static class FormGuard
{
    /// <summary>The largest form of a page, in bytes. No page sends files by form.</summary>
    public const long MaxFormBytes = 32 * 1024;

    private const string Circuit = "/_blazor";

    /// <summary>Refuses what another site's page sends: forms, scripts, and the circuit's WebSocket. After routing.</summary>
    public static IApplicationBuilder UseFormGuard(this IApplicationBuilder app) => app.Use(static (http, next) =>
    {
        var request = http.Request;
        var isCircuit = request.Path.StartsWithSegments(Circuit, StringComparison.Ordinal);
        if (http.GetEndpoint()?.Metadata is { } endpoint && (endpoint.GetMetadata<OwnCredentials>() ?? (object?)endpoint.GetMetadata<StaticAssetDescriptor>()) is not null
            || (!isCircuit && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))))
        {
            return next(http);
        }

        if (!Origins.IsOurs(request))
        {
            return RefusalPage.WriteAsync(http, StatusCodes.Status403Forbidden, "This came from another site",
                "A page of another site sent this request to the server, and nothing was done. If you meant to do it, open the server's own page and do it there.");
        }

        if (!isCircuit && http.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is null)
        {
            if (request.ContentLength > MaxFormBytes)
            {
                return TooLarge(http);
            }

            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            {
                size.MaxRequestBodySize = MaxFormBytes;
            }
        }

        return next(http);
    });

    /// <summary>Answers forms whose antiforgery token is missing, too old or somebody else's with a page that says what to do. After UseAntiforgery.</summary>
    public static IApplicationBuilder UseFormAnswers(this IApplicationBuilder app) => app.Use(static (http, next) =>
        http.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false } checkedForm ? next(http)
        : checkedForm.Error?.InnerException is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } ? TooLarge(http)
        : RefusalPage.WriteAsync(http, StatusCodes.Status400BadRequest, "This form is no longer valid",
            "Nothing was done. The form was opened too long ago, in another browser, or cookies are switched off. Open its page again and repeat what you did."));

    private static Task TooLarge(HttpContext http) => RefusalPage.WriteAsync(http, StatusCodes.Status413PayloadTooLarge, "This is too much for a form",
        $"Nothing was done. A form of this server holds at most {Kernel.ByteSize.Format(MaxFormBytes)}.");
}
