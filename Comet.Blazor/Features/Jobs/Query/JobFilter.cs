using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>Groups of job statuses that a list can be narrowed to (spec/02 §3.1).</summary>
public enum JobStatusGroup
{
    /// <summary>5xxx.</summary>
    Success,

    /// <summary>6xxx.</summary>
    Running,

    /// <summary>7xxx, whatever the reason.</summary>
    Unsuccessful,

    /// <summary>Warning.</summary>
    Warning,

    /// <summary>Error, Timeout, Abandoned, Quota Exceeded, and unknown codes of the unsuccessful range.</summary>
    Error,

    /// <summary>Missed.</summary>
    Missed,

    /// <summary>Cancelled and Skipped.</summary>
    Stopped,
}

/// <summary>What a list of jobs is narrowed to, besides the words of the table's filter. Null: not narrowed.</summary>
public sealed record JobFilter
{
    /// <summary>Every job.</summary>
    public static JobFilter All { get; } = new();

    /// <summary>The account.</summary>
    public AccountId? Account { get; init; }

    /// <summary>The device's id.</summary>
    public string? Device { get; init; }

    /// <summary>The Protected Item's id.</summary>
    public string? Item { get; init; }

    /// <summary>The Storage Vault's id.</summary>
    public string? Vault { get; init; }

    /// <summary>The statuses.</summary>
    public JobStatusGroup? Status { get; init; }

    /// <summary>The classification (spec/02 §3.2).</summary>
    public int? Kind { get; init; }

    /// <summary>Started at this time or later; Unix seconds UTC.</summary>
    public long? From { get; init; }

    /// <summary>Started before this time; Unix seconds UTC.</summary>
    public long? To { get; init; }

    /// <summary>True when the status belongs to the group.</summary>
    public static bool Belongs(JobStatusGroup group, int status) => group switch
    {
        JobStatusGroup.Success => JobStatus.IsSuccess(status),
        JobStatusGroup.Running => JobStatus.IsRunning(status),
        JobStatusGroup.Unsuccessful => status is >= 7000 and < 8000,
        JobStatusGroup.Warning => status == JobStatus.Warning,
        JobStatusGroup.Missed => status == JobStatus.Missed,
        JobStatusGroup.Stopped => status is JobStatus.Cancelled or JobStatus.Skipped,
        JobStatusGroup.Error => status is >= 7000 and < 8000
            and not (JobStatus.Warning or JobStatus.Missed or JobStatus.Cancelled or JobStatus.Skipped),
        _ => false,
    };
}
