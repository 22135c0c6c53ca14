namespace Comet.Blazor.Features.Mail.Queue;

/// <summary>When a message that was not taken is tried again: five times, the last one 24 hours after the first attempt (spec/04 §8).</summary>
public static class MailRetries
{
    /// <summary>Time before each further attempt.</summary>
    public static IReadOnlyList<TimeSpan> Delays { get; } =
        [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6), new TimeSpan(15, 25, 0)];

    /// <summary>How many.</summary>
    public static int Most => Delays.Count;
}
