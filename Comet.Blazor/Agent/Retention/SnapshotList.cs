using System.Text.Json;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Vaults;

namespace Comet.Blazor.Agent.Retention;

/// <summary>The snapshots of a repository: all of them, or a failure. What is not in the list could be taken for deleted.</summary>
/// <param name="clock">The clock.</param>
public sealed class SnapshotList(TimeProvider clock)
{
    private const int LinesInComplaint = 3;

    /// <summary>Reads them, oldest first. Takes no lock, so it works while a backup runs.</summary>
    /// <exception cref="AgentFailure">restic failed, or left out a snapshot that is there.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<IReadOnlyList<StoredSnapshot>> ReadAsync(ResticProgram restic, Repository repository, CancellationToken ct)
    {
        // First the ids: a snapshot that a backup adds meanwhile is only in the second list, which does no harm.
        var ids = (await RunAsync(restic, repository, ["list", "snapshots", "--no-lock"], ct)).Where(static l => l.Length == 64).ToList();
        var json = string.Concat(await RunAsync(restic, repository, ["snapshots", "--json", "--no-lock"], ct));
        StoredSnapshot[] snapshots;
        try
        {
            snapshots = [.. (JsonSerializer.Deserialize(json, RepositoryJson.Default.SnapshotJsonArray) ?? []).Select(StoredSnapshot.Of)];
        }
        catch (JsonException ex)
        {
            throw new AgentFailure($"restic's list of snapshots can't be read: {ex.Message}", ex);
        }

        var read = snapshots.Select(static s => s.Id).ToHashSet(StringComparer.Ordinal);
        var lost = ids.Where(id => !read.Contains(id)).ToList();
        return lost.Count == 0
            ? [.. snapshots.OrderBy(static s => s.Time).ThenBy(static s => s.Id, StringComparer.Ordinal)]
            : throw new AgentFailure($"{lost.Count} of {ids.Count} snapshots can't be read, {lost[0][..8]} among them. Check the Storage Vault; nothing is deleted from it until then.");
    }

    private async Task<List<string>> RunAsync(ResticProgram restic, Repository repository, string[] args, CancellationToken ct)
    {
        List<string> lines = [];
        List<string> errors = [];
        var end = await new ResticRun(restic.Path, repository.Environment, clock).RunAsync([.. repository.Options, .. args], "", lines.Add, errors.Add, ct);
        ct.ThrowIfCancellationRequested();
        return end.ExitCode == 0 ? lines : throw new AgentFailure($"The snapshots can't be listed: {repository.WithoutSecrets(string.Join(' ', errors.TakeLast(LinesInComplaint)))}");
    }
}
