using Comet.Blazor.Security.Transport;

namespace Comet.Blazor.Api;

/// <summary>Maps the calls of the HTTP API (spec/06): POST forms under /api/v1, credentials in the form, no cookies, HTTP 200 with the envelope.</summary>
public static class ApiRoutes
{
    /// <summary>The largest request body, in bytes (spec/06 §1).</summary>
    public const long MaxBodyBytes = 64L * 1024 * 1024;

    /// <summary>Maps one call for administrators, such as "admin/list-users". The handler runs only for a signed-in caller.</summary>
    public static void MapAdminApi(this IEndpointRouteBuilder routes, string path, Func<ApiCall, CancellationToken, Task<ApiResult>> handler) =>
        routes.MapPost("/api/v1/" + path, (HttpContext http) => ApiRunner.RunAsync(http, handler)).WithOwnCredentials();

    /// <summary>
    /// Answers everything else under /api: an unknown call with the envelope of a refusal, since clients lose the message of any other HTTP status;
    /// another method than POST with HTTP 405, since that is no client of ours (spec/06 §1).
    /// </summary>
    public static IEndpointRouteBuilder MapApiFallback(this IEndpointRouteBuilder routes)
    {
        routes.Map("/api/{**call}", ApiRunner.UnknownAsync).WithOwnCredentials();
        return routes;
    }
}
