using System.Net;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Transport;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>The address at which somebody uses a security key: keys answer to the host's name (the RP id), and say at which page they were asked.</summary>
public sealed record KeyOrigin
{
    private KeyOrigin(Uri page)
    {
        (Scheme, RpId, Port) = (page.Scheme, page.IdnHost.ToLowerInvariant().Trim('[', ']'), page.IsDefaultPort ? "" : $":{page.Port}");
    }

    /// <summary>The host's name in lower-case ASCII, to which keys belong.</summary>
    public string RpId { get; }

    /// <summary>The address by which keys of the time of U2F know this server (their appid).</summary>
    public string AppId => $"https://{RpId}{Port}";

    /// <summary>True when it is known to be https. A proxy in front may end HTTPS unseen, so false means little.</summary>
    public bool IsHttps => Scheme == Uri.UriSchemeHttps;

    /// <summary>True for this computer by name: browsers trust it without HTTPS.</summary>
    public bool IsLocalhost => RpId == "localhost" || RpId.EndsWith(".localhost", StringComparison.Ordinal);

    private string Scheme { get; }

    private string Port { get; }

    /// <summary>The origin of an address; null when it is no http or https address.</summary>
    public static KeyOrigin? Of(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.Host.Length > 0 ? new KeyOrigin(uri) : null;

    /// <summary>
    /// The origin of a request: what the browser says when that is this server's, else what the request came to. An address that the caller
    /// names counts only when its host is the request's or the server's public one (spec/04 §4.3).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="publicUrl">The server's public address, empty when it has none.</param>
    /// <param name="selfAddress">What the caller says (SelfAddress of the API).</param>
    public static KeyOrigin? Of(HttpRequest request, string publicUrl, string? selfAddress = null)
    {
        var own = Of($"{request.Scheme}://{request.Host.Value}");
        if (Of(selfAddress) is { } named && (named.RpId == own?.RpId || named.RpId == Of(publicUrl)?.RpId))
        {
            return named;
        }

        return request.Headers.Origin is [{ } said] && Of(said) is { } origin && Origins.IsOurs(request) && (origin.SameHost(own) || origin.SameHost(Of(publicUrl))) ? origin : own;
    }

    /// <summary>True when a key was asked at a page of this origin, and over a connection that browsers let keys be used on.</summary>
    public bool Accepts(string? origin) => Of(origin) is { } other && other.SameHost(this) && (other.IsHttps || other.IsLocalhost);

    /// <summary>Whether browsers offer keys at this address; the sentence says why not.</summary>
    public Outcome CheckUsable()
    {
        if (IPAddress.TryParse(RpId, out _))
        {
            return Outcome.Invalid("Security keys belong to a name, and this page was opened by an IP address. Open it by the server's name.");
        }

        return IsHttps || IsLocalhost ? Outcome.Done : Outcome.Invalid("Browsers offer security keys over HTTPS only, and this page was opened without. Open it by its https address.");
    }

    private bool SameHost(KeyOrigin? other) => other is not null && RpId == other.RpId && Port == other.Port;
}
