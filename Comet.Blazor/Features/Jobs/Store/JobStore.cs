using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Store;

/// <summary>The jobs, their logs and the last sequence of each device: comet-jobs.db and its index in memory.</summary>
/// <param name="folder">The data folder.</param>
public sealed class JobStore(DataFolder folder) : IOpenAtStart, IAsyncDisposable
{
    private const int DocumentsPerTurn = 200;

    private readonly JobStoreOwner _owner = new();
    private CometDb? _db;

    /// <summary>Rings when a job was added or changed, its log grew, or it reported progress.</summary>
    public LiveSignal Changed { get; } = new();

    /// <summary>Rings when a job has ended.</summary>
    public LiveSignal Ended { get; } = new();

    /// <summary>Rings for one job.</summary>
    public JobSignals Signals { get; } = new();

    /// <summary>All jobs in memory.</summary>
    public JobIndex Index => _owner.Index;

    private CometDb Db => _db ?? throw new InvalidOperationException("The job store is not open.");

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        _db = await CometDb.OpenAsync(folder.Jobs, DbSchema.First("jobs"), ct);
        _owner.Index = await _db.ReadAsync(reader => JobRebuild.Run(reader, folder.Jobs), ct);
    }

    /// <summary>Changes jobs in a transaction of its own that sees every earlier change.</summary>
    public Task<T> WriteAsync<T>(Func<JobWriter, T> write, CancellationToken ct) => Db.WriteAsync(w => Run(w, write), ct);

    /// <summary>As <see cref="WriteAsync"/>, but may share its sync with others: for messages of many devices.</summary>
    public Task<T> AppendAsync<T>(Func<JobWriter, T> write, CancellationToken ct) => Db.AppendAsync(w => Run(w, write), ct);

    /// <summary>Reads in a moment when nobody writes; keep it short.</summary>
    public Task<T> ReadAsync<T>(Func<DbReader, T> read, CancellationToken ct) => Db.ReadAsync(read, ct);

    /// <summary>Key of the job with this id, in whatever letters.</summary>
    public bool TryFind([NotNullWhen(true)] string? jobId, out JobFigures found)
    {
        found = default;
        return Guid.TryParseExact(jobId, "D", out var id) && Index.TryFind(id, out found);
    }

    /// <summary>The document of a job, or null.</summary>
    public async Task<Job?> GetAsync(string jobId, CancellationToken ct) => TryFind(jobId, out var job)
        ? await GetAsync(job.Key, ct)
        : null;

    /// <summary>The document with this key, or null.</summary>
    public Task<Job?> GetAsync(long key, CancellationToken ct) =>
        Db.ReadAsync(reader => reader.Get(JobCollections.Jobs, key) is { } record ? Job.FromJson(record.Json) : null, ct);

    /// <summary>The documents of one account, oldest first, read in pieces between which others write.</summary>
    public IAsyncEnumerable<Job> OfAccountAsync(AccountId account, CancellationToken ct)
    {
        var keys = Index.Current.OfAccount(Index.Names.Find(0, account.Value));
        return OfKeysAsync(keys.Ascending(0, keys.Count).SelectMany(static piece => piece).Select(static key => key.Key), ct).Select(static j => j.Job);
    }

    /// <summary>The documents with these keys, as far as they are there, read in pieces between which others write.</summary>
    public async IAsyncEnumerable<(long Key, Job Job)> OfKeysAsync(IEnumerable<long> keys, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var turn in keys.Chunk(DocumentsPerTurn))
        {
            var jobs = await Db.ReadAsync(reader => turn.Select(key => (key, Json: reader.Get(JobCollections.Jobs, key)?.Json)).ToList(), ct);
            foreach (var (key, json) in jobs)
            {
                if (json is not null)
                {
                    yield return (key, Job.FromJson(json));
                }
            }
        }
    }

    /// <summary>All documents with their accounts, oldest first, read in pieces between which others write.</summary>
    public async IAsyncEnumerable<(AccountId Account, Job Job)> AllAsync([EnumeratorCancellation] CancellationToken ct)
    {
        DbKey? after = null;
        while (true)
        {
            var from = after;
            var records = await Db.ReadAsync(reader => reader.Scan(JobCollections.Jobs, from).Take(DocumentsPerTurn).ToList(), ct);
            foreach (var record in records)
            {
                yield return (JobRowCodec.Owner(record.Key.Number, record.Row).Account, Job.FromJson(record.Json));
            }

            if (records.Count < DocumentsPerTurn)
            {
                yield break;
            }

            after = records[^1].Key;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_db is not null)
        {
            await _db.DisposeAsync();
        }
    }

    private T Run<T>(DbWriter writer, Func<JobWriter, T> write)
    {
        var jobs = new JobWriter(writer, _owner);
        var answer = write(jobs);
        if (jobs.Changed.Count > 0)
        {
            writer.AfterCommit(() =>
            {
                Changed.Raise();
                foreach (var job in jobs.Changed)
                {
                    Signals.Raise(job);
                }
            });
        }

        if (jobs.AnyEnded)
        {
            writer.AfterCommit(Ended.Raise);
        }

        return answer;
    }
}

/// <summary>What only the thread that owns the file touches, besides the index that it alone changes.</summary>
public sealed class JobStoreOwner
{
    /// <summary>All jobs in memory.</summary>
    public JobIndex Index { get; set; } = new();

    /// <summary>
    /// Keys of jobs that were put in this transaction and are not in the index yet. One that was rolled back stays behind: whoever finds
    /// a key here looks whether the job exists.
    /// </summary>
    public Dictionary<Guid, long> Uncommitted { get; } = [];

    /// <summary>Number of the next piece of a job's log, for jobs that wrote lately.</summary>
    public Dictionary<long, int> NextPiece { get; } = [];

    /// <summary>Running number in the low bits of keys.</summary>
    public long KeyCounter { get; set; }
}
