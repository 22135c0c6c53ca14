namespace Comet.Blazor.Features.Mail.Smtp;

/// <summary>Whose failure it is.</summary>
public enum MailFault
{
    /// <summary>The mail server or the settings: no message would go out now.</summary>
    Server,

    /// <summary>This message, for now: the next one may go out.</summary>
    MessageForNow,

    /// <summary>This message, for good.</summary>
    MessageForGood,
}

/// <summary>A message was not taken. The sentence is for a person, and holds no password.</summary>
/// <param name="fault">Whose failure.</param>
/// <param name="why">What happened, and what to do.</param>
/// <param name="inner">The cause.</param>
/// <param name="timedOut">True when time ran out.</param>
public sealed class MailFailureException(MailFault fault, string why, Exception? inner, bool timedOut = false) : Exception(why, inner)
{
    /// <summary>Whose failure.</summary>
    public MailFault Fault { get; } = fault;

    /// <summary>True when time ran out.</summary>
    public bool TimedOut { get; } = timedOut;
}
