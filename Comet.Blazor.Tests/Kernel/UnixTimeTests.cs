using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Kernel;

public sealed class UnixTimeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(253_402_300_799)] // the last second of 9999, which a zone east of Greenwich can't show
    public void FromUnix_NoTime_Null(long seconds) => Assert.Null(UnixTime.FromUnix(seconds));

    [Theory]
    [InlineData(1)]
    [InlineData(1_795_608_000)]
    [InlineData(253_402_214_399)]
    public void FromUnix_Time_ThatInstantInEveryZone(long seconds)
    {
        var at = UnixTime.FromUnix(seconds);
        Assert.Equal(seconds, at?.ToUnixTimeSeconds());
        Assert.Equal(seconds, at?.ToOffset(TimeSpan.FromHours(14)).ToUnixTimeSeconds());
    }
}
