using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Open;

/// <summary>Where job messages of devices arrive. A device can only touch its own jobs.</summary>
public interface IJobIntake
{
    /// <summary>
    /// A device has come online. Answers the last stored sequence of this epoch (0 when new) and ends as Abandoned every running job of
    /// the device that it no longer knows (spec/02 §3.3).
    /// </summary>
    Task<long> OnConnectAsync(AccountId account, string deviceId, string epoch, IReadOnlyCollection<string> activeJobs, CancellationToken ct);

    /// <summary>
    /// Stores a message durably and exactly once; a repeated one changes nothing. Answers the last stored sequence of the epoch, to be
    /// acknowledged. A message with a gap before it is refused with <see cref="Refusal.Conflict"/>, one of a foreign job with <see cref="Refusal.Denied"/>.
    /// </summary>
    Task<Outcome<long>> ReceiveAsync(AccountId account, string deviceId, string epoch, JobMessage message, CancellationToken ct);

    /// <summary>A progress report; kept in memory for the pages, older ones ignored.</summary>
    void Report(AccountId account, string deviceId, JobProgress progress);
}

/// <summary>Jobs that the server itself starts by asking a device.</summary>
public interface IPendingJobs
{
    /// <summary>Records a job with status 6004 and a first log line, before the device is asked; answers the job's id.</summary>
    Task<string> CreateAsync(AccountId account, string deviceId, string itemId, string vaultId, int kind, Actor by, CancellationToken ct);

    /// <summary>The device did not take the job: ends it as Error with the reason in its log, unless the device has started it after all.</summary>
    Task RefusedAsync(string jobId, string why, CancellationToken ct);
}
