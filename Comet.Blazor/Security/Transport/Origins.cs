namespace Comet.Blazor.Security.Transport;

/// <summary>Tells whether a browser sent a request for one of our own pages, or for somebody else's.</summary>
public static class Origins
{
    /// <summary>
    /// False when the browser itself says that another site caused the request (Sec-Fetch-Site, else Origin). True also for programs that say
    /// nothing: they carry no cookies of a person who is signed in, and whoever can make them send some needs no other site.
    /// </summary>
    /// <remarks>Another port of the same host and another name below the same domain ("same-site") are strangers, too.</remarks>
    public static bool IsOurs(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        if (site.Count > 0)
        {
            return site.Count == 1 && site[0] is "same-origin" or "none"; // none: the person typed the address
        }

        var origin = request.Headers.Origin;
        return origin.Count == 0 || (origin.Count == 1 && IsThisServer(origin[0], request));
    }

    // A proxy in front may end HTTPS without telling: an https page may then be ours although this request came as http. Never the other way.
    private static bool IsThisServer(string? origin, HttpRequest request) =>
        origin?.Split("://", 2) is [var scheme, var host]
        && (scheme.Equals(request.Scheme, StringComparison.OrdinalIgnoreCase) || (scheme == Uri.UriSchemeHttps && !request.IsHttps))
        && host.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
