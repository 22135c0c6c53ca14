using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Open;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>
/// What was sent, in <c>comet-server.db</c>: until when each scheduled report has told, and which ends of jobs were told of. Written in one transaction with
/// the messages, so that a restart neither repeats a report nor drops one.
/// </summary>
/// <param name="store">The server's store.</param>
public sealed class ReportMemory(ServerStore store) : IOpenAtStart
{
    private const string Collection = "mail_reports";
    private readonly ConcurrentDictionary<string, long> _known = new(StringComparer.Ordinal);

    /// <summary>The key of a scheduled report of these recipients.</summary>
    public static string KeyOf(string owner, string address, string report) =>
        "r" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{owner}\n{address.ToLowerInvariant()}\n{report}")));

    /// <summary>The key of a complaint that a report is set up wrongly.</summary>
    public static string ComplaintOf(string key) => "c" + key[1..];

    /// <summary>The key of a job's end.</summary>
    public static string KeyOf(EndedNote note) => FormattableString.Invariant($"j{note.JobId}-{note.End}");

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        await foreach (var record in store.Db.ScanAsync(Collection, null, ct))
        {
            _known[record.Key.Text!] = record.Row.Length == 8 ? BinaryPrimitives.ReadInt64LittleEndian(record.Row) : 0;
        }
    }

    /// <summary>The time noted for a key, Unix seconds; null for none.</summary>
    public long? At(string key) => _known.TryGetValue(key, out var time) ? time : null;

    /// <summary>Notes times within the transaction that stores the messages; seen by <see cref="At"/> after its commit.</summary>
    public void Note(DbWriter db, IEnumerable<string> keys, long time)
    {
        foreach (var key in keys)
        {
            var row = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(row, time);
            db.Put(Collection, new DbRecord(key, row, []));
            db.AfterCommit(() => _known[key] = time);
        }
    }

    /// <summary>Notes times by themselves.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public Task NoteAsync(IReadOnlyCollection<string> keys, long time, CancellationToken ct) => keys.Count == 0 ? Task.CompletedTask : store.Db.WriteAsync(
        db =>
        {
            Note(db, keys, time);
            return true;
        },
        ct);

    /// <summary>Forgets keys.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public Task ForgetAsync(IReadOnlyCollection<string> keys, CancellationToken ct) => keys.Count == 0 ? Task.CompletedTask : store.Db.AppendAsync(
        db =>
        {
            foreach (var key in keys)
            {
                db.Delete(Collection, key);
                db.AfterCommit(() => _known.TryRemove(key, out _));
            }

            return true;
        },
        ct);

    /// <summary>The keys of reports and complaints that are not among these any more.</summary>
    public IReadOnlyCollection<string> Gone(IReadOnlySet<string> current) => [.. _known.Keys.Where(k => k[0] != 'j' && !current.Contains("r" + k[1..]))];
}
