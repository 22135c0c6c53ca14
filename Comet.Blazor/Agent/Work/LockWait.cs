using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Vaults;

namespace Comet.Blazor.Agent.Work;

/// <summary>Patience while another device has a Storage Vault for itself, as a retention pass has while it frees space. Names who it is.</summary>
/// <param name="say">Told once that somebody waits, and for whom.</param>
/// <param name="restic">The engine.</param>
/// <param name="repository">The vault.</param>
/// <param name="clock">The clock.</param>
public sealed class LockWait(Action<string> say, ResticProgram restic, Repository repository, TimeProvider clock)
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
            say(Holders(await VaultLocks.ReadAsync(restic, repository, clock, ct)) is { } holders ? $"{holders}; waiting for it." : "Another device is working on this Storage Vault; waiting for it.");
            _told = true;
        }

        await Task.Delay(Again, clock, ct);
        return true;
    }

    /// <summary>Why there was no end to it: which lock of whom, and what to do.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<VaultBusyException> GiveUpAsync(CancellationToken ct) =>
        new($"{Holders(await VaultLocks.ReadAsync(restic, repository, clock, ct)) ?? "Another device is working on this Storage Vault"}. Try again later. If that program does not run any more, an interrupted run has left the lock there: unlock the vault.");

    private static string? Holders(IReadOnlyList<ResticLock> locks) => locks.Count == 0 ? null : $"The Storage Vault is locked by {string.Join(", and by ", locks.Select(VaultLocks.Describe))}";
}

/// <summary>Another device works on the vault.</summary>
/// <param name="message">A sentence.</param>
public sealed class VaultBusyException(string message) : AgentFailure(message);
