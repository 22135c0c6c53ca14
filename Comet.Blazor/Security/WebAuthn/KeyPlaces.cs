using System.Net;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>
/// Where browsers offer security keys: over HTTPS at a name, and at http://localhost; never at an IP address (feasibility.md §2). Pages elsewhere
/// say so and name the right address (decisions.md 23).
/// </summary>
public static class KeyPlaces
{
    /// <summary>
    /// True when the page of this request may use security keys. A proxy in front may end HTTPS without telling; browsers send Sec-Fetch-Site to
    /// trustworthy addresses alone, which tells it.
    /// </summary>
    public static bool Work(HttpRequest request) => Work(new Uri($"{(request.Headers.ContainsKey("Sec-Fetch-Site") ? Uri.UriSchemeHttps : request.Scheme)}://{request.Host}/"));

    /// <summary>True when a page at this address may use security keys.</summary>
    public static bool Work(Uri address) => KeyOrigin.Of(address.AbsoluteUri)?.CheckUsable().Ok == true;

    /// <summary>The same page where security keys work; null when this server knows no such address.</summary>
    /// <param name="address">Where the page is now.</param>
    /// <param name="publicUrl">The setting Comet:PublicUrl; may be empty.</param>
    public static string? Better(Uri address, string publicUrl)
    {
        if (IPAddress.TryParse(address.IdnHost, out var ip) && IPAddress.IsLoopback(ip))
        {
            return new UriBuilder(address) { Host = "localhost" }.Uri.ToString();
        }

        return Uri.TryCreate(publicUrl, UriKind.Absolute, out var known) && Work(known) ? new Uri(known, address.PathAndQuery).ToString() : null;
    }
}
