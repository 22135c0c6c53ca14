using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Store;

/// <summary>A job within a transaction.</summary>
/// <param name="Key">Key of the document.</param>
/// <param name="Job">The document.</param>
/// <param name="Owner">Its account, and who ended it.</param>
/// <param name="Row">Its figures as stored.</param>
public sealed record StoredJob(long Key, Job Job, JobOwner Owner, byte[] Row);

/// <summary>Changes of one transaction; not to be kept after it. Sees what others have put into the same transaction.</summary>
/// <param name="db">The file.</param>
/// <param name="owner">What belongs to the owner's thread.</param>
public sealed class JobWriter(DbWriter db, JobStoreOwner owner)
{
    private readonly HashSet<long> _changed = [];

    /// <summary>True when a job has ended in this transaction.</summary>
    public bool AnyEnded { get; private set; }

    /// <summary>Keys of the jobs that were changed, or whose log was.</summary>
    public IReadOnlyCollection<long> Changed => _changed;

    /// <summary>All jobs in memory, as of the last commit.</summary>
    public JobIndex Index => owner.Index;

    /// <summary>The last stored sequence of an outbox; 0 when there is none.</summary>
    public long Sequence(string key) =>
        db.Get(JobCollections.Sequences, key) is { Row: { Length: 8 } row } ? BinaryPrimitives.ReadInt64LittleEndian(row) : 0;

    /// <summary>Stores the last sequence of an outbox.</summary>
    public void SetSequence(string key, long value)
    {
        var row = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(row, value);
        db.Put(JobCollections.Sequences, new DbRecord(key, row, []));
    }

    /// <summary>The job with this id, or null.</summary>
    public StoredJob? Find(Guid id)
    {
        if (owner.Index.TryFind(id, out var known))
        {
            return Read(known.Key);
        }

        return owner.Uncommitted.TryGetValue(id, out var key) && Read(key) is { } job && Guid.Parse(job.Job.Id) == id ? job : null;
    }

    /// <summary>Adds a job; answers its key.</summary>
    public long Insert(Job job, JobOwner by)
    {
        var key = NewKey(job.StartTime);
        var row = JobRowCodec.Encode(job, by);
        var totals = JobTotals.Read(db);
        new JobTotals(totals.Count + 1, totals.Checksum + JobRowCodec.Checksum(key, row)).Write(db);
        owner.Uncommitted[Guid.Parse(job.Id)] = key;
        Put(key, job, row);
        return key;
    }

    /// <summary>Replaces a job.</summary>
    public void Update(StoredJob old, Job job, JobOwner by)
    {
        var row = JobRowCodec.Encode(job, by);
        var before = JobRowCodec.Checksum(old.Key, old.Row);
        var totals = JobTotals.Read(db);
        new JobTotals(totals.Count, totals.Checksum - before + JobRowCodec.Checksum(old.Key, row)).Write(db);
        Put(old.Key, job, row);
    }

    /// <summary>Removes a job with its log and the note of its end. It must be in the index.</summary>
    public void Remove(in JobFigures job)
    {
        var key = job.Key;
        if (db.Get(JobCollections.Jobs, key) is not { } record)
        {
            return;
        }

        var totals = JobTotals.Read(db);
        new JobTotals(totals.Count - 1, totals.Checksum - JobRowCodec.Checksum(key, record.Row)).Write(db);
        db.Delete(JobCollections.Jobs, key);
        foreach (var piece in Pieces(key).Select(static p => p.Key).ToList())
        {
            db.Delete(JobCollections.Logs, piece);
        }

        db.Delete(EndedJobs.Collection, key);
        _changed.Add(key);
        ForgetLog(key);
        db.AfterCommit(() => owner.Index.Remove(key));
    }

    /// <summary>Removes the sequences of all outboxes of an account.</summary>
    public void ForgetSequences(AccountId account)
    {
        var prefix = JobCollections.SequencePrefix(account);
        foreach (var record in db.Scan(JobCollections.Sequences, prefix).TakeWhile(r => r.Key.Text!.StartsWith(prefix, StringComparison.Ordinal)).ToList())
        {
            db.Delete(JobCollections.Sequences, record.Key);
        }
    }

    /// <summary>The job has ended: whoever tells of it finds it in the notes until it was told of (<see cref="EndedJobs"/>).</summary>
    public void NoteEnd(long key, Job job, AccountId account)
    {
        AnyEnded = true;
        db.Put(EndedJobs.Collection, EndedJobs.Write(key, job, account));
    }

