using System.Net;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Comet.Blazor.Security.Transport;

/// <summary>
/// Leads pages that are asked for by http to https (Comet:HttpsRedirect). Programs with credentials of their own are not led: theirs have
/// already travelled, and most would repeat them at each call. Neither is the computer itself, where plain http is no danger (decisions.md 23).
/// </summary>
public static class HttpsRedirect
{
    /// <summary>Adds it when the settings ask for it; after routing.</summary>
    public static IApplicationBuilder UseHttpsRedirect(this IApplicationBuilder app, CometOptions options)
    {
        if (!options.HttpsRedirect)
        {
            return app;
        }

        var target = new Lazy<Uri?>(() => Target(options, app.ApplicationServices.GetRequiredService<IServer>())); // the addresses are known once it listens
        return app.Use((http, next) =>
        {
            var request = http.Request;
            if (request.IsHttps || http.GetEndpoint()?.Metadata.GetMetadata<OwnCredentials>() is not null || target.Value is not { } https
                || (http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) && IsLoopback(request.Host.Host)))
            {
                return next(http);
            }

            if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            {
                return RefusalPage.WriteAsync(http, StatusCodes.Status403Forbidden, "This page is served by https only", "Nothing was done. Open the server's https address and do it there.");
            }

            // The name by which the person came, unless a public address is set. Temporary: browsers remember the other kind for ever.
            var host = options.PublicUrl.Length > 0 ? https.Authority : new HostString(request.Host.Host, https.Port).Value;
            var authority = https.IsDefaultPort && options.PublicUrl.Length == 0 ? request.Host.Host : host;
            http.Response.Redirect($"https://{authority}{request.PathBase}{request.Path}{request.QueryString}", permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
    }

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static Uri? Target(CometOptions options, IServer server)
    {
        if (options.PublicUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            return new Uri(options.PublicUrl);
        }

        var own = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(static a => a.StartsWith("https:", StringComparison.OrdinalIgnoreCase));
        return own is null ? null : new UriBuilder(Uri.UriSchemeHttps, "localhost", BindingAddress.Parse(own).Port).Uri;
    }
}
