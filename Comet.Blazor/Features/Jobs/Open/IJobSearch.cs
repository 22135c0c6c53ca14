using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;

namespace Comet.Blazor.Features.Jobs.Open;

/// <summary>One job as other features tell of it. Times in Unix seconds UTC, sizes in bytes.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Account">Its account.</param>
/// <param name="Username">The account's name today.</param>
/// <param name="DeviceId">The device's id.</param>
/// <param name="Device">The device's name.</param>
/// <param name="ItemId">The Protected Item's id; empty for none.</param>
/// <param name="Item">The Protected Item's name; empty for none.</param>
/// <param name="Vault">The Storage Vault's name; empty for none.</param>
/// <param name="Kind">Classification.</param>
/// <param name="Status">Status code.</param>
/// <param name="Start">Start.</param>
/// <param name="End">End; 0 while running.</param>
public sealed record FoundJob(
    string Id, AccountId Account, string Username, string DeviceId, string Device, string ItemId, string Item, string Vault, int Kind, int Status, long Start, long End)
{
    /// <summary>Files looked at.</summary>
    public long Files { get; init; }

    /// <summary>Bytes selected.</summary>
    public long Size { get; init; }

    /// <summary>Bytes uploaded.</summary>
    public long Uploaded { get; init; }

    /// <summary>Bytes downloaded.</summary>
    public long Downloaded { get; init; }
}

/// <summary>A line of a job's log.</summary>
/// <param name="Time">Unix seconds UTC.</param>
/// <param name="Severity">D, I, W or E.</param>
/// <param name="Message">The text.</param>
public sealed record FoundLine(long Time, string Severity, string Message);

/// <summary>Which time of a job a search looks at.</summary>
public enum JobMoment
{
    /// <summary>When it ended; a running one is not found.</summary>
    Ended,

    /// <summary>When it started.</summary>
    Started,
}

/// <summary>Finds jobs by the contract's filters (spec/02 §5). Asks no rights: for what the server itself does.</summary>
public interface IJobSearch
{
    /// <summary>The fields that a filter may name.</summary>
    IReadOnlyList<SearchField> Fields { get; }

    /// <summary>Whether the filter means something. Refused as <see cref="Refusal.Invalid"/> with what is wrong.</summary>
    Outcome Check(SearchClause filter);

    /// <summary>
    /// The jobs whose moment lies after <paramref name="after"/> and not after <paramref name="until"/>, by their start, oldest first; the newest
    /// <paramref name="atMost"/> of them. Refused as <see cref="Refusal.Invalid"/> for a filter that means nothing or takes too long.
    /// </summary>
    /// <param name="account">Only this account's; null for all that <paramref name="sees"/> lets through.</param>
    /// <param name="sees">Which accounts.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="moment">The time that counts.</param>
    /// <param name="after">Unix seconds.</param>
    /// <param name="until">Unix seconds.</param>
    /// <param name="atMost">The most jobs in the answer.</param>
    /// <param name="ct">Ends it.</param>
    Task<Outcome<FoundJobs>> FindAsync(AccountId? account, Func<AccountId, bool> sees, SearchClause filter, JobMoment moment, long after, long until, int atMost, CancellationToken ct);

    /// <summary>The job when it matches; null when it is gone or does not. Refused as <see cref="Refusal.Invalid"/>, as <see cref="FindAsync"/>.</summary>
    Task<Outcome<FoundJobs>> MatchAsync(string jobId, SearchClause filter, CancellationToken ct);

    /// <summary>The last warnings and errors of a job's log, in order.</summary>
    Task<IReadOnlyList<FoundLine>> ComplaintsAsync(string jobId, int atMost, CancellationToken ct);
}

/// <summary>What was found.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Count">How many match, those left out as well.</param>
public sealed record FoundJobs(IReadOnlyList<FoundJob> Jobs, int Count);

/// <summary>A job that has ended and that nobody has been told of yet.</summary>
/// <param name="Key">Its place in the list.</param>
/// <param name="JobId">The job.</param>
/// <param name="Account">Its account.</param>
/// <param name="End">Its end, Unix seconds UTC: a job may end twice.</param>
public sealed record EndedNote(long Key, string JobId, AccountId Account, long End);

/// <summary>
/// The jobs that have ended, noted in the same transaction as their end and kept until whoever tells of them has done so: a crash loses none.
/// </summary>
public interface IEndedJobs
{
    /// <summary>Rings when a job has ended.</summary>
    LiveSignal Changed { get; }

    /// <summary>The first notes; they stay until <see cref="DoneAsync"/>.</summary>
    Task<IReadOnlyList<EndedNote>> WaitingAsync(int atMost, CancellationToken ct);

    /// <summary>They are dealt with. A job that has ended again since stays noted.</summary>
    Task DoneAsync(IReadOnlyCollection<EndedNote> notes, CancellationToken ct);
}
