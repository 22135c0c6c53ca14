using System.Diagnostics;

namespace Comet.Blazor.Tests.Support;

/// <summary>Waits for a condition instead of sleeping.</summary>
public static class Wait
{
    /// <summary>Polls until true; fails with <paramref name="what"/> after the limit (30 s).</summary>
    public static async Task UntilAsync(Func<bool> condition, string what, int seconds = 30)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds < seconds, $"Not within {seconds} s: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>As above, for a condition that must be awaited.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds < seconds, $"Not within {seconds} s: {what}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
