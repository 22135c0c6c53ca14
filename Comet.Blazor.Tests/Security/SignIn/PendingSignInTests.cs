using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Security.SignIn;

/// <summary>Between the password and the second factor (spec/04 §4.4).</summary>
public sealed class PendingSignInTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private TestServer? _server;

    private PendingSignIns Pending => _server!.Get<PendingSignIns>();

    private AdministratorStore Administrators => _server!.Get<AdministratorStore>();

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(_clock));

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    [Fact]
    public void Wait_EndsOnce_ForOneOfManyCallers()
    {
        var id = Pending.Begin(Administrators.Find("admin")!, "/jobs");
        Assert.Equal("/jobs", Pending.Find(id)!.Value.Pending.Return);

        var wins = Enumerable.Range(0, 50).AsParallel().Count(_ => Pending.End(id));

        Assert.Equal(1, wins);
        Assert.Null(Pending.Find(id));
    }

    [Fact]
    public void Wait_IsOverAfterFiveMinutes_AndForAnUnknownNumber()
    {
        var id = Pending.Begin(Administrators.Find("admin")!, "/");
        _clock.Advance(PendingSignIns.Patience);

        Assert.Null(Pending.Find(id));
        Assert.Null(Pending.Find("nobody's"));
        Assert.Null(Pending.Find(null));
    }

    [Fact]
    public void Wait_IsOver_WhenThePasswordWasChangedMeanwhile()
    {
        var id = Pending.Begin(Administrators.Find("admin")!, "/");
        Assert.True(Administrators.Change("admin", static one => one with { PasswordRecord = AdminPassword.Make("another one") }).Ok);

        Assert.Null(Pending.Find(id));
    }

    [Fact]
    public void Waits_AreBounded_TheOldestGoesFirst()
    {
        var admin = Administrators.Find("admin")!;
        var first = Pending.Begin(admin, "/");
        var last = Enumerable.Range(0, PendingSignIns.Capacity).Select(_ => Pending.Begin(admin, "/")).ToList()[^1];

        Assert.Null(Pending.Find(first));
        Assert.NotNull(Pending.Find(last));
    }

    [Fact]
    public void WhoKnowsOnePassword_DoesNotPushOutTheSecondStepOfOthers()
    {
        Assert.True(Administrators.Add(AdministratorStore.New("other", "", AdminPassword.Make("a password"))).Ok);
        var others = Pending.Begin(Administrators.Find("other")!, "/");
        var admin = Administrators.Find("admin")!;
        var mine = Enumerable.Range(0, 3 * PendingSignIns.Capacity).Select(_ => Pending.Begin(admin, "/")).ToList();

        Assert.NotNull(Pending.Find(others));
        Assert.Equal(PendingSignIns.MostOfOne, mine.Count(id => Pending.Find(id) is not null));
        Assert.NotNull(Pending.Find(mine[^1]));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 Safari/537.36 Edg/128.0", "Edge on macOS")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("curl/8.5.0", "curl/8.5.0")]
    [InlineData("", null)]
    public void Device_IsSaidInWords(string userAgent, string? words) => Assert.Equal(words, DeviceWords.Of(userAgent));
}
