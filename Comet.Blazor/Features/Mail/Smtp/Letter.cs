using MimeKit;

namespace Comet.Blazor.Features.Mail.Smtp;

/// <summary>One message to one recipient.</summary>
/// <param name="MessageId">What tells a second copy from a second message: the same at each attempt. Without brackets.</param>
/// <param name="Date">When it was written, UTC.</param>
/// <param name="Recipient">The address.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Text">The text.</param>
/// <param name="Html">The same as HTML; null for none.</param>
public sealed record Letter(string MessageId, DateTimeOffset Date, string Recipient, string Subject, string Text, string? Html)
{
    /// <summary>A new id for a message of this sender.</summary>
    public static string NewId(string fromEmail) => $"{Guid.NewGuid():N}@{(fromEmail.LastIndexOf('@') is >= 0 and var at ? fromEmail[(at + 1)..] : "localhost")}";

    /// <summary>The message as it goes over the wire.</summary>
    public MimeMessage ToMime(MailOptions options)
    {
        var mime = new MimeMessage { MessageId = MessageId, Date = Date, Subject = MailText.Line(Subject) };
        mime.From.Add(new MailboxAddress(MailText.Line(options.FromName), options.FromEmail));
        mime.To.Add(new MailboxAddress("", Recipient));
        mime.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // no answers of absent people, please (RFC 3834)
        mime.Body = new BodyBuilder { TextBody = Text, HtmlBody = Html }.ToMessageBody();
        return mime;
    }
}
