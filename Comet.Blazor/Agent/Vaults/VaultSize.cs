using System.Globalization;
using System.Text.Json;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>How full a vault is that no Storage Role watches (StorageLimitBytes, spec/01 §6.1).</summary>
/// <param name="clock">The clock.</param>
public sealed class VaultSize(TimeProvider clock)
{
    /// <summary>Why no backup may begin, in a sentence; null when one may.</summary>
    /// <exception cref="AgentFailure">The size can't be told.</exception>
    public async Task<string?> LimitReachedAsync(ResticProgram restic, Repository repository, CancellationToken ct)
    {
        var limit = repository.Vault.LimitBytes;
        if (limit <= 0 || repository.Place.Bucket is not null)
        {
            return null;
        }

        var size = repository.Place.Kind == "local" ? await Task.Run(() => Folder(repository.Place.Repository, ct), ct) : await RepositoryAsync(restic, repository, ct);
        return size < limit ? null : string.Create(
            CultureInfo.InvariantCulture, $"The Storage Vault holds {ByteSize.Format(size)} and may hold {ByteSize.Format(limit)}. Raise the limit, or delete old snapshots.");
    }

    private static long Folder(string path, CancellationToken ct)
    {
        var sum = 0L;
        foreach (var file in new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            ct.ThrowIfCancellationRequested();
            sum += file.Length;
        }

        return sum;
    }

    private async Task<long> RepositoryAsync(ResticProgram restic, Repository repository, CancellationToken ct)
    {
        List<string> lines = [];
        List<string> errors = [];
        var end = await new ResticRun(restic.Path, repository.Environment, clock).RunAsync(
            [.. repository.Options, "stats", "--mode", "raw-data", "--json", "--no-lock"], "", lines.Add, errors.Add, ct);
        ct.ThrowIfCancellationRequested();
        var text = lines.LastOrDefault(static l => l.StartsWith('{')) ?? "";
        return end.ExitCode == 0 && text.Length > 0
            ? JsonSerializer.Deserialize(text, ResticJson.Default.ResticStats)?.TotalSize ?? 0
            : throw new AgentFailure($"The size of the Storage Vault, which has a limit, can't be told: {repository.WithoutSecrets(ResticOutput.Shortened(errors))}");
    }
}
