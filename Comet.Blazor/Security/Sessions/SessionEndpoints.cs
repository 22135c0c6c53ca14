using System.Security.Claims;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Transport;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Comet.Blazor.Security.Sessions;

/// <summary>What the page's script asks of a session (decisions.md 17, 23). Other sites are kept out by <see cref="OurPage"/>.</summary>
public static class SessionEndpoints
{
    /// <summary>Maps them.</summary>
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session/touch", TouchAsync).AllowAnonymous().RequireOurPage();
        routes.MapPost("/session/end", EndAsync).AllowAnonymous().RequireOurPage();

        // A page that lost its server asks here before it loads again: the answer of a proxy in front is not the server's return.
        routes.MapGet("/session/ready", static () => Results.Text("ready")).AllowAnonymous();
    }

    private static async Task<IResult> TouchAsync(HttpContext http, SessionStore sessions) =>
        await sessions.TouchAsync(KeyOf(http), http.RequestAborted) ? Results.NoContent() : Results.Unauthorized();

    private static async Task<IResult> EndAsync(HttpContext http, SessionStore sessions, IAdministrators administrators, AuditLog audit)
    {
        var session = sessions.Find(KeyOf(http));
        await sessions.EndAsync(KeyOf(http), CancellationToken.None);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        if (SessionActor.Of(session, administrators) is { } by)
        {
            await audit.RecordAsync(new AuditEvent(by with { Address = http.Connection.RemoteIpAddress?.ToString() }, AuditActions.AdministratorSignedOut, AuditTarget.Administrator(by.Name)));
        }

        return Results.NoContent();
    }

    private static string? KeyOf(HttpContext http) => http.User.FindFirstValue(SessionCookie.KeyClaim);
}
