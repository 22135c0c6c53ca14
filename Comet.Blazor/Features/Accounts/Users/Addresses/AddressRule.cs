using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Users.Addresses;

/// <summary>An address of a Storage Vault that a rule replaces.</summary>
/// <param name="Field">Which field, such as "CometServer" or "SpanTargets[0].CometServer".</param>
/// <param name="Before">As it stands.</param>
/// <param name="After">As it shall stand.</param>
public sealed record AddressHit(string Field, string Before, string After);

/// <summary>
/// Replaces the beginning of addresses (spec/01 §10). A web address matches whole parts: scheme, host and port, and the path up to a slash, whether or
/// not either ends in one; so https://a.example does not match https://a.example.org. A host matches up to a port or a path.
/// </summary>
public sealed class AddressRule
{
    private const int CometStorage = 1003;
    private static readonly string[] OtherFields = ["S3Server", "SFTPServer", "FTPServer", "AZBRealm", "Swift.AuthURL", "WebDav.DavServer", "Storj.SatelliteAddress", "SMB.SMBServer"];

    private readonly string _find;
    private readonly string _replace;
    private readonly bool _isUrl;
    private readonly bool _all;

    private AddressRule(string find, string replace, bool isUrl, bool all) => (_find, _replace, _isUrl, _all) = (find, replace, isUrl, all);

    /// <summary>Makes a rule. Refused as <see cref="Refusal.Invalid"/> for texts that are no addresses.</summary>
    /// <param name="find">What addresses begin with now.</param>
    /// <param name="replace">What they shall begin with.</param>
    /// <param name="all">Also addresses of other storage than this product's: S3, SFTP, FTP, WebDAV and so on, which may be hosts without https://.</param>
    public static Outcome<AddressRule> Make(string find, string replace, bool all)
    {
        (find, replace) = (find.Trim(), replace.Trim());
        if (Url(find) is { } from && Url(replace) is { } to)
        {
            return from == to ? Outcome.Invalid("Both addresses are the same.") : new AddressRule(from, to, true, all);
        }

        if (!all || find.Contains("://", StringComparison.Ordinal) || replace.Contains("://", StringComparison.Ordinal))
        {
            return Outcome.Invalid("Write both addresses in full, such as https://backup.example.com/.");
        }

        return !IsHost(find) || !IsHost(replace) ? Outcome.Invalid("Write both as host names, such as files.example.com, or both in full, such as https://files.example.com/.")
            : string.Equals(find, replace, StringComparison.OrdinalIgnoreCase) ? Outcome.Invalid("Both addresses are the same.")
            : new AddressRule(find, replace, false, true);
    }

    /// <summary>The address with another beginning; null when it does not match.</summary>
    public string? Replace(string address)
    {
        if (_isUrl)
        {
            return Url(address) is { } url && url.StartsWith(_find, StringComparison.Ordinal) ? _replace + url[_find.Length..] : null;
        }

        return address.StartsWith(_find, StringComparison.OrdinalIgnoreCase) && (address.Length == _find.Length || address[_find.Length] is ':' or '/' or '\\')
            ? _replace + address[_find.Length..] : null;
    }

    /// <summary>What it replaces in a vault and in those that the vault spans.</summary>
    /// <param name="vault">DestinationConfig; changed when <paramref name="apply"/> is true.</param>
    /// <param name="apply">Replaces.</param>
    public IReadOnlyList<AddressHit> Run(JsonObject vault, bool apply)
    {
        List<AddressHit> hits = [];
        Walk(vault, "", apply, hits);
        return hits;
    }

    private void Walk(JsonObject vault, string path, bool apply, List<AddressHit> hits)
    {
        if (_all || vault.Number("DestinationType") == CometStorage)
        {
            Field(vault, "CometServer", path, apply, hits);
        }

        foreach (var name in _all ? OtherFields : [])
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            var at = dot < 0 ? vault : vault[name[..dot]] as JsonObject;
            if (at is not null)
            {
                Field(at, name[(dot + 1)..], path + name[..(dot + 1)], apply, hits);
            }
        }

        var spans = vault["SpanTargets"] as JsonArray ?? [];
        for (var i = 0; i < spans.Count; i++)
        {
            if (spans[i] is JsonObject part)
            {
                Walk(part, $"{path}SpanTargets[{i}].", apply, hits);
            }
        }
    }

    private void Field(JsonObject at, string name, string path, bool apply, List<AddressHit> hits)
    {
        if (at.Text(name) is { Length: > 0 } before && Replace(before) is { } after && after != before)
        {
            hits.Add(new AddressHit(path + name, before, after));
            if (apply)
            {
                at[name] = after;
            }
        }
    }

    // Scheme and host in small letters, without the usual port, with a slash at the end; null for what is no web address, or holds credentials.
    private static string? Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return null;
        }

        var url = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return url.EndsWith('/') ? url : url + "/";
    }

    private static bool IsHost(string text) => text.Length is > 0 and <= 255 && Uri.CheckHostName(text.Split(':', '/')[0]) != UriHostNameType.Unknown;
}
