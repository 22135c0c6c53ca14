using Comet.Blazor.Security;

namespace Comet.Blazor.Api;

/// <summary>Maps the calls of the HTTP API (spec/06): POST forms under /api/v1, credentials in the form, no cookies, HTTP 200 with the envelope.</summary>
public static class ApiRoutes
{
    /// <summary>The largest request body, in bytes (spec/06 §1).</summary>
    public const long MaxBodyBytes = 64L * 1024 * 1024;

    /// <summary>Maps one call for administrators, such as "admin/list-users". The handler runs only for a signed-in caller.</summary>
    public static void MapAdminApi(this IEndpointRouteBuilder routes, string path, Func<ApiCall, CancellationToken, Task<ApiResult>> handler) =>
        routes.MapPost("/api/v1/" + path, (HttpContext http) => RunAsync(http, handler)).DisableAntiforgery();

    private static async Task RunAsync(HttpContext http, Func<ApiCall, CancellationToken, Task<ApiResult>> handler)
    {
        ApiResult result;
        try
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            var admins = http.RequestServices.GetRequiredService<IAdministrators>();
            var who = await admins.VerifyAsync(form["Username"].ToString(), form["Password"].ToString(), http.Connection.RemoteIpAddress?.ToString(), http.RequestAborted);
            result = who.Ok ? await handler(new ApiCall(http, form, who.Value), http.RequestAborted) : ApiResult.From(who.Plain);
        }
        catch (ApiException ex)
        {
            result = ApiResult.Envelope((int)ex.Kind, ex.Message);
        }

        http.Response.ContentType = result.ContentType;
        await result.WriteAsync(http.Response.Body, http.RequestAborted);
    }
}
