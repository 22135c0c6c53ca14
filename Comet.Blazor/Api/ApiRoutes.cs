using Comet.Blazor.Security.Transport;

namespace Comet.Blazor.Api;

/// <summary>Maps the calls of the HTTP API (spec/06): POST forms under /api/v1, credentials in the form, no cookies, HTTP 200 with the envelope.</summary>
public static class ApiRoutes
{
    /// <summary>The largest request body, in bytes (spec/06 §1).</summary>
    public const long MaxBodyBytes = 64L * 1024 * 1024;

    /// <summary>Maps one call for administrators, such as "admin/list-users". The handler runs only for a signed-in administrator.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="path">The call.</param>
    /// <param name="handler">Does it; checks rights itself.</param>
    /// <param name="beforePasswordChange">True for the few calls that are open to somebody who must change the password first (spec/04 §4.4).</param>
    public static void MapAdminApi(this IEndpointRouteBuilder routes, string path, Func<ApiCall, CancellationToken, Task<ApiResult>> handler, bool beforePasswordChange = false) =>
        Map(routes, path, (request, ct) => RunAsync(request, handler, beforePasswordChange, request.Service<ApiCredentials>().AdministratorAsync, ct))
            .WithMetadata(new ApiHandler(handler));

    /// <summary>
    /// Maps one call for customers, such as "user/web/get-jobs". The handler runs only for a customer who may use the web; the caller's Account is the
    /// only one it may look at.
    /// </summary>
    /// <inheritdoc cref="MapAdminApi" />
    public static void MapUserApi(this IEndpointRouteBuilder routes, string path, Func<ApiCall, CancellationToken, Task<ApiResult>> handler, bool beforePasswordChange = false) =>
        Map(routes, path, (request, ct) => RunAsync(request, handler, beforePasswordChange, request.Service<ApiCredentials>().CustomerAsync, ct));

    /// <summary>Maps one call that anybody may make, or that looks at credentials in its own way.</summary>
    public static void MapOpenApi(this IEndpointRouteBuilder routes, string path, Func<ApiRequest, CancellationToken, Task<ApiResult>> handler) => Map(routes, path, handler);

    /// <summary>
    /// Answers everything else under /api: an unknown call with the envelope of a refusal, since clients lose the message of any other HTTP status;
    /// another method than POST with HTTP 405, since that is no client of ours (spec/06 §1).
    /// </summary>
    public static IEndpointRouteBuilder MapApiFallback(this IEndpointRouteBuilder routes)
    {
        routes.Map("/api/{**call}", ApiRunner.UnknownAsync).WithOwnCredentials();
        return routes;
    }

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string path, Func<ApiRequest, CancellationToken, Task<ApiResult>> handler) =>
        routes.MapPost("/api/v1/" + path, (HttpContext http) => ApiRunner.RunAsync(http, handler)).WithOwnCredentials();

    private static async Task<ApiResult> RunAsync(
        ApiRequest request, Func<ApiCall, CancellationToken, Task<ApiResult>> handler, bool beforePasswordChange,
        Func<ApiRequest, CancellationToken, Task<ApiEntry>> signIn, CancellationToken ct)
    {
        var entry = await signIn(request, ct);
        return entry.Caller is not { } caller ? entry.Refused!
            : caller.MustChangePassword && !beforePasswordChange ? ApiResult.From(ApiCredentials.ChangePasswordFirst(caller.By.Kind))
            : await handler(request.For(caller), ct);
    }
}

/// <summary>On an endpoint: what runs for a signed-in administrator, so that a test can ask every call whether it looks at the caller's rights.</summary>
/// <param name="Run">The handler.</param>
public sealed record ApiHandler(Func<ApiCall, CancellationToken, Task<ApiResult>> Run);
