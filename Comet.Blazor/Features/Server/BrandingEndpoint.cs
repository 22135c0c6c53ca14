using System.Text.Json.Nodes;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.Totp;

namespace Comet.Blazor.Features.Server;

/// <summary>What anybody may know of this server before signing in (contract: ServerMetaBrandingProperties; spec/04 §14).</summary>
public static class BrandingEndpoint
{
    private const string TopColor = "#3646A8";

    /// <summary>Maps it. Some clients send a form with this GET; it is not looked at (spec/06 §1).</summary>
    public static void MapBranding(this IEndpointRouteBuilder routes) => routes.MapGet("/gen/branding.props", static (HttpContext http) =>
    {
        http.Response.Headers.CacheControl = "no-store"; // ServerIsEmpty is true only once
        return Results.Text(Properties(http.RequestServices.GetRequiredService<FirstAdministrator>(), http.RequestServices.GetRequiredService<SessionTimes>()).ToJsonString(), "application/json; charset=utf-8");
    }).AllowAnonymous();

    /// <summary>The properties. Nothing can be branded yet, and no client software is offered for download.</summary>
    public static JsonObject Properties(FirstAdministrator first, SessionTimes times) => new()
    {
        ["BrandName"] = NewTotp.Issuer,
        ["ProductName"] = NewTotp.Issuer,
        ["HasImage"] = false,
        ["ImageEtag"] = "",
        ["TopColor"] = TopColor,
        ["AccentColor"] = TopColor,
        ["HideNewsArea"] = false,
        ["AllowUnauthenticatedDownloads"] = false,
        ["AllowAuthenticatedDownloads"] = false,
        ["PruneLogsAfterDays"] = 0,
        ["ExpiredInSeconds"] = (long)times.Idle.TotalSeconds,
        ["ExternalAuthenticationSources"] = new JsonArray(),
        ["ServerIsEmpty"] = first.IsAwaited,
        ["CloudStorageName"] = "",
        ["AdminHidePreBuiltClientOption"] = false,
        ["AdminHideBrandedCloudStorage"] = false,
    };
}
