using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>Brings a Storage Vault to the point where restic can work on it: key opened, repository there, locks of killed runs removed.</summary>
/// <param name="keys">Opens keys.</param>
/// <param name="preparation">Makes repositories.</param>
/// <param name="notes">Knows about killed runs.</param>
/// <param name="state">Where restic's caches are.</param>
/// <param name="settings">The server's address.</param>
/// <param name="clock">The clock.</param>
public sealed class VaultDoor(VaultKeys keys, VaultPreparation preparation, JobNotes notes, StateFolder state, AgentSettings settings, TimeProvider clock)
{
    /// <summary>Opens it. The caller has the vault's turn.</summary>
    /// <exception cref="AgentFailure">It can't be opened; the sentence says why.</exception>
    /// <exception cref="StorageException">The storage refused.</exception>
    public async Task<Repository> OpenAsync(ResticProgram restic, AgentVault vault, Action<string> say, CancellationToken ct)
    {
        var cache = state.Sub("cache", StateFolder.NameFor(vault.Id));
        Repository.Of(vault, settings, "", cache); // complains about a vault of another kind before a key is made for it
        var password = await keys.OpenAsync(vault, ct);
        var repository = Repository.Of(vault, settings, password, cache);
        await preparation.RunAsync(restic, repository, password, say, ct);
        if (notes.IsLocked(vault.Id))
        {
            await UnlockAsync(restic, repository, say, ct);
        }

        return repository;
    }

    /// <summary>A vault for reading alone, also while somebody else has its turn; null when nothing was ever stored in it.</summary>
    /// <exception cref="AgentFailure">It can't be opened; the sentence says why.</exception>
    /// <exception cref="StorageException">The storage refused.</exception>
    public async Task<Repository?> LookAsync(AgentVault vault, CancellationToken ct)
    {
        var cache = state.Sub("cache", StateFolder.NameFor(vault.Id));
        Repository.Of(vault, settings, "", cache);
        if (vault.WrappedKey.Length == 0)
        {
            return null;
        }

        var repository = Repository.Of(vault, settings, await keys.OpenAsync(vault, ct), cache);
        return await preparation.IsThereAsync(repository, ct) ? repository : null;
    }

    /// <summary>restic knows its own stale locks: those of a dead process of this computer.</summary>
    private async Task UnlockAsync(ResticProgram restic, Repository repository, Action<string> say, CancellationToken ct)
    {
        say("Removing the lock that an interrupted run has left in the Storage Vault.");
        List<string> errors = [];
        var end = await new ResticRun(restic.Path, repository.Environment, clock).RunAsync([.. repository.Options, "unlock"], "", static _ => { }, errors.Add, ct);
        ct.ThrowIfCancellationRequested();
        if (end.ExitCode != 0)
        {
            throw new AgentFailure($"The lock of an interrupted run could not be removed from the Storage Vault: {repository.WithoutSecrets(string.Join(' ', errors.TakeLast(3)))}");
        }

        notes.MarkUnlocked(repository.VaultId);
    }
}
