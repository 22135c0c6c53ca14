using System.Globalization;
using Comet.Blazor.Features.Mail.Smtp;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Mail;

/// <summary>Sends one message past the queue with settings that need not be saved, and says in words what came of it (spec/04 §8).</summary>
/// <param name="settings">Knows the stored password.</param>
/// <param name="audit">The record.</param>
/// <param name="clock">The clock.</param>
public sealed class SendTestMail(MailSettings settings, AuditLog audit, TimeProvider clock)
{
    /// <summary>Sends it. Refused as <see cref="Refusal.Invalid"/> for settings that can't be right, <see cref="Refusal.DeviceRefused"/> by the mail server, <see cref="Refusal.TimedOut"/>.</summary>
    /// <param name="by">Who.</param>
    /// <param name="wanted">All but the password.</param>
    /// <param name="password">The new password; null for the one that is stored, empty for none.</param>
    /// <param name="recipient">To whom.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Outcome> RunAsync(Actor by, MailOptions wanted, string? password, string recipient, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.MailTested, AuditTarget.Settings(MailOptions.Field)) { Note = $"To {recipient} by {wanted.SmtpHost}:{wanted.Port}" };
        if (SaveMailSettings.MayChange(by) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (MailText.CheckAddress(recipient) is { Ok: false } wrong)
        {
            return wrong;
        }

        if (!wanted.IsOn)
        {
            return Outcome.Invalid("Choose how mail is sent first: nothing can be sent while it is off.");
        }

        var complete = Complete(wanted, password);
        return complete.Ok ? await audit.RecordAsync(happened, await SendAsync(complete.Value, recipient, by.Name, ct)) : complete.Plain;
    }

    private Outcome<MailOptions> Complete(MailOptions wanted, string? password)
    {
        try
        {
            return settings.Complete(wanted, password);
        }
        catch (SecretLostException ex)
        {
            return Outcome.Invalid(ex.Message);
        }
    }

    private async Task<Outcome> SendAsync(MailOptions options, string recipient, string who, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var text = string.Create(CultureInfo.InvariantCulture, $"This is a test message of Comet Server, sent by {who} on {now:yyyy-MM-dd HH:mm:ss} UTC.\r\n\r\nIt arrived, so the mail settings work: {options.SmtpHost}, port {options.Port}.\r\n");
        try
        {
            using var sender = await SmtpSender.ConnectAsync(options, SmtpLimits.Brisk, clock, ct);
            await sender.SendAsync(new Letter(Letter.NewId(options.FromEmail), now, recipient, "Test message of Comet Server", text, null), ct);
            await sender.CloseAsync(ct);
            return Outcome.Done;
        }
        catch (MailFailureException ex)
        {
            return Outcome.Refuse(ex.TimedOut ? Refusal.TimedOut : Refusal.DeviceRefused, ex.Message);
        }
    }
}
