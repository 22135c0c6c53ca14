using System.Text.Json;
using System.Threading.Channels;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Features.Mail.Smtp;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Mail.Queue;

/// <summary>
/// The messages that wait, and those that were lately sent or given up, in <c>comet-server.db</c>. What was accepted is on the disk; a message
/// is marked as sent after the mail server has taken it, so that a crash in between sends it a second time, with the same Message-Id, and never loses it.
/// </summary>
/// <param name="store">The server's store.</param>
/// <param name="settings">Whether mail is on, and who sends.</param>
/// <param name="tallies">Counts what leaves the queue unsent.</param>
/// <param name="clock">The clock.</param>
public sealed class MailQueue(ServerStore store, MailSettings settings, BatchTallies tallies, TimeProvider clock) : IOpenAtStart, IOutbox
{
    /// <summary>The most messages that are not sent yet, waiting or given up.</summary>
    public const int MostWaiting = 50_000;

    /// <summary>Largest text, in characters, plain and HTML together.</summary>
    public const int LargestText = 2_000_000;

    private const string Messages = "mail_queue";
    private const string Contents = "mail_contents";
    private readonly Lock _gate = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<long, QueuedMail> _all = [];
    private readonly Dictionary<long, int> _contentUses = [];
    private readonly HashSet<long> _sending = [];
    private readonly HashSet<long> _unsaved = [];
    private long _last;

