using System.Net;
using System.Net.Sockets;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Security.Transport;

/// <summary>
/// Whose word counts about where a request came from (spec/04 §4.6): the proxies of Comet:TrustedProxies, hop by hop from the right, so that
/// the address used is that of the right-most hop nobody vouches for. Without the setting the X-Forwarded headers are ignored.
/// </summary>
public static class TrustedProxies
{
    /// <summary>Reads the setting: addresses and networks separated by commas.</summary>
    /// <exception cref="FormatException">One of them is neither, or would trust everybody; the message is for a person.</exception>
    public static IReadOnlyList<System.Net.IPNetwork> Parse(string setting) =>
        [.. setting.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(One)];

    /// <summary>
    /// From here on Connection.RemoteIpAddress is the client's address, in IPv4 form when it is one; with trusted proxies also Request.Scheme
    /// and Request.Host are what the client used. For every listener, before routing.
    /// </summary>
    public static IApplicationBuilder UseClientAddress(this IApplicationBuilder app, CometOptions options)
    {
        if (Parse(options.TrustedProxies) is { Count: > 0 } networks)
        {
            var forwarded = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
                ForwardLimit = 16, // hops that all must be trusted; more is a loop
            };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in networks)
            {
                forwarded.KnownIPNetworks.Add(network);
            }

            app.UseMiddleware<ForwardedHeadersMiddleware>(Options.Create(forwarded));
        }

        return app.Use(static (http, next) =>
        {
            if (http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } address)
            {
                http.Connection.RemoteIpAddress = address.MapToIPv4();
            }

            return next(http);
        });
    }

    private static System.Net.IPNetwork One(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address))
        {
            throw new FormatException($"'{text}' is no IP address or network such as 10.0.0.0/8; names of computers do not count.");
        }

        address = address.IsIPv4MappedToIPv6 && slash < 0 ? address.MapToIPv4() : address;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (slash < 0)
        {
            return new System.Net.IPNetwork(address, bits);
        }

        if (!int.TryParse(text[(slash + 1)..], System.Globalization.NumberStyles.None, null, out var prefix) || prefix > bits)
        {
            throw new FormatException($"'{text}' must end with the length of the network, a number up to {bits}.");
        }

        return prefix == 0 ? throw new FormatException($"'{text}' would let everybody claim any address; name your proxies only.")
            : System.Net.IPNetwork.TryParse(text, out var network) ? network
            : throw new FormatException($"'{text}' is no network such as 10.0.0.0/8.");
    }
}
