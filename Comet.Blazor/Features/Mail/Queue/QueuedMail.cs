using System.Text.Json.Serialization;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Features.Mail.Smtp;

namespace Comet.Blazor.Features.Mail.Queue;

/// <summary>How far a message has come. Stored by name: never rename one.</summary>
public enum MailState
{
    /// <summary>It will be tried.</summary>
    Waiting,

    /// <summary>The mail server has taken it.</summary>
    Sent,

    /// <summary>It was given up; a person can have it tried again.</summary>
    Failed,
}

/// <summary>One message of the queue, without its text. Fields may be added, never renamed.</summary>
public sealed record QueuedMail
{
    /// <summary>Number in the queue.</summary>
    public long Id { get; init; }

    /// <summary>Where its text is: one text may serve many messages.</summary>
    public long Content { get; init; }

    /// <summary>The Message-Id, the same at each attempt.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>The address.</summary>
    public string Recipient { get; init; } = "";

    /// <summary>The subject.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The organization whose business it is; empty for the top level.</summary>
    public string Organization { get; init; } = "";

    /// <summary>What messages have in common that are counted together; empty for none.</summary>
    public string Batch { get; init; } = "";

    /// <summary>When it was handed over, UTC.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>How far it has come.</summary>
    public MailState State { get; init; }

    /// <summary>Attempts that failed, or for a sent one all.</summary>
    public int Attempts { get; init; }

    /// <summary>Not to be tried before, UTC.</summary>
    public DateTimeOffset Next { get; init; }

    /// <summary>Why the last attempt failed; empty when none has.</summary>
    public string Error { get; init; } = "";

    /// <summary>When it was sent or given up, UTC; null while it waits.</summary>
    public DateTimeOffset? Finished { get; init; }

    /// <summary>New messages, one for each recipient, numbered from <paramref name="first"/> on; the first one's number is that of their text.</summary>
    public static List<QueuedMail> Of(OutgoingMail mail, IReadOnlyList<string> recipients, string from, long first, DateTimeOffset now)
    {
        var subject = MailText.Line(mail.Subject);
        return
        [
            .. recipients.Select((to, i) => new QueuedMail
            {
                Id = first + i, Content = first, MessageId = Letter.NewId(from), Recipient = to, Subject = subject,
                Organization = mail.OrganizationId, Batch = mail.Batch, Created = now, Next = now,
            }),
        ];
    }

    /// <summary>The message after an attempt that failed: waiting for the next one, or given up.</summary>
    /// <param name="why">The sentence.</param>
    /// <param name="forGood">No further attempt can help.</param>
    /// <param name="now">The time.</param>
    public QueuedMail AfterFailure(string why, bool forGood, DateTimeOffset now) =>
        forGood || Attempts >= MailRetries.Most
            ? this with { State = MailState.Failed, Attempts = Attempts + 1, Error = why, Finished = now }
            : this with { Attempts = Attempts + 1, Error = why, Next = now + MailRetries.Delays[Attempts] };
}

/// <summary>A text that messages share.</summary>
/// <param name="Text">Plain.</param>
/// <param name="Html">HTML; null for none.</param>
public sealed record MailContent(string Text, string? Html);

/// <summary>How the queue is written.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(QueuedMail))]
[JsonSerializable(typeof(MailContent))]
[JsonSerializable(typeof(BatchTally))]
internal sealed partial class MailJson : JsonSerializerContext;
