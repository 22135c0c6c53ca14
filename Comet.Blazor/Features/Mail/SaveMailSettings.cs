using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Mail;

/// <summary>Sets how mail is sent (spec/04 §8). Counts at once, for waiting messages too.</summary>
/// <param name="settings">The settings.</param>
/// <param name="queue">Goes on with them.</param>
/// <param name="audit">The record.</param>
public sealed class SaveMailSettings(MailSettings settings, MailQueue queue, AuditLog audit)
{
    /// <summary>Sets it.</summary>
    /// <param name="by">Who.</param>
    /// <param name="wanted">All but the password.</param>
    /// <param name="password">The new password; null to keep the one that is stored, empty for none.</param>
    /// <param name="seen">The settings as the person had read them (<see cref="MailSettings.Stored"/>).</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, MailOptions wanted, string? password, MailOptions seen)
    {
        var happened = new AuditEvent(by, AuditActions.SettingsChanged, AuditTarget.Settings(MailOptions.Field));
        if (MayChange(by) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        try
        {
            var complete = settings.Complete(wanted, password);
            if (!complete.Ok)
            {
                return complete.Plain;
            }

            var saved = settings.Save(complete.Value, seen);
            queue.Wake();
            return await audit.RecordAsync(saved.Ok ? happened with { Change = new AuditChange(saved.Value.Before, saved.Value.After) } : happened, saved.Plain);
        }
        catch (SecretLostException ex)
        {
            return Outcome.Invalid(ex.Message);
        }
    }

    /// <summary>The server's own settings are its top-level administrators' business.</summary>
    public static Outcome MayChange(Actor by) =>
        by.Needs(Right.MailSettingsEdit) is { Ok: false } denied ? denied
        : by.IsTopLevel ? Outcome.Done
        : Outcome.Denied("The mail settings of the server belong to its top-level administrators.");
}
