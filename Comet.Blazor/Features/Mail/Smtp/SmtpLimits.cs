namespace Comet.Blazor.Features.Mail.Smtp;

/// <summary>How long a mail server may take.</summary>
/// <param name="Connect">To connect, encrypt and sign in.</param>
/// <param name="Send">For one message.</param>
public sealed record SmtpLimits(TimeSpan Connect, TimeSpan Send)
{
    /// <summary>For the queue: servers that check for viruses while the sender waits take minutes (RFC 5321 §4.5.3.2).</summary>
    public static SmtpLimits Patient { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));

    /// <summary>For a person who waits.</summary>
    public static SmtpLimits Brisk { get; } = new(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40));
}
