using System.Text.Json;
using Comet.Blazor.Data;

namespace Comet.Blazor.Features.Mail.Queue;

/// <summary>What became of those messages of a batch that are not in the queue any more.</summary>
/// <param name="Failed">Given up, and cleared away or removed since.</param>
/// <param name="Removed">Removed before they were sent.</param>
public sealed record BatchTally(int Failed, int Removed)
{
    /// <summary>Nothing is missing; what was sent is counted nowhere.</summary>
    public static BatchTally None { get; } = new(0, 0);
}

/// <summary>
/// Counts messages of batches that leave the queue without having been sent, in <c>comet-server.db</c>: the result of a bulletin must not get better by
/// clearing up.
/// </summary>
/// <param name="store">The server's store.</param>
public sealed class BatchTallies(ServerStore store) : IOpenAtStart
{
    private const string Collection = "mail_batches";
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BatchTally> _all = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unsaved = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        await foreach (var record in store.Db.ScanAsync(Collection, null, ct))
        {
            _all[record.Key.Text!] = JsonSerializer.Deserialize(record.Json, MailJson.Default.BatchTally) ?? BatchTally.None;
        }
    }

    /// <summary>The tally of a batch.</summary>
    public BatchTally Of(string batch)
    {
        lock (_gate)
        {
            return _all.GetValueOrDefault(batch) ?? BatchTally.None;
        }
    }

    /// <summary>A message has left the queue. Written by the next <see cref="Write"/>.</summary>
    public void Gone(QueuedMail mail)
    {
        if (mail.Batch.Length == 0 || mail.State == MailState.Sent)
        {
            return;
        }

        lock (_gate)
        {
            var tally = _all.GetValueOrDefault(mail.Batch) ?? BatchTally.None;
            _all[mail.Batch] = mail.State == MailState.Failed ? tally with { Failed = tally.Failed + 1 } : tally with { Removed = tally.Removed + 1 };
            _unsaved.Add(mail.Batch);
        }
    }

    /// <summary>Writes what has changed.</summary>
    public void Write(DbWriter db)
    {
        lock (_gate)
        {
            foreach (var batch in _unsaved)
            {
                var tally = _all[batch];
                db.Put(Collection, new DbRecord(batch, [], JsonSerializer.SerializeToUtf8Bytes(tally, MailJson.Default.BatchTally)));
                db.AfterCommit(() => Saved(batch, tally));
            }
        }
    }

    /// <summary>Forgets a batch.</summary>
    public void Forget(DbWriter db, string batch)
    {
        db.Delete(Collection, batch);
        db.AfterCommit(() =>
        {
            lock (_gate)
            {
                _all.Remove(batch);
                _unsaved.Remove(batch);
            }
        });
    }

    private void Saved(string batch, BatchTally tally)
    {
        lock (_gate)
        {
            if (_all.GetValueOrDefault(batch) == tally)
            {
                _unsaved.Remove(batch);
            }
        }
    }
}
