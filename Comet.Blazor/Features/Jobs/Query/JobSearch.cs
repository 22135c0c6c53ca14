using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>Finds jobs by the contract's filters. The time and the account are looked up in memory; only what is left is read from the disk.</summary>
/// <param name="store">The jobs.</param>
/// <param name="details">Documents as they stand now.</param>
/// <param name="fields">What filters may ask.</param>
/// <param name="accounts">Names.</param>
public sealed class JobSearch(JobStore store, JobDetails details, JobFields fields, IAccountDirectory accounts) : IJobSearch
{
    /// <inheritdoc />
    public IReadOnlyList<SearchField> Fields => fields.All.Listed;

    /// <inheritdoc />
    public Outcome Check(SearchClause filter) => fields.All.Compile(filter).Plain;

    /// <summary>
    /// The caller's jobs that match, oldest first, read as they are asked for. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Invalid"/>. The
    /// reading throws <see cref="SearchTimeoutException"/>.
    /// </summary>
    public Outcome<Func<CancellationToken, IAsyncEnumerable<Job>>> Matching(Actor by, string filter)
    {
        var all = details.All(by);
        var clause = SearchClause.Parse(filter);
        if (!all.Ok || !clause.Ok)
        {
            return all.Ok ? clause.Plain : all;
        }

        var test = fields.All.Compile(clause.Value);
        return test.Ok ? Outcome.Of<Func<CancellationToken, IAsyncEnumerable<Job>>>(ct => all.Value(ct).Where(job => test.Value(job))) : test.Plain;
    }

    /// <inheritdoc />
    public async Task<Outcome<FoundJobs>> FindAsync(
        AccountId? account, Func<AccountId, bool> sees, SearchClause filter, JobMoment moment, long after, long until, int atMost, CancellationToken ct)
    {
        var test = fields.All.Compile(filter);
        if (!test.Ok)
        {
            return test.Plain;
        }

        var found = new Queue<FoundJob>();
        var count = 0;
        try
        {
            var snapshot = store.Index.Current;
            await foreach (var (key, stored) in store.OfKeysAsync(Keys(snapshot, account, sees, moment, after, until), ct))
            {
                var owner = snapshot.Rows.TryGet(key, out var row) ? new AccountId(store.Index.Names[row.Account]) : default;
                var job = details.Today(owner, stored);
                if (!test.Value(job))
                {
                    continue;
                }

                count++;
                found.Enqueue(Found(owner, job));
                if (found.Count > atMost)
                {
                    found.Dequeue();
                }
            }
        }
        catch (SearchTimeoutException ex)
        {
            return Outcome.Invalid(ex.Message);
        }

        return new FoundJobs([.. found], count);
    }

    /// <inheritdoc />
    public async Task<Outcome<FoundJobs>> MatchAsync(string jobId, SearchClause filter, CancellationToken ct)
    {
        var test = fields.All.Compile(filter);
        if (!test.Ok)
        {
            return test.Plain;
        }

        if (!store.TryFind(jobId, out var row) || await store.GetAsync(row.Key, ct) is not { } stored)
        {
            return new FoundJobs([], 0);
        }

        var owner = new AccountId(store.Index.Names[row.Account]);
        var job = details.Today(owner, stored);
        try
        {
            return test.Value(job) ? new FoundJobs([Found(owner, job)], 1) : new FoundJobs([], 0);
        }
        catch (SearchTimeoutException ex)
        {
            return Outcome.Invalid(ex.Message);
        }
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<FoundLine>> ComplaintsAsync(string jobId, int atMost, CancellationToken ct)
    {
        if (!store.TryFind(jobId, out var row))
        {
            return [];
        }

        var log = new JobLogView(store, row.Key);
        await log.RefreshAsync(ct);
        var lines = await log.BeforeAsync(null, LogFilter.All with { Least = LogPiece.Rank("W") }, atMost, ct);
        return [.. lines.Select(static l => new FoundLine(l.Entry.Time, l.Entry.Severity, l.Entry.Message))];
    }

    private List<long> Keys(JobSnapshot snapshot, AccountId? account, Func<AccountId, bool> sees, JobMoment moment, long after, long until)
    {
        List<long> keys = [];
        if (account is { } one)
        {
            var ofAccount = snapshot.OfAccount(store.Index.Names.Find(0, one.Value));
            foreach (var key in ofAccount.Ascending(0, ofAccount.Rank(JobFigures.KeyOf(until + 1))).SelectMany(static piece => piece))
            {
                if (snapshot.Rows.TryGet(key.Key, out var job) && Within(job))
                {
                    keys.Add(job.Key);
                }
            }

            return keys;
        }

        var seen = new Dictionary<int, bool>();
        var from = moment == JobMoment.Started ? snapshot.Rows.Rank(JobFigures.KeyOf(after)) : 0;
        foreach (var piece in snapshot.Rows.Ascending(from, snapshot.Rows.Rank(JobFigures.KeyOf(until + 1))))
        {
            foreach (var job in piece)
            {
                if (Within(job) && (seen.TryGetValue(job.Account, out var known) ? known : seen[job.Account] = sees(new AccountId(store.Index.Names[job.Account]))))
                {
                    keys.Add(job.Key);
                }
            }
        }

        return keys;

        bool Within(in JobFigures job) => (moment == JobMoment.Started ? job.Start : job.End) is var time && time > after && time <= until && time > 0;
    }

    private FoundJob Found(AccountId owner, Job job) => new(
        job.Id, owner, job.Username, job.DeviceId, accounts.DeviceName(owner, job.DeviceId), job.SourceId,
        job.SourceId.Length == 0 ? "" : accounts.Items(owner).FirstOrDefault(i => i.Id == job.SourceId)?.Name ?? job.SourceId,
        job.DestinationId.Length == 0 ? "" : accounts.Vaults(owner).FirstOrDefault(v => v.Id == job.DestinationId)?.Name ?? job.DestinationId,
        job.Classification, job.Status, job.StartTime, job.EndTime)
    {
        Files = job.TotalFiles, Size = job.TotalSize, Uploaded = job.UploadSize, Downloaded = job.DownloadSize,
    };
}
