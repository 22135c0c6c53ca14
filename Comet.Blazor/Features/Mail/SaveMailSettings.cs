using System.Text.Json.Nodes;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Mail;

/// <summary>Sets how mail is sent (spec/04 §8). Counts at once, for waiting messages too.</summary>
/// <param name="settings">The settings.</param>
/// <param name="queue">Goes on with them.</param>
/// <param name="jobs">Judges filters of reports.</param>
/// <param name="audit">The record.</param>
public sealed class SaveMailSettings(MailSettings settings, MailQueue queue, IJobSearch jobs, AuditLog audit)
{
    /// <summary>Sets it.</summary>
    /// <param name="by">Who.</param>
    /// <param name="wanted">All but the password.</param>
    /// <param name="password">The new password; null to keep the one that is stored, empty for none.</param>
    /// <param name="seen">The settings as the person had read them (<see cref="MailSettings.Stored"/>).</param>
    /// <param name="whole">The whole field as a caller of the API sends it, reports included; null to leave the other fields as they are.</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, MailOptions wanted, string? password, MailOptions seen, JsonObject? whole = null)
    {
        var happened = new AuditEvent(by, AuditActions.SettingsChanged, AuditTarget.Settings(MailOptions.Field));
        if (MayChange(by) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        if (whole is not null && CheckReports(whole) is { Ok: false } wrong)
        {
            return wrong;
        }

        try
        {
            var complete = settings.Complete(wanted, password);
            if (!complete.Ok)
            {
                return complete.Plain;
            }

            var saved = settings.Save(complete.Value, seen, whole);
            queue.Wake();
            return await audit.RecordAsync(saved.Ok ? happened with { Change = new AuditChange(saved.Value.Before, saved.Value.After) } : happened, saved.Plain);
        }
        catch (SecretLostException ex)
        {
            return Outcome.Invalid(ex.Message);
        }
    }

    private Outcome CheckReports(JsonObject whole) =>
        whole[AdminReport.Field] is not (null or JsonArray) ? Outcome.Invalid($"{AdminReport.Field} must be a list.")
        : whole[AdminReport.Field] is JsonArray { Count: > AdminReport.Most } ? Outcome.Invalid($"At most {AdminReport.Most} reports can be set up.")
        : whole[AdminReport.Field] is JsonArray list && list.Any(static r => r is not JsonObject) ? Outcome.Invalid($"An entry of {AdminReport.Field} is no object.")
        : AdminReport.ReadList(whole[AdminReport.Field]).Select((r, i) => (Check: r.Check(jobs), i)).FirstOrDefault(static r => !r.Check.Ok && r.Check.Kind != Refusal.None) is { Check: { Ok: false, Why.Length: > 0 } wrong, i: var at }
            ? Outcome.Invalid($"{AdminReport.Field}[{at}]: {wrong.Why}")
        : Outcome.Done;

    /// <summary>The server's own settings are its top-level administrators' business.</summary>
    public static Outcome MayChange(Actor by) =>
        by.Needs(Right.MailSettingsEdit) is { Ok: false } denied ? denied
        : by.IsTopLevel ? Outcome.Done
        : Outcome.Denied("The mail settings of the server belong to its top-level administrators.");
}
