using System.Security.Cryptography;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>
/// Makes the restic repository of a new Storage Vault in a place that only restic reaches, once. restic's <c>init</c> stores a key and then the
/// config; cut off in between and repeated, it would leave two keys for one password that open different repositories, and none would open any
/// more. So it runs under a password of its own for each attempt, noted before: a key that it leaves behind opens nothing. The vault's own
/// password is added when the repository is whole, which may be repeated, and the first one is removed.
/// </summary>
/// <param name="state">Where attempts are noted.</param>
/// <param name="keys">Knows who may.</param>
/// <param name="clock">The clock.</param>
public sealed class PlacePreparation(StateFolder state, VaultKeys keys, TimeProvider clock)
{
    private const int PasswordBytes = 32;
    private static readonly TimeSpan OthersTurn = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);

    /// <summary>Returns when the place holds a repository for the vault's password.</summary>
    /// <exception cref="AgentFailure">There is none and this device may not make one, or the place can't be used.</exception>
    public async Task RunAsync(ResticProgram restic, Repository repository, Action<string> say, CancellationToken ct)
    {
        var note = state.Sub("prepare", StateFolder.NameFor($"{repository.VaultId} {repository.Password}") + ".first");
        var found = await LookAsync(restic, repository, repository.Environment, ct);
        if (found != Found.Opens && keys.MayPrepare(repository.VaultId, repository.Password))
        {
            say("Preparing the Storage Vault for its first backup.");
            await MakeAsync(restic, repository, found, note, ct);
        }
        else if (found != Found.Opens)
        {
            await WaitForOtherAsync(restic, repository, found, say, ct);
        }

        if (File.Exists(note) && await DropFirstKeyAsync(restic, repository, await File.ReadAllTextAsync(note, ct), ct))
        {
            DurableFile.Delete(note);
        }

        keys.Prepared(repository.VaultId, repository.Password);
    }

    /// <summary>True when a repository is there that the vault's password opens.</summary>
    /// <exception cref="AgentFailure">The place can't be used, or holds a repository that the password does not open.</exception>
    public async Task<bool> IsThereAsync(ResticProgram restic, Repository repository, CancellationToken ct) => await LookAsync(restic, repository, repository.Environment, ct) switch
    {
        Found.Other => throw Foreign(repository),
        var found => found == Found.Opens,
    };

    /// <summary>Looks whether the place can be reached, and for a folder whether it can be written; true when it holds a repository.</summary>
    /// <exception cref="AgentFailure">It can't.</exception>
    public async Task<bool> ProbeAsync(ResticProgram restic, Repository repository, CancellationToken ct)
    {
        var anybody = repository.EnvironmentWith("nobody's");
        var found = await LookAsync(restic, repository, anybody, ct);
        if (repository.Place.Kind == "local")
        {
            CheckFolder(repository);
            var folder = Path.TrimEndingDirectorySeparator(repository.Place.Repository);
            var probe = Path.Combine(Directory.Exists(folder) ? folder : Path.GetDirectoryName(folder)!, $".comet-{Guid.NewGuid():N}");
            try
            {
                await File.WriteAllBytesAsync(probe, [], ct);
                File.Delete(probe);
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                throw new AgentFailure($"The folder {folder} can't be written: {ex.Message}", ex);
            }
        }

        return found != Found.Nothing;
    }

    private async Task MakeAsync(ResticProgram restic, Repository repository, Found found, string note, CancellationToken ct)
    {
        if (found == Found.Nothing)
        {
            CheckFolder(repository);
            var first = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));
            DurableFile.Write(note, System.Text.Encoding.UTF8.GetBytes(first));
            await RunAsync(restic, repository, repository.EnvironmentWith(first), ["init"], "", "make a repository", ct);
        }
        else if (!File.Exists(note) || await LookAsync(restic, repository, repository.EnvironmentWith(await File.ReadAllTextAsync(note, ct)), ct) != Found.Opens)
        {
            throw Foreign(repository);
        }

        // Twice would be as good as once: both keys open the same repository.
        var opener = repository.EnvironmentWith(await File.ReadAllTextAsync(note, ct));
        if (OperatingSystem.IsWindows())
        {
            var file = state.Sub("prepare", $"{Guid.NewGuid():N}.new");
            try
            {
                await File.WriteAllTextAsync(file, repository.Password, ct);
                await RunAsync(restic, repository, opener, ["key", "add", "--new-password-file", file], "", "store the vault's key", ct);
            }
            finally
            {
                File.Delete(file);
            }
        }
        else
        {
            await RunAsync(restic, repository, opener, ["key", "add", "--new-password-file", "/dev/stdin"], repository.Password + "\n", "store the vault's key", ct);
        }
    }

    /// <summary>False when another device has the vault: the next backup removes the key then.</summary>
    private async Task<bool> DropFirstKeyAsync(ResticProgram restic, Repository repository, string first, CancellationToken ct)
    {
        var opener = repository.EnvironmentWith(first);
        if (await LookAsync(restic, repository, opener, ct) != Found.Opens)
        {
            return true; // removed before the note was
        }

        var lines = await RunAsync(restic, repository, opener, ["key", "list", "--json", "--no-lock"], "", "list its keys", ct);
        if (ResticOutput.CurrentKey(string.Concat(lines)) is { } id)
        {
            List<string> errors = [];
            var end = await new ResticRun(restic.Path, repository.Environment, clock).RunAsync([.. repository.Options, "key", "remove", id], "", errors.Add, errors.Add, ct);
            ct.ThrowIfCancellationRequested();
            return end.ExitCode == 0 || (ResticOutput.TellsLocked(end.ExitCode, string.Join(' ', errors)) ? false : throw Failed(repository, "remove its first key", end, errors));
        }

        return true;
    }

    private async Task WaitForOtherAsync(ResticProgram restic, Repository repository, Found found, Action<string> say, CancellationToken ct)
    {
        say("Waiting for the device that is preparing this Storage Vault.");
        var since = clock.GetTimestamp();
        while (clock.GetElapsedTime(since) < OthersTurn)
        {
            await Task.Delay(Glance, clock, ct);
            found = await LookAsync(restic, repository, repository.Environment, ct);
            if (found == Found.Opens)
            {
                return;
            }
        }

        throw found == Found.Other ? Foreign(repository) : new AgentFailure(
            $"The Storage Vault has a key, but there is no repository at {repository}. If another device was the first to use the vault, run that device's backup again. "
            + "If the storage is a disk or a share, connect it. Otherwise its content was removed: bring it back from a copy, or make a new Storage Vault.");
    }

    private static AgentFailure Foreign(Repository repository) => new(
        $"There is a repository at {repository} already, and this vault's key does not open it. Nothing was changed there. Give the vault an empty folder or bucket, or bring back the vault that the repository belongs to.");

    /// <summary>A disk that is not connected must not get its backup on the disk below its mount point.</summary>
    private static void CheckFolder(Repository repository)
    {
        if (repository.Place.Kind == "local" && Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(repository.Place.Repository)) is { Length: > 0 } parent && !Directory.Exists(parent))
        {
            throw new AgentFailure($"The folder {parent} does not exist on this device. Connect the disk or the share, or make the folder, and run the backup again.");
        }
    }

    private async Task<Found> LookAsync(ResticProgram restic, Repository repository, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        List<string> errors = [];
        var end = await new ResticRun(restic.Path, environment, clock).RunAsync([.. repository.Options, "cat", "config", "--no-lock", "--no-cache"], "", static _ => { }, errors.Add, ct);
        ct.ThrowIfCancellationRequested();
        var text = string.Join(' ', errors);
        return end.ExitCode == 0 ? Found.Opens
            : ResticOutput.TellsWrongPassword(text) ? Found.Other
            : ResticOutput.TellsNoRepository(text) ? Found.Nothing
            : throw new AgentFailure($"The storage at {repository} can't be used: {repository.WithoutSecrets(ResticOutput.Shortened(errors))}");
    }

    private async Task<List<string>> RunAsync(
        ResticProgram restic, Repository repository, IReadOnlyDictionary<string, string> environment, IEnumerable<string> args, string input, string purpose, CancellationToken ct)
    {
        List<string> lines = [];
        List<string> errors = [];
        var end = await new ResticRun(restic.Path, environment, clock).RunAsync([.. repository.Options, .. args], input, lines.Add, errors.Add, ct);
        ct.ThrowIfCancellationRequested();
        return end.ExitCode == 0 ? lines : throw Failed(repository, purpose, end, errors);
    }

    private static AgentFailure Failed(Repository repository, string purpose, ResticEnd end, List<string> errors) =>
        new($"restic could not {purpose} at {repository} (exit code {end.ExitCode}): {repository.WithoutSecrets(ResticOutput.Shortened(errors))}");

    private enum Found
    {
        Nothing,
        Opens,
        Other,
    }
}
