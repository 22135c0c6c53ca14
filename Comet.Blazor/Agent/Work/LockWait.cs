namespace Comet.Blazor.Agent.Work;

/// <summary>Patience while another device has a Storage Vault for itself, as a retention pass has while it frees space.</summary>
/// <param name="report">Told once that the job waits.</param>
/// <param name="clock">The clock.</param>
public sealed class LockWait(JobReport report, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly long _since = clock.GetTimestamp();
    private bool _told;

    /// <summary>Waits a little; false when it has lasted too long already.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<bool> AgainAsync(CancellationToken ct)
    {
        if (clock.GetElapsedTime(_since) > Patience)
        {
            return false;
        }

        if (!_told)
        {
            report.Info("Another device is working on this Storage Vault; waiting for it.");
            _told = true;
        }

        await Task.Delay(Again, clock, ct);
        return true;
    }
}