    /// <summary>The note is dealt with, unless the job has ended anew.</summary>
    public void ForgetEnd(EndedNote note)
    {
        if (db.Get(EndedJobs.Collection, note.Key) is { } record && EndedJobs.Read(record).End == note.End)
        {
            db.Delete(EndedJobs.Collection, note.Key);
        }
    }

    /// <summary>Adds lines to the end of a job's log.</summary>
    public void AppendLog(long job, params IReadOnlyList<JobEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var piece = NextPiece(job);
        owner.NextPiece[job] = piece + 1;
        _changed.Add(job);
        db.Put(JobCollections.Logs, new DbRecord(
            JobCollections.LogKey(job, piece), LogPiece.Header(entries), JsonSerializer.SerializeToUtf8Bytes(entries.ToArray(), JobJson.Default.JobEntryArray)));
    }

    /// <summary>Time of the last line of a job's log, Unix seconds; 0 when it has none.</summary>
    public long LastLogTime(long job) =>
        Pieces(job).LastOrDefault() is { } last && JsonSerializer.Deserialize(last.Json, JobJson.Default.JobEntryArray) is [.., { Time: var time }] ? time : 0;

    /// <summary>Forgets where a job's log ends: it writes no more.</summary>
    public void ForgetLog(long job) => db.AfterCommit(() => owner.NextPiece.Remove(job));

    private StoredJob? Read(long key) => db.Get(JobCollections.Jobs, key) is { } record
        ? new StoredJob(key, Job.FromJson(record.Json), JobRowCodec.Owner(key, record.Row), record.Row)
        : null;

    private void Put(long key, Job job, byte[] row)
    {
        db.Put(JobCollections.Jobs, new DbRecord(key, row, job.ToJson()));
        _changed.Add(key);
        var id = Guid.Parse(job.Id);
        db.AfterCommit(() =>
        {
            owner.Index.Put(JobRowCodec.Decode(key, row, owner.Index.Names));
            owner.Uncommitted.Remove(id);
        });
    }

    private long NewKey(long startTime)
    {
        var first = JobFigures.KeyOf(startTime);
        while (true)
        {
            // Zero is no key: the GUID table marks empty places with it.
            var key = first | (++owner.KeyCounter & ((1L << JobFigures.TimeShift) - 1));
            if (key != 0 && db.Get(JobCollections.Jobs, key) is null)
            {
                return key;
            }
        }
    }

    private int NextPiece(long job)
    {
        if (owner.NextPiece.TryGetValue(job, out var next))
        {
            return next;
        }

        return Pieces(job).LastOrDefault() is { Key.Text: { } last } ? JobCollections.PieceOf(last) + 1 : 0;
    }

    private IEnumerable<DbRecord> Pieces(long job)
    {
        var prefix = JobCollections.LogPrefix(job);
        return db.Scan(JobCollections.Logs, prefix).TakeWhile(r => r.Key.Text!.StartsWith(prefix, StringComparison.Ordinal));
    }
}

/// <summary>The figures beside each piece of a log: how many lines it holds of each severity.</summary>
public static class LogPiece
{
    /// <summary>Severities, least first (spec/02 §3.4).</summary>
    public const string Severities = "DIWE";

    /// <summary>Writes the figures.</summary>
    public static byte[] Header(IReadOnlyList<JobEntry> entries)
    {
        var row = new byte[Severities.Length * 4];
        for (var i = 0; i < Severities.Length; i++)
        {
            var severity = Severities[i];
            BinaryPrimitives.WriteInt32LittleEndian(row.AsSpan(i * 4), entries.Count(e => e.Severity[0] == severity));
        }

        return row;
    }

    /// <summary>Reads the figures: lines of each severity, least first.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static int[] Counts(DbRecord piece) => piece.Row.Length == Severities.Length * 4
        ? [.. Enumerable.Range(0, Severities.Length).Select(i => BinaryPrimitives.ReadInt32LittleEndian(piece.Row.AsSpan(i * 4)))]
        : throw new InvalidDataException($"The piece {piece.Key} of a job's log is damaged.");

    /// <summary>Rank of a severity, 0 for debug to 3 for error; an unknown one counts as info.</summary>
    public static int Rank(string severity) => severity.Length == 1 && Severities.IndexOf(severity[0], StringComparison.Ordinal) is >= 0 and var rank ? rank : 1;

    /// <summary>A line whose severity is one of the four.</summary>
    public static JobEntry Clean(long time, string severity, string message) =>
        new(Math.Clamp(time, 0, uint.MaxValue), Severities[Rank(severity)].ToString(CultureInfo.InvariantCulture), message);
}
