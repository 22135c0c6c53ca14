using Comet.Blazor.Security.Transport;
using Microsoft.AspNetCore.StaticAssets;

namespace Comet.Blazor.Security;

/// <summary>The headers that keep a browser from doing on our pages what we do not.</summary>
public static class PageHeaders
{
    /// <summary>Everything from this server and nothing from elsewhere. MudBlazor writes its theme as a style element, hence 'unsafe-inline' there and only there.</summary>
    public const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>Of a year, in seconds; no preload, since that can't be taken back.</summary>
    public const string StrictTransport = "max-age=31536000";

    /// <summary>
    /// Sends them with every answer; files and a circuit's messages get those that count for them, since the others tell only documents what
    /// to do. At the last moment, because whoever refuses a request or meets a fault empties the answer first.
    /// </summary>
    public static IApplicationBuilder UsePageHeaders(this IApplicationBuilder app)
    {
        var https = app.ApplicationServices.GetRequiredService<HttpsCertificate>();
        Func<object, Task> set = http =>
        {
            Set((HttpContext)http, https);
            return Task.CompletedTask;
        };
        return app.Use((http, next) =>
        {
            http.Response.OnStarting(set, http);
            return next(http);
        });
    }

    private static void Set(HttpContext http, HttpsCertificate https)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (http.Request.IsHttps && https.AllowsHsts(http.Request.Host.Host))
        {
            headers.StrictTransportSecurity = StrictTransport;
        }

        if (http.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null && !http.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
        {
            headers.ContentSecurityPolicy = ContentPolicy;
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        }
    }
}
