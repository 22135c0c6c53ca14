using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Administrators.Commands;

/// <summary>What the commands on administrators share: the record of what happened, and the end of sessions that have lost their ground.</summary>
/// <param name="audit">The record.</param>
/// <param name="sessions">The sessions.</param>
public sealed class AdministratorCommands(AuditLog audit, SessionStore sessions)
{
    /// <summary>Puts it on record, done or refused, with what differs; answers the outcome. A mistake in a form is not worth a record.</summary>
    internal async Task<Outcome> RecordAsync(Actor by, AuditAction action, string name, Outcome outcome, Administrator? before, Administrator? after, string note = "")
    {
        if (outcome.Kind is Refusal.Invalid or Refusal.Missing)
        {
            return outcome;
        }

        var change = outcome.Ok ? new AuditChange(Json(before), Json(after)) : null;
        return await audit.RecordAsync(new AuditEvent(by, action, AuditTarget.Administrator(name)) { Change = change, Note = note }, outcome);
    }

    /// <summary>Ends all sessions of an administrator but the one with this key.</summary>
    internal Task EndSessionsAsync(string name, string? keep = null) => sessions.EndOthersAsync(ActorKind.Administrator, name, keep, CancellationToken.None);

    private static JsonNode? Json(Administrator? one) => one is null ? null : JsonSerializer.SerializeToNode(one, AdministratorJson.Default.Administrator);
}
