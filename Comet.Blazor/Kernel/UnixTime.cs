namespace Comet.Blazor.Kernel;

/// <summary>Times on the wire are whole Unix seconds, UTC; 0 means "never".</summary>
public static class UnixTime
{
    /// <summary>Now, in Unix seconds.</summary>
    public static long UnixNow(this TimeProvider clock) => clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The instant, or null for 0.</summary>
    public static DateTimeOffset? FromUnix(long seconds) => seconds == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(seconds);
}
