using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Audit;

/// <summary>
/// The audit log: who did what to which object, from where, before and after. Append-only; each entry is chained to the one before
/// (<see cref="AuditChain"/>). Commands call it themselves, so that pages, API and agents are on record alike; they call it for what they
/// did and for what they refused.
/// </summary>
/// <param name="store">The server's store.</param>
/// <param name="folder">Where the key is.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Tells of a log that is not as it was left.</param>
public sealed partial class AuditLog(ServerStore store, DataFolder folder, TimeProvider clock, ILogger<AuditLog> log) : IOpenAtStart
{
    private AuditChain? _chain;

    /// <summary>Rings after each entry.</summary>
    public LiveSignal Changed { get; } = new();

    /// <summary>What lists need of every entry.</summary>
    internal AuditIndex Index { get; } = new();

    internal AuditChain Chain => _chain ?? throw new InvalidOperationException("The audit log is not open yet.");

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        var keys = new AuditKey(folder);
        var (key, isNew) = keys.ReadOrMake();
        _chain = new AuditChain(key, clock);
        if (await store.Db.WriteAsync(db => _chain.Begin(db, isNew), ct) is { } broken)
        {
            LogBroken(broken);
        }

        if (isNew)
        {
            keys.Save(key);
        }
    }

    /// <summary>
    /// Puts it on record; it is on the disk when this returns. Not cancellable: what has happened must be on record even when its caller has
    /// gone. Concurrent calls get numbers in the order in which they come.
    /// </summary>
    /// <exception cref="IOException">It could not be written (disk full). The command's caller gets it: nothing is done unseen.</exception>
    public async Task RecordAsync(AuditEvent happened)
    {
        var draft = AuditEntry.Of(happened);
        await store.Db.AppendAsync(
            db =>
            {
                Chain.Append(db, draft, (entry, hash) => db.AfterCommit(() => Index.Add(entry, hash)));
                db.AfterCommit(Changed.Raise);
                return true;
            },
            CancellationToken.None);
    }

    /// <summary>
    /// Puts a command's event on record with its outcome, and answers the outcome: <c>return await audit.RecordAsync(happened, outcome);</c>.
    /// A wrong entry in a form, something that is gone or was changed meanwhile is no attempt at anything and leaves no entry.
    /// </summary>
    /// <exception cref="IOException">It could not be written (disk full).</exception>
    public async Task<Outcome> RecordAsync(AuditEvent happened, Outcome outcome)
    {
        if (outcome.Kind is not (Refusal.Invalid or Refusal.Missing or Refusal.Conflict))
        {
            await RecordAsync(happened with { Outcome = outcome });
        }

        return outcome;
    }

    /// <summary>As <see cref="RecordAsync(AuditEvent, Outcome)"/>, for a command that yields a value.</summary>
    /// <exception cref="IOException">It could not be written (disk full).</exception>
    public async Task<Outcome<T>> RecordAsync<T>(AuditEvent happened, Outcome<T> outcome)
    {
        await RecordAsync(happened, outcome.Plain);
        return outcome;
    }

    [LoggerMessage(LogLevel.Error, "The audit log is not as this server left it: {What} See the page Audit log and press Verify.")]
    private partial void LogBroken(string what);
}
