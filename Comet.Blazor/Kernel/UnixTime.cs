namespace Comet.Blazor.Kernel;

/// <summary>Times on the wire are whole Unix seconds, UTC; 0 means "never" (spec/00).</summary>
public static class UnixTime
{
    /// <summary>Now, in Unix seconds.</summary>
    public static long UnixNow(this TimeProvider clock) => clock.GetUtcNow().ToUnixTimeSeconds();

    // A day before the last one that the type can hold, so that no time zone of a reader pushes it over the edge.
    private const long Latest = 253_402_214_400;

    /// <summary>The instant; null for 0 ("never"), and for what comes from outside and is no time: below 0, or beyond the year 9999.</summary>
    public static DateTimeOffset? FromUnix(long seconds) => seconds is > 0 and < Latest ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
