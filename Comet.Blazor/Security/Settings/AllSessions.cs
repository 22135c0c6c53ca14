using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Settings;

/// <summary>All sessions of everybody, for those who manage administrators: to see them and to end them (spec/04 §4.5).</summary>
/// <param name="sessions">The sessions.</param>
/// <param name="audit">The record.</param>
public sealed class AllSessions(SessionStore sessions, AuditLog audit)
{
    /// <summary>Rings when one began or ended.</summary>
    public LiveSignal Changed => sessions.Changed;

    /// <summary>The living sessions; <see cref="Refusal.Denied"/> without the right.</summary>
    public Outcome<IReadOnlyList<Session>> All(Actor by) => by.Needs(Right.AdministratorsManage) is { Ok: false } denied ? denied : sessions.All.ToList();

    /// <summary>Ends one session. Done, too, when it has just ended by itself.</summary>
    /// <exception cref="IOException">The end could not be stored; it has ended all the same.</exception>
    public Task<Outcome> EndAsync(Actor by, Session session) =>
        EndAsync(by, [session], AuditTarget.Session(session.Id, session.Name), () => sessions.EndByIdAsync(session.Owner.Kind, session.Name, session.Id, CancellationToken.None));

    /// <summary>Ends all sessions of an administrator.</summary>
    /// <exception cref="IOException">The end could not be stored; they have ended all the same.</exception>
    public Task<Outcome> EndAllOfAsync(Actor by, string name) =>
        EndAsync(
            by,
            [.. sessions.All.Where(s => s.Owner.Kind == ActorKind.Administrator && s.Name == name)],
            AuditTarget.Administrator(name),
            () => sessions.EndOthersAsync(ActorKind.Administrator, name, null, CancellationToken.None));

    private async Task<Outcome> EndAsync(Actor by, IReadOnlyList<Session> which, AuditTarget target, Func<Task> end)
    {
        var happened = new AuditEvent(by, AuditActions.SessionEnded, target) { Note = which.Count == 1 ? which[0].Owner.Device ?? "" : $"{which.Count} sessions" };
        if (by.Needs(Right.AdministratorsManage) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        await end();
        return await audit.RecordAsync(happened, Outcome.Done);
    }
}
