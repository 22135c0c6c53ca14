using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Comet.Blazor.Security.Sessions;

/// <summary>What the page's script asks of a session (decisions.md 17, 23). A header that other sites can't send keeps them out.</summary>
public static class SessionEndpoints
{
    /// <summary>The header; another origin would need our permission to send it, and gets none.</summary>
    public const string Header = "X-Comet-Page";

    /// <summary>Maps them.</summary>
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session/touch", TouchAsync).AllowAnonymous().DisableAntiforgery();
        routes.MapPost("/session/end", EndAsync).AllowAnonymous().DisableAntiforgery();

        // A page that lost its server asks here before it loads again: the answer of a proxy in front is not the server's return.
        routes.MapGet("/session/ready", static () => Results.Text("ready")).AllowAnonymous();
    }

    private static async Task<IResult> TouchAsync(HttpContext http, SessionStore sessions) =>
        !FromOurPage(http) ? Results.BadRequest()
        : await sessions.TouchAsync(KeyOf(http), http.RequestAborted) ? Results.NoContent()
        : Results.Unauthorized();

    private static async Task<IResult> EndAsync(HttpContext http, SessionStore sessions)
    {
        if (!FromOurPage(http))
        {
            return Results.BadRequest();
        }

        await sessions.EndAsync(KeyOf(http), http.RequestAborted);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.NoContent();
    }

    private static bool FromOurPage(HttpContext http) => http.Request.Headers.ContainsKey(Header);

    private static string? KeyOf(HttpContext http) => http.User.FindFirstValue(SessionCookie.KeyClaim);
}
