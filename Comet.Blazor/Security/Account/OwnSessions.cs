using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Account;

/// <summary>One's own sessions: where one is signed in, and the end of what one does not recognise (spec/04 §5).</summary>
/// <param name="sessions">The sessions.</param>
/// <param name="audit">The record.</param>
public sealed class OwnSessions(SessionStore sessions, AuditLog audit)
{
    /// <summary>Rings when sessions began or ended.</summary>
    public LiveSignal Changed => sessions.Changed;

    /// <summary>The person's living sessions, the last used first.</summary>
    public IReadOnlyList<Session> Of(Actor by) => [.. sessions.All.Where(s => s.Owner.Kind == by.Kind && s.Name == by.Name).OrderByDescending(static s => s.LastGesture)];

    /// <summary>Ends one of them; nothing happens when it is over already, or another person's.</summary>
    public async Task EndAsync(Actor by, string id)
    {
        if (Of(by).FirstOrDefault(s => s.Id == id) is not { } session)
        {
            return;
        }

        await audit.RecordAsync(new AuditEvent(by, AuditActions.SessionEnded, AuditTarget.Session(session.Id, by.Name)) { Note = session.Owner.Device ?? "" });
        await sessions.EndByIdAsync(by.Kind, by.Name, id, CancellationToken.None);
    }

    /// <summary>Ends all but the one with this key.</summary>
    public async Task EndOthersAsync(Actor by, string? key)
    {
        await audit.RecordAsync(new AuditEvent(by, AuditActions.SessionEnded, AuditTarget.Administrator(by.Name)) { Note = "All other sessions" });
        await sessions.EndOthersAsync(by.Kind, by.Name, key, CancellationToken.None);
    }
}
