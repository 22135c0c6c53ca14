using Comet.Blazor.Agent.Work;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Retention;

/// <summary>Work on a Storage Vault that this device has taken and not ended yet.</summary>
/// <param name="jobId">The job.</param>
/// <param name="kind">4003 retention, 4004 unlock, 4005 delete snapshots, 4006 measure.</param>
/// <param name="vault">The vault, as it was when the job was taken.</param>
public sealed class VaultJob(string jobId, int kind, AgentVault vault) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _reason;

    /// <summary>The job.</summary>
    public string JobId { get; } = jobId;

    /// <summary>What is done.</summary>
    public int Kind { get; } = kind;

    /// <summary>The vault.</summary>
    public AgentVault Vault { get; } = vault;

    /// <summary>Names this run for cancelling.</summary>
    public string CancellationId { get; } = Guid.NewGuid().ToString();

    /// <summary>Of an unlock: also locks that somebody may still hold.</summary>
    public bool AllowUnsafe { get; init; }

    /// <summary>Of a deletion: full ids.</summary>
    public IReadOnlyList<string> SnapshotIds { get; init; } = [];

    /// <summary>True when a person has asked for it.</summary>
    public bool Asked { get; init; }

    /// <summary>Cancelled when the job must stop.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Why it must.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>Ends when the job has.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>"Retention pass", for people.</summary>
    public string Name => Kind switch
    {
        JobKind.Retention => "Retention pass",
        JobKind.Unlock => "Unlocking",
        JobKind.DeleteSnapshots => "Deletion of snapshots",
        _ => "Measurement",
    };

    /// <summary>Stops it; the first reason counts.</summary>
    public void End(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) == (int)StopReason.None)
        {
            _stop.Cancel();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();
}
