using Comet.Blazor.Security.Transport;
using Microsoft.AspNetCore.Http;

namespace Comet.Blazor.Tests.Security.Transport;

public sealed class OriginTests
{
    [Theory]
    [InlineData("http://backup.example:8060", null, null, true)]
    [InlineData("http://backup.example:8060", "same-origin", null, true)]
    [InlineData("http://backup.example:8060", "none", null, true)]
    [InlineData("http://backup.example:8060", "same-site", null, false)]
    [InlineData("http://backup.example:8060", "cross-site", null, false)]
    [InlineData("http://backup.example:8060", "cross-site", "http://backup.example:8060", false)]
    [InlineData("http://backup.example:8060", "", null, false)]
    [InlineData("http://backup.example:8060", null, "http://backup.example:8060", true)]
    [InlineData("http://backup.example:8060", null, "http://BACKUP.example:8060", true)]
    [InlineData("http://backup.example:8060", null, "https://backup.example:8060", true)]
    [InlineData("https://backup.example", null, "https://backup.example", true)]
    [InlineData("https://backup.example", null, "http://backup.example", false)]
    [InlineData("http://backup.example:8060", null, "http://backup.example", false)]
    [InlineData("http://backup.example:8060", null, "http://backup.example:8061", false)]
    [InlineData("http://backup.example:8060", null, "http://backup.example:8060.evil.example", false)]
    [InlineData("http://backup.example:8060", null, "http://evil.example", false)]
    [InlineData("http://backup.example:8060", null, "null", false)]
    [InlineData("http://backup.example:8060", null, "", false)]
    [InlineData("http://[::1]:8060", null, "http://[::1]:8060", true)]
    public void Request_IsOurs_UnlessTheBrowserNamesAnotherSite(string server, string? site, string? origin, bool ours)
    {
        var address = new Uri(server);
        var request = new DefaultHttpContext().Request;
        request.Scheme = address.Scheme;
        request.Host = address.IsDefaultPort ? new HostString(address.Host) : new HostString(address.Host, address.Port);
        request.Headers["Sec-Fetch-Site"] = site;
        request.Headers.Origin = origin;

        Assert.Equal(ours, Origins.IsOurs(request));
        Assert.False(OurPage.Sent(request));
        request.Headers[OurPage.Header] = "1";
        Assert.Equal(ours, OurPage.Sent(request));
    }

    [Fact]
    public void TwoAnswersWhereItComesFrom_AreNone()
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = "http";
        request.Host = new HostString("a");
        request.Headers.Origin = new(["http://a", "http://a"]);
        Assert.False(Origins.IsOurs(request));
        request.Headers["Sec-Fetch-Site"] = new(["same-origin", "same-origin"]);
        Assert.False(Origins.IsOurs(request));
    }
}
