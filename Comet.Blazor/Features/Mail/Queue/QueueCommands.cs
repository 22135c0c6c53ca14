using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Mail.Queue;

/// <summary>What an administrator sees of the queue and does with it; a tenant's only with its own messages (spec/04 §17).</summary>
/// <param name="queue">The queue.</param>
/// <param name="audit">The record.</param>
public sealed class QueueCommands(MailQueue queue, AuditLog audit)
{
    /// <summary>Rings when a message came, went or got further.</summary>
    public LiveSignal Changed => queue.Changed;

    /// <summary>The messages that are the caller's business, in no order.</summary>
    public Outcome<IReadOnlyList<QueuedMail>> All(Actor by) =>
        by.Needs(Right.MailSettingsEdit) is { Ok: false } denied ? denied : Outcome.Of<IReadOnlyList<QueuedMail>>([.. queue.All.Where(m => by.Sees(m.Organization))]);

    /// <summary>True while it is being handed over.</summary>
    public bool IsSending(QueuedMail mail) => queue.IsSending(mail.Id);

    /// <summary>Tries a message as soon as possible; one that was given up with all its retries.</summary>
    /// <exception cref="IOException">It could not be written yet; it is tried all the same.</exception>
    public Task<Outcome> RetryAsync(Actor by, long id) => RunAsync(by, AuditActions.MailRetried, id, () => queue.RetryAsync(id));

    /// <summary>Removes a message; one that was not sent is never sent.</summary>
    /// <exception cref="IOException">It could not be written yet.</exception>
    public Task<Outcome> RemoveAsync(Actor by, long id) => RunAsync(by, AuditActions.MailRemoved, id, () => queue.RemoveAsync(id));

    private async Task<Outcome> RunAsync(Actor by, AuditAction action, long id, Func<Task<Outcome>> run)
    {
        if (queue.Find(id) is not { } mail || (by.May(Right.MailSettingsEdit) && !by.Sees(mail.Organization)))
        {
            return Outcome.Missing("This message is not in the queue any more.");
        }

        var happened = new AuditEvent(by, action, AuditTarget.Message(mail.MessageId, mail.Recipient)) { Note = mail.Subject };
        return await audit.RecordAsync(happened, by.Needs(Right.MailSettingsEdit) is { Ok: false } denied ? denied : await run());
    }
}
