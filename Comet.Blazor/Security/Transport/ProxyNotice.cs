using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Security.Transport;

/// <summary>
/// Says at start that an imported settings file trusts a proxy which this server does not: TrustXForwardedFor names nobody, so that whoever
/// reaches the port could claim any address. Only <see cref="CometOptions.TrustedProxies"/> counts here.
/// </summary>
/// <param name="settings">The settings file.</param>
/// <param name="options">Names the proxies.</param>
/// <param name="log">Told.</param>
public sealed partial class ProxyNotice(SettingsFile settings, IOptions<CometOptions> options, ILogger<ProxyNotice> log) : IOpenAtStart
{
    /// <inheritdoc />
    public Task OpenAsync(CancellationToken ct)
    {
        var trusts = settings.Read(static root => root["TrustXForwardedFor"] is JsonValue value && value.TryGetValue<bool>(out var on) && on);
        if (trusts && options.Value.TrustedProxies.Length == 0)
        {
            LogIgnored(log);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(LogLevel.Warning, "TrustXForwardedFor in cometd.cfg has no effect by itself: everybody behind your proxy counts as one address, for limits on guessing and for allowed addresses. Name the proxy in Comet:TrustedProxies.")]
    private static partial void LogIgnored(ILogger log);
}
