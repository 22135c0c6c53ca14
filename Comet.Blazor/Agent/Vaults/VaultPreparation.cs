using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>
/// Makes the restic repository of a new Storage Vault, once. It is made in the state folder and its two small files are then stored in the
/// bucket: an interruption at any point is mended by storing the same bytes again. restic's own <c>init</c> on the bucket, repeated after an
/// interruption, could leave two keys for one password there, and no repository would open any more.
/// </summary>
/// <param name="state">Where it is made.</param>
/// <param name="keys">Knows who may.</param>
/// <param name="bucket">Where it goes.</param>
/// <param name="elsewhere">Makes the repositories of vaults that are not in a bucket of a Storage Role.</param>
/// <param name="clock">The clock.</param>
public sealed class VaultPreparation(StateFolder state, VaultKeys keys, BucketClient bucket, PlacePreparation elsewhere, TimeProvider clock)
{
    private static readonly TimeSpan OthersTurn = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    /// <summary>Returns when the bucket holds a repository for this password.</summary>
    /// <param name="restic">The engine.</param>
    /// <param name="repository">The vault's repository.</param>
    /// <param name="password">Its password.</param>
    /// <param name="say">Told what is being done.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="AgentFailure">There is none, and this device may not make one.</exception>
    /// <exception cref="StorageException">The storage refused.</exception>
    public async Task RunAsync(ResticProgram restic, Repository repository, string password, Action<string> say, CancellationToken ct)
    {
        if (repository.Place.Bucket is null)
        {
            await elsewhere.RunAsync(restic, repository, say, ct);
            return;
        }

        if (!await bucket.HasRepositoryAsync(repository, ct))
        {
            if (keys.MayPrepare(repository.VaultId, password))
            {
                say("Preparing the Storage Vault for its first backup.");
                await MakeAsync(restic, repository, state.Sub("prepare", StateFolder.NameFor($"{repository.VaultId} {password}") + ".repository"), ct);
            }
            else
            {
                await WaitForOtherAsync(repository, say, ct);
            }
        }

        keys.Prepared(repository.VaultId, password);
    }

    /// <summary>True when the vault holds a repository.</summary>
    /// <exception cref="StorageException">The storage refused.</exception>
    public Task<bool> IsThereAsync(ResticProgram restic, Repository repository, CancellationToken ct) =>
        repository.Place.Bucket is null ? elsewhere.IsThereAsync(restic, repository, ct) : bucket.HasRepositoryAsync(repository, ct);

    private async Task WaitForOtherAsync(Repository repository, Action<string> say, CancellationToken ct)
    {
        say("Waiting for the device that is preparing this Storage Vault.");
        var since = clock.GetTimestamp();
        while (!await bucket.HasRepositoryAsync(repository, ct))
        {
            if (clock.GetElapsedTime(since) > OthersTurn)
            {
                throw new AgentFailure(
                    "The Storage Vault has a key, but its bucket holds no repository. If another device was the first to use the vault, run that device's backup again. "
                    + "Otherwise the bucket's content was removed on the server: bring it back from a copy, or request a new Storage Vault.");
            }

            await Task.Delay(Glance, clock, ct);
        }
    }

    private async Task MakeAsync(ResticProgram restic, Repository repository, string folder, CancellationToken ct)
    {
        var done = Path.Combine(folder, "complete");
        if (!File.Exists(done))
        {
            await InitAsync(restic, repository, folder, ct);
            DurableFile.Write(done, []);
        }

        await bucket.CreateAsync(repository, ct);
        foreach (var key in Directory.EnumerateFiles(Path.Combine(folder, "keys")))
        {
            await bucket.StoreAsync(repository, "keys/" + Path.GetFileName(key), await File.ReadAllBytesAsync(key, ct), ct);
        }

        await bucket.StoreAsync(repository, "config", await File.ReadAllBytesAsync(Path.Combine(folder, "config"), ct), ct); // last: it makes the repository one
        Directory.Delete(folder, recursive: true);
    }

    private async Task InitAsync(ResticProgram restic, Repository repository, string folder, CancellationToken ct)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true); // interrupted before it was whole, and never stored
        }

        List<string> lines = [];
        var end = await new ResticRun(restic.Path, repository.EnvironmentFor(folder), clock).RunAsync(["init", "--no-cache"], "", lines.Add, lines.Add, ct);
        ct.ThrowIfCancellationRequested();
        if (end.ExitCode != 0)
        {
            throw new AgentFailure($"restic could not make a repository (exit code {end.ExitCode}): {repository.WithoutSecrets(string.Join(' ', lines.TakeLast(3)))}");
        }
    }
}
