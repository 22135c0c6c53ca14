using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>Why a job is being stopped.</summary>
public enum StopReason
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Somebody cancelled it.</summary>
    Asked,

    /// <summary>It has run longer than it may.</summary>
    TimeLimit,

    /// <summary>The agent ends.</summary>
    Shutdown,
}

/// <summary>A job that this device has taken and not ended yet.</summary>
/// <param name="ask">What was asked for.</param>
/// <param name="item">The Protected Item.</param>
/// <param name="vault">The Storage Vault.</param>
public sealed class RunningJob(RunBackup ask, AgentItem item, AgentVault vault) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _reason;

    /// <summary>What was asked for.</summary>
    public RunBackup Ask { get; } = ask;

    /// <summary>The Protected Item, as it was when the job was taken.</summary>
    public AgentItem Item { get; } = item;

    /// <summary>The Storage Vault.</summary>
    public AgentVault Vault { get; } = vault;

    /// <summary>Names this run for cancelling.</summary>
    public string CancellationId { get; } = Guid.NewGuid().ToString();

    /// <summary>Cancelled when the job must stop.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Why it must.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>Ends when the job has.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>How it ended; 0 while it has not.</summary>
    public int EndStatus { get; set; }

    /// <summary>Nothing of it is left but to be cleaned up.</summary>
    public bool HasEnded => EndStatus != 0;

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