    /// <summary>Rings when a message came, went or got further.</summary>
    public LiveSignal Changed { get; } = new();

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        await foreach (var record in store.Db.ScanAsync(Messages, null, ct))
        {
            var mail = JsonSerializer.Deserialize(record.Json, MailJson.Default.QueuedMail) ?? throw new InvalidDataException($"The message {record.Key} of the mail queue can't be read.");
            _all[mail.Id] = mail;
            _last = Math.Max(_last, mail.Id);
            Use(mail, 1);
        }
    }

    /// <summary>All messages, in no order.</summary>
    public IReadOnlyList<QueuedMail> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all.Values];
            }
        }
    }

    /// <summary>True while it is being handed over.</summary>
    public bool IsSending(long id)
    {
        lock (_gate)
        {
            return _sending.Contains(id);
        }
    }

    /// <summary>The message; null when it is gone.</summary>
    public QueuedMail? Find(long id)
    {
        lock (_gate)
        {
            return _all.GetValueOrDefault(id);
        }
    }

    /// <inheritdoc />
    public Task<Outcome<int>> PutAsync(OutgoingMail mail, CancellationToken ct) => PutAllAsync([mail], null, ct);

    /// <summary>As <see cref="PutAsync"/> for several texts, all or none of them; <paramref name="also"/> is written in the same transaction, also when there are none.</summary>
    /// <exception cref="IOException">It could not be stored; nothing was taken.</exception>
    public async Task<Outcome<int>> PutAllAsync(IReadOnlyList<OutgoingMail> mails, Action<DbWriter>? also, CancellationToken ct)
    {
        var options = settings.Stored;
        if (!options.IsOn)
        {
            return Outcome.Refuse(Refusal.Unsupported, options.WhyOff);
        }

        if (mails.Any(static m => m.Text.Length + (m.Html?.Length ?? 0) > LargestText))
        {
            return Outcome.Invalid($"The text is too long for mail: at most {LargestText} characters.");
        }

        if (mails.SelectMany(static m => m.Recipients).Select(MailText.CheckAddress).FirstOrDefault(static o => !o.Ok) is { Ok: false, Why.Length: > 0 } wrong)
        {
            return wrong;
        }

        List<(OutgoingMail Mail, List<QueuedMail> Messages)> added = [];
        lock (_gate)
        {
            List<List<string>> recipients = [.. mails.Select(static m => m.Recipients.Distinct(StringComparer.OrdinalIgnoreCase).ToList())];
            if (_all.Values.Count(static m => m.State != MailState.Sent) + recipients.Sum(static r => r.Count) > MostWaiting)
            {
                return Outcome.Refuse(Refusal.TooMany, $"The mail queue is full: at most {MostWaiting} messages may be unsent. Wait until some are sent, or remove some on the page Mail queue.");
            }

            foreach (var (mail, to) in mails.Zip(recipients).Where(static m => m.Second.Count > 0))
            {
                added.Add((mail, QueuedMail.Of(mail, to, options.FromEmail, _last + 1, clock.GetUtcNow())));
                _last += to.Count;
            }
        }

        if (added.Count > 0 || also is not null)
        {
            await store.Db.WriteAsync(
                db =>
                {
                    foreach (var (mail, messages) in added)
                    {
                        db.Put(Contents, new DbRecord(messages[0].Content, [], JsonSerializer.SerializeToUtf8Bytes(new MailContent(mail.Text, mail.Html), MailJson.Default.MailContent)));
                        messages.ForEach(m => db.Put(Messages, RecordOf(m)));
                        db.AfterCommit(() => Show(messages));
                    }

                    also?.Invoke(db);
                    return true;
                },
                ct);
        }

        return added.Sum(static a => a.Messages.Count);
    }

    /// <summary>The messages that are to be tried now, those first that wait longest.</summary>
    public IReadOnlyList<QueuedMail> Due()
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            return [.. _all.Values.Where(m => m.State == MailState.Waiting && m.Next <= now).OrderBy(static m => m.Next).ThenBy(static m => m.Id)];
        }
    }

    /// <summary>The message as it is to be sent, marked as being sent; null when it is not due any more.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public async Task<Letter?> TakeAsync(long id, CancellationToken ct)
    {
        QueuedMail? mail;
        lock (_gate)
        {
            mail = _all.GetValueOrDefault(id);
            if (mail is not { State: MailState.Waiting } || !_sending.Add(id))
            {
                return null;
            }
        }

        Changed.Raise();
        try
        {
            var record = await store.Db.ReadAsync(db => db.Get(Contents, mail.Content), ct);
            var content = record is null ? null : JsonSerializer.Deserialize(record.Json, MailJson.Default.MailContent);
            return content is null
                ? throw new InvalidDataException("The text of this message is missing in the store. Remove the message.")
                : new Letter(mail.MessageId, mail.Created, mail.Recipient, mail.Subject, content.Text, content.Html);
        }
        catch
        {
            Release(id);
            throw;
        }
    }

    /// <summary>It is not being sent any more, and is as it was before.</summary>
    public void Release(long id)
    {
        lock (_gate)
        {
            _sending.Remove(id);
        }

        Changed.Raise();
    }

    /// <summary>The mail server has taken it.</summary>
    /// <inheritdoc cref="ChangeAsync" />
    public Task SentAsync(long id) => ChangeAsync([id], m => m with { State = MailState.Sent, Attempts = m.Attempts + 1, Error = "", Finished = clock.GetUtcNow() });

    /// <summary>An attempt failed: they wait for the next one, or are given up.</summary>
    /// <inheritdoc cref="ChangeAsync" />
    public Task FailedAsync(IEnumerable<long> ids, string why, bool forGood) => ChangeAsync(ids, m => m.AfterFailure(why, forGood, clock.GetUtcNow()));

    /// <summary>Tries it as soon as possible, with all its retries when it was given up. Refused when it is gone, sent, or being sent.</summary>
    /// <exception cref="IOException">It could not be written yet; it is tried all the same.</exception>
    public async Task<Outcome> RetryAsync(long id)
    {
        if (Waits(id) is not { Ok: true } found)
        {
            return Waits(id).Plain;
        }

        if (found.Value.State == MailState.Failed)
        {
            await ChangeAsync([id], m => m with { State = MailState.Waiting, Attempts = 0, Next = clock.GetUtcNow(), Finished = null }, MailState.Failed);
        }
        else
        {
            await ChangeAsync([id], m => m with { Next = clock.GetUtcNow() });
        }

        Wake();
        return Outcome.Done;
    }

    /// <summary>Removes it; what was not sent is never sent. Refused while it is being sent.</summary>
    /// <exception cref="IOException">It could not be written yet, and comes back with a restart unless a later change is written.</exception>
    public async Task<Outcome> RemoveAsync(params IReadOnlyCollection<long> ids)
    {
        lock (_gate)
        {
            if (ids.Any(_sending.Contains))
            {
                return Outcome.Conflict("It is being sent right now. Wait a moment, and look again.");
            }

            foreach (var id in ids)
            {
                if (_all.Remove(id, out var mail))
                {
                    tallies.Gone(mail);
                    Use(mail, -1);
                    _unsaved.Add(id);
                    _unsaved.Add(mail.Content);
                }
            }
        }

        Changed.Raise();
        await SaveAsync();
        return Outcome.Done;
    }

    /// <summary>Something may be due: who waits in <see cref="WaitAsync"/> looks.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Waits until <see cref="Wake"/>, or until the next message is due, but no longer than this.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        TimeSpan until;
        lock (_gate)
        {
            until = _all.Values.Where(m => m.State == MailState.Waiting && m.Next > now).Select(m => m.Next - now).Append(longest).Min();
        }

        using var time = new CancellationTokenSource(until, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, time.Token);
        try
        {
            await _wake.Reader.ReadAsync(both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return; // the time has come
        }
    }

    /// <remarks>
    /// It holds in memory even when it can't be written, or a full disk would have one message sent again and again; it is written with the next
    /// change then.
    /// </remarks>
    /// <exception cref="IOException">It could not be written yet.</exception>
    private Task ChangeAsync(IEnumerable<long> ids, Func<QueuedMail, QueuedMail> change, MailState from = MailState.Waiting)
    {
        lock (_gate)
        {
            foreach (var id in ids)
            {
                _sending.Remove(id);
                if (_all.TryGetValue(id, out var before) && before.State == from) // removed or decided meanwhile otherwise
                {
                    var after = change(before);
                    Use(before, -1);
                    Use(after, 1);
                    _all[id] = after;
                    _unsaved.Add(id);
                    _unsaved.Add(after.Content);
                }
            }
        }

        Changed.Raise();
        return SaveAsync();
    }

    private static DbRecord RecordOf(QueuedMail mail) => new(mail.Id, [], JsonSerializer.SerializeToUtf8Bytes(mail, MailJson.Default.QueuedMail));

    private Outcome<QueuedMail> Waits(long id)
    {
        lock (_gate)
        {
            return _all.GetValueOrDefault(id) is not { } mail ? Outcome.Missing("This message is not in the queue any more.")
                : mail.State == MailState.Sent ? Outcome.Conflict("This message has been sent.")
                : _sending.Contains(id) ? Outcome.Conflict("It is being sent right now. Wait a moment, and look again.")
                : mail;
        }
    }

    private void Show(List<QueuedMail> added)
    {
        lock (_gate)
        {
            foreach (var mail in added)
            {
                _all[mail.Id] = mail;
                Use(mail, 1);
            }
        }

        Changed.Raise();
        Wake();
    }

    // A text is kept as long as one message may still need it.
    private void Use(QueuedMail mail, int by)
    {
        if (mail.State != MailState.Sent)
        {
            _contentUses[mail.Content] = _contentUses.GetValueOrDefault(mail.Content) + by;
        }
    }

    /// <summary>Writes what has changed in memory. Numbers of messages and of texts are one series, so that a set of them serves both.</summary>
    private async Task SaveAsync()
    {
        long[] ids = [];
        try
        {
            await store.Db.AppendAsync(
                db =>
                {
                    List<QueuedMail> kept;
                    List<long> unused;
                    lock (_gate)
                    {
                        ids = [.. _unsaved];
                        kept = [.. ids.Where(_all.ContainsKey).Select(id => _all[id])];
                        unused = [.. ids.Where(id => _contentUses.TryGetValue(id, out var uses) && uses == 0)];
                        _unsaved.Clear();
                    }

                    db.AfterCommit(() => Forget(unused));
                    tallies.Write(db);
                    foreach (var id in ids.Except(kept.Select(static m => m.Id)))
                    {
                        db.Delete(Messages, id);
                    }

                    kept.ForEach(m => db.Put(Messages, RecordOf(m)));
                    unused.ForEach(id => db.Delete(Contents, id));
                    return true;
                },
                CancellationToken.None);
        }
        catch
        {
            lock (_gate)
            {
                _unsaved.UnionWith(ids); // with the next change
            }

            throw;
        }
    }

    private void Forget(List<long> unused)
    {
        lock (_gate)
        {
            unused.ForEach(id => _contentUses.Remove(id));
        }
    }
}
