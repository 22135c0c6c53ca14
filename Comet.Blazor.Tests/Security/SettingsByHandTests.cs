using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Tests.Security;

/// <summary>What somebody wrote into cometd.cfg by hand, or brought from another server.</summary>
public class SettingsByHandTests
{
    [Theory]
    [InlineData("0", 30 * 60)]
    [InlineData("1", 60)]
    [InlineData("59", 60)]
    [InlineData("61", 61)]
    [InlineData("99999999999", 7 * 24 * 3600)]
    [InlineData("\"soon\"", 30 * 60)]
    public void SessionTime_IsNeverTooShortToReadAPage_NorLongerThanSevenDays(string written, int seconds)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.Sub("cometd.cfg"), $$$"""{"SessionSettings":{"ExpiredInSeconds":{{{written}}}}}""");

        Assert.Equal(TimeSpan.FromSeconds(seconds), new SessionTimes(SettingsFile.Open(folder.Sub("cometd.cfg"))).Idle);
    }

    [Theory]
    [InlineData("true", "", true)]
    [InlineData("true", "10.0.0.5", false)]
    [InlineData("false", "", false)]
    public async Task TrustedProxyOfAnImportedFile_WithoutOurSetting_IsWarnedAbout(string written, string proxies, bool warns)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Sub("cometd.cfg"), $$"""{"TrustXForwardedFor":{{written}}}""", TestContext.Current.CancellationToken);
        using var log = new LogLines();
        var notice = new ProxyNotice(SettingsFile.Open(folder.Sub("cometd.cfg")), Options.Create(new CometOptions { TrustedProxies = proxies }), new Logger<ProxyNotice>(log));

        await notice.OpenAsync(TestContext.Current.CancellationToken);

        Assert.Equal(warns, log.Warnings.Any(static w => w.Contains("Comet:TrustedProxies", StringComparison.Ordinal)));
    }
}
