using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Settings;

/// <summary>Sets after how long without a gesture a session ends (contract: SessionSettings.ExpiredInSeconds; spec/04 §4.5). Counts at once, for running sessions too.</summary>
/// <param name="settings">The settings file.</param>
/// <param name="audit">The record.</param>
public sealed class SaveSessionTime(SettingsFile settings, AuditLog audit)
{
    /// <summary>The longest time, in minutes.</summary>
    public static readonly int MaxMinutes = (int)SessionTimes.Longest.TotalMinutes;

    private const string Section = "SessionSettings";

    /// <summary>Sets it.</summary>
    /// <param name="by">Who.</param>
    /// <param name="minutes">1 minute to 7 days.</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, int minutes)
    {
        if (minutes < 1 || minutes > MaxMinutes)
        {
            return Outcome.Invalid($"The time must be 1 to {MaxMinutes} minutes, which is 7 days.");
        }

        JsonNode? before = null, after = null;
        var outcome = by.Needs(Right.SettingsEdit) is { Ok: false } denied
            ? denied
            : settings.TryUpdate(root =>
            {
                before = root[Section]?.DeepClone();
                if (root[Section] is not JsonObject fields)
                {
                    root[Section] = fields = [];
                }

                fields["ExpiredInSeconds"] = minutes * 60L;
                after = fields.DeepClone();
                return Outcome.Done;
            });
        return await audit.RecordAsync(new AuditEvent(by, AuditActions.SettingsChanged, AuditTarget.Settings(Section)) { Change = outcome.Ok ? new AuditChange(before, after) : null }, outcome);
    }
}
