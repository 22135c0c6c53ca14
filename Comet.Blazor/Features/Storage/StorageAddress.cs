using Comet.Blazor.Kernel;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Features.Storage;

/// <summary>The address under which devices reach this server's Storage Role; a bucket is at {address}storage/{bucket}/.</summary>
/// <param name="options">The settings.</param>
/// <param name="listener">The own listener, if any.</param>
public sealed class StorageAddress(IOptions<CometOptions> options, StorageListener listener)
{
    private static readonly string[] AnyHost = ["0.0.0.0", "[::]", "+", "*"];

    /// <summary>
    /// Comet:StoragePublicUrl when set. Else, with an own listener, that listener's address; one that listens on every address is named by the host of
    /// Comet:PublicUrl, else of <paramref name="selfAddress"/>. Else Comet:PublicUrl, else <paramref name="selfAddress"/>. With scheme and trailing slash;
    /// null when none of these is an address.
    /// </summary>
    public string? For(string selfAddress)
    {
        var settings = options.Value;
        if (settings.StoragePublicUrl.Length > 0)
        {
            return Normal(settings.StoragePublicUrl);
        }

        var main = settings.PublicUrl.Length > 0 ? settings.PublicUrl : selfAddress;
        return listener.Addresses.FirstOrDefault() is not { } own ? Normal(main)
            : AnyHost.FirstOrDefault(h => own.Contains($"//{h}:", StringComparison.Ordinal)) is { } any ? Named(own, any, main)
            : Normal(own);
    }

    /// <summary>True when <paramref name="address"/> is empty or one of the addresses under which this very server is reached.</summary>
    public bool IsOwn(string address, string selfAddress) =>
        address.Length == 0 || (Normal(address) is { } wanted
            && new[] { For(selfAddress), Normal(selfAddress), Normal(options.Value.PublicUrl) }.Contains(wanted, StringComparer.OrdinalIgnoreCase));

    private static string? Named(string own, string any, string main) =>
        Uri.TryCreate(main, UriKind.Absolute, out var uri) ? Normal(own.Replace($"//{any}:", $"//{uri.Host}:", StringComparison.Ordinal)) : null;

    private static string? Normal(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" : null;
}
