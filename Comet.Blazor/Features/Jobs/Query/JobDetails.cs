using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>One job with everything that its page shows besides the log.</summary>
/// <param name="Key">Key of the document.</param>
/// <param name="Job">The document under the names of today, with the figures of a running job's last report.</param>
/// <param name="Row">The job as a row, with names.</param>
/// <param name="Live">The last report and its rates; null when the job does not run, or has not reported since the server's start.</param>
/// <param name="Owner">The account; null when it is gone.</param>
/// <param name="Engine">Engine of the Protected Item, such as engine1/file; empty when unknown.</param>
public sealed record JobDetail(long Key, Job Job, JobRow Row, LiveFigures? Live, AccountRef? Owner, string Engine);

/// <summary>Answers single jobs, for pages and the API alike.</summary>
/// <param name="store">The jobs.</param>
/// <param name="history">Names and neighbours.</param>
/// <param name="live">Running jobs.</param>
/// <param name="accounts">Names.</param>
public sealed class JobDetails(JobStore store, JobHistory history, LiveJobs live, IAccountDirectory accounts)
{
    /// <summary>The job with this id. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    public async Task<Outcome<JobDetail>> GetAsync(Actor by, string jobId, CancellationToken ct)
    {
        var found = Find(by, jobId);
        if (!found.Ok)
        {
            return found.Plain;
        }

        if (await store.GetAsync(found.Value.Key, ct) is not { } job)
        {
            return Missing(jobId);
        }

        var row = history.Row(found.Value);
        var figures = job.IsRunning ? live.Find(found.Value.Id)?.Figures : null;
        return new JobDetail(
            found.Value.Key, Today(row.Account, job), row, figures, accounts.Find(row.Account),
            accounts.Items(row.Account).FirstOrDefault(i => i.Id == row.ItemId)?.Engine ?? "");
    }

    /// <summary>Watches the job until the watch is disposed of. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    public Outcome<JobSignal> Watch(Actor by, string jobId)
    {
        var found = Find(by, jobId);
        return found.Ok ? store.Signals.Watch(found.Value.Key) : found.Plain;
    }

    /// <summary>The jobs of the same item and type that started before this one, newest first. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    public Outcome<IReadOnlyList<JobRow>> Earlier(Actor by, string jobId, int atMost)
    {
        var found = Find(by, jobId);
        return found.Ok ? new Outcome<IReadOnlyList<JobRow>>(Refusal.None, "", history.Earlier(found.Value, atMost)) : found.Plain;
    }

    /// <summary>The jobs of the same user before and after this one. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    public Outcome<JobNeighbours> Beside(Actor by, string jobId)
    {
        var found = Find(by, jobId);
        return found.Ok ? history.Beside(found.Value) : found.Plain;
    }

    /// <summary>Rings when any job was added or changed.</summary>
    public LiveSignal AnyChanged => store.Changed;

    /// <summary>The job's log. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    public Outcome<JobLogView> Log(Actor by, string jobId)
    {
        var found = Find(by, jobId);
        return found.Ok ? new JobLogView(store, found.Value.Key) : found.Plain;
    }

    /// <summary>All documents, oldest first, read as they are asked for. Refused as <see cref="Refusal.Denied"/>.</summary>
    public Outcome<Func<CancellationToken, IAsyncEnumerable<Job>>> All(Actor by)
    {
        if (by.Needs(Right.JobsView) is { Ok: false } denied)
        {
            return denied;
        }

        return Outcome.Of<Func<CancellationToken, IAsyncEnumerable<Job>>>(by.IsTopLevel
            ? ct => store.AllAsync(ct).Select(job => Today(job.Account, job.Job))
            : ct => store.OfKeysAsync(history.Keys(by), ct).Select(job => Today(Owner(job.Key), job.Job)));
    }

    /// <summary>The documents of one user, oldest first, read as they are asked for. Refused as <see cref="Refusal.Denied"/> or <see cref="Refusal.Missing"/>.</summary>
    public Outcome<Func<CancellationToken, IAsyncEnumerable<Job>>> OfUser(Actor by, string username) =>
        by.Needs(Right.JobsView) is { Ok: false } denied ? denied
        : accounts.FindByName(by, username) is { } owner
            ? Outcome.Of<Func<CancellationToken, IAsyncEnumerable<Job>>>(ct => store.OfAccountAsync(owner.Id, ct).Select(job => Today(owner.Id, job)))
        : Outcome.Missing($"There is no user named {username}.");

    /// <summary>The document as it stands now: the account's name of today, a running job with its last report.</summary>
    public Job Today(AccountId account, Job job)
    {
        var named = accounts.Find(account) is { } owner ? job with { Username = owner.Username } : job;
        return named.IsRunning && live.Find(Guid.Parse(job.Id)) is { Figures: { } figures }
            ? named with { Progress = figures.Detail, TotalSize = figures.Report.BytesTotal, TotalFiles = figures.Report.ItemsDone, UploadSize = figures.Uploaded }
            : named;
    }

    private static Outcome Missing(string jobId) => Outcome.Missing($"There is no job {(jobId.Length > 36 ? jobId[..36] + "…" : jobId)}.");

    private Outcome<JobFigures> Find(Actor by, string jobId) =>
        by.Needs(Right.JobsView) is { Ok: false } denied ? denied
        : store.TryFind(jobId, out var job) && accounts.Sees(by, new AccountId(store.Index.Names[job.Account])) ? job
        : Missing(jobId);

    private AccountId Owner(long key) => new(store.Index.Current.Rows.TryGet(key, out var job) ? store.Index.Names[job.Account] : "");
}
