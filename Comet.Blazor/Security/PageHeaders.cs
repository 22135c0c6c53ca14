using Microsoft.AspNetCore.StaticAssets;

namespace Comet.Blazor.Security;

/// <summary>The headers that keep a browser from doing on our pages what we do not.</summary>
public static class PageHeaders
{
    /// <summary>Everything from this server and nothing from elsewhere. MudBlazor writes its theme as a style element, hence 'unsafe-inline' there and only there.</summary>
    public const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>Sends them with every answer; files and a circuit's messages get the one that counts for them, since the others tell only documents what to do.</summary>
    public static IApplicationBuilder UsePageHeaders(this IApplicationBuilder app) => app.Use(static (http, next) =>
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (http.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null && !http.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
        {
            headers.ContentSecurityPolicy = ContentPolicy;
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        }

        return next(http);
    });
}
