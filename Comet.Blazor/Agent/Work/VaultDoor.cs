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
/// <param name="places">Where vaults are.</param>
/// <param name="clock">The clock.</param>
public sealed class VaultDoor(VaultKeys keys, VaultPreparation preparation, JobNotes notes, StateFolder state, Places places, TimeProvider clock)
{
    /// <summary>Opens it. The caller has the vault's turn, and disposes the repository after use.</summary>
    /// <exception cref="AgentFailure">It can't be opened; the sentence says why.</exception>
    /// <exception cref="StorageException">The storage refused.</exception>
    public async Task<Repository> OpenAsync(ResticProgram restic, AgentVault vault, Action<string> say, CancellationToken ct)
    {
        var cache = state.Sub("cache", StateFolder.NameFor(vault.Id));
        var place = places.Of(vault); // complains about a vault of another kind before a key is made for it
        var repository = new Repository(vault, place, "", cache);
        try
        {
            var password = await keys.OpenAsync(vault, ct);
            repository = new Repository(vault, place, password, cache);
            await preparation.RunAsync(restic, repository, password, say, ct);
            if (notes.IsLocked(vault.Id))
            {
                await UnlockAsync(restic, repository, say, ct);
            }

            await ForgetCutOffAsync(restic, repository, say, ct);
            return repository;
        }
        catch
        {
            repository.Dispose();
            throw;
        }
    }

    /// <summary>A vault for reading alone, also while somebody else has its turn; null when nothing was ever stored in it.</summary>
    /// <exception cref="AgentFailure">It can't be opened; the sentence says why.</exception>
    /// <exception cref="StorageException">The storage refused.</exception>
    public async Task<Repository?> LookAsync(ResticProgram restic, AgentVault vault, CancellationToken ct)
    {
        var place = places.Of(vault);
        var repository = new Repository(vault, place, "", "");
        try
        {
            if (vault.WrappedKey.Length > 0)
            {
                repository = new Repository(vault, place, await keys.OpenAsync(vault, ct), state.Sub("cache", StateFolder.NameFor(vault.Id)));
                if (await preparation.IsThereAsync(restic, repository, ct))
                {
                    return repository;
                }
            }
        }
        catch
        {
            repository.Dispose();
            throw;
        }

        repository.Dispose();
        return null;
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

    /// <summary>
    /// A command's output that a killed agent has cut off looks like a whole one to restic. Removing it needs the vault alone: another device that has it
    /// is waited for.
    /// </summary>
    private async Task ForgetCutOffAsync(ResticProgram restic, Repository repository, Action<string> say, CancellationToken ct)
    {
        foreach (var job in notes.CutOff(repository.VaultId))
        {
            say("Removing what an interrupted run has stored of a command's output: it may not be whole.");
            List<string> lines = [];
            var look = await new ResticRun(restic.Path, repository.Environment, clock).RunAsync(
                [.. repository.Options, "snapshots", "--json", "--no-lock", "--tag", $"job:{job}"], "", lines.Add, static _ => { }, ct);
            string[] ids = look.ExitCode == 0 ? [.. ResticOutput.Snapshots(string.Concat(lines)).Select(static s => s.Id)] : [];
            ct.ThrowIfCancellationRequested();
            if (look.ExitCode != 0)
            {
                throw new AgentFailure("What an interrupted run has stored could not be removed from the Storage Vault: its snapshots can't be listed.");
            }

            if (ids.Length > 0)
            {
                await ForgetAsync(restic, repository, ids, say, ct);
            }

            notes.MarkWhole(repository.VaultId, job);
        }
    }

    private async Task ForgetAsync(ResticProgram restic, Repository repository, string[] ids, Action<string> say, CancellationToken ct)
    {
        var wait = new LockWait(say, restic, repository, clock);
        while (true)
        {
            List<string> errors = [];
            var end = await new ResticRun(restic.Path, repository.Environment, clock).RunAsync([.. repository.Options, "forget", .. ids], "", static _ => { }, errors.Add, ct);
            ct.ThrowIfCancellationRequested();
            if (end.ExitCode == 0)
            {
                return;
            }

            if (!ResticOutput.TellsLocked(end.ExitCode, string.Join(' ', errors)))
            {
                throw new AgentFailure($"What an interrupted run has stored could not be removed from the Storage Vault: {repository.WithoutSecrets(ResticOutput.Shortened(errors))}");
            }

            if (!await wait.AgainAsync(ct))
            {
                throw await wait.GiveUpAsync(ct);
            }
        }
    }
}
