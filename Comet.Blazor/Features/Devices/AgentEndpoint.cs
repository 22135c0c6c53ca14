using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices;

/// <summary>The address to which devices connect (docs/agent-protocol.md).</summary>
public static class AgentEndpoint
{
    /// <summary>
    /// Maps it. The WebSocket middleware serves this address only, and the middleware of pages is passed by: what it leaves in a request stays
    /// in memory as long as the device is connected.
    /// </summary>
    public static void MapAgentEndpoint(this IEndpointRouteBuilder routes)
    {
        // Resolved once: a request's own services would be a scope that lives as long as the link.
        var services = routes.ServiceProvider.GetRequiredService<AgentServices>();

        // Heartbeats are messages of the protocol: no timer of the framework per link.
        var pipeline = routes.CreateApplicationBuilder().UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        pipeline.Run(http => AcceptAsync(http, services));
        routes.Map(AgentProtocol.Path, pipeline.Build()).WithOwnCredentials().ShortCircuit();
    }

    private static async Task AcceptAsync(HttpContext http, AgentServices services)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            await SayAsync(http, StatusCodes.Status426UpgradeRequired, "Devices connect here with a WebSocket. To manage backups, open this server's address in a browser.");
            return;
        }

        if (!http.WebSockets.WebSocketRequestedProtocols.Contains(AgentProtocol.SubProtocol))
        {
            await SayAsync(http, StatusCodes.Status400BadRequest, $"The WebSocket must offer the subprotocol {AgentProtocol.SubProtocol}.");
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(AgentProtocol.SubProtocol);
        await services.Conversation.RunAsync(new DeviceLink(socket, http.Abort, services.Limits, services.Clock), http.Connection.RemoteIpAddress, $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}/");
    }

    private static Task SayAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.XContentTypeOptions = "nosniff"; // what the pages' middleware sends has been passed by
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text + "\n", http.RequestAborted);
    }
}

/// <summary>What the endpoint needs, resolved at once for each connection.</summary>
/// <param name="Conversation">Speaks with devices.</param>
/// <param name="Limits">What a link may cost.</param>
/// <param name="Clock">The clock.</param>
public sealed record AgentServices(Conversation Conversation, LinkLimits Limits, TimeProvider Clock);
