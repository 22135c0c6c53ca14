using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;

namespace Comet.Blazor.Security.Settings;

/// <summary>Sets how guessing of passwords is bounded (spec/04 §4.6). Counts at once.</summary>
/// <param name="settings">The settings file.</param>
/// <param name="audit">The record.</param>
public sealed class SaveLoginProtection(SettingsFile settings, AuditLog audit)
{
    /// <summary>Sets it.</summary>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, LoginProtection protection)
    {
        if (protection.Check() is { Ok: false } wrong)
        {
            return wrong;
        }

        JsonNode? before = null, after = null;
        var outcome = by.Needs(Right.SettingsEdit) is { Ok: false } denied
            ? denied
            : settings.TryUpdate(root =>
            {
                before = root[LoginProtection.Field]?.DeepClone();
                protection.Write(root);
                after = root[LoginProtection.Field]?.DeepClone();
                return Outcome.Done;
            });
        return await audit.RecordAsync(new AuditEvent(by, AuditActions.SettingsChanged, AuditTarget.Settings(LoginProtection.Field)) { Change = outcome.Ok ? new AuditChange(before, after) : null }, outcome);
    }
}
