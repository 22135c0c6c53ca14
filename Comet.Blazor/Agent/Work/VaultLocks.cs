using System.Globalization;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Vaults;

namespace Comet.Blazor.Agent.Work;

/// <summary>The locks in a Storage Vault. Each program that works on it leaves one there, with its computer's name, until it ends.</summary>
public static class VaultLocks
{
    private const int Most = 5;

    /// <summary>Who holds one, the exclusive ones first; at most five. Empty also when they can't be read: what is blocked by them tells that itself.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<IReadOnlyList<ResticLock>> ReadAsync(ResticProgram restic, Repository repository, TimeProvider clock, CancellationToken ct)
    {
        List<ResticLock> locks = [];
        foreach (var id in (await LinesAsync(restic, repository, clock, ["list", "locks", "--no-lock"], ct)).Where(static l => l.Length == 64).Take(Most))
        {
            if (ResticOutput.Lock(string.Concat(await LinesAsync(restic, repository, clock, ["cat", "lock", id, "--no-lock"], ct))) is { } found)
            {
                locks.Add(found);
            }
        }

        return [.. locks.OrderByDescending(static l => l.Exclusive)];
    }

    /// <summary>"the computer MD-FS02 (user root, process 814, 2026-11-25 14:02 UTC)".</summary>
    public static string Describe(ResticLock held) => string.Create(
        CultureInfo.InvariantCulture, $"the computer {Clean(held.Hostname)} (user {Clean(held.Username)}, process {held.Pid}, {held.Time.UtcDateTime:yyyy-MM-dd HH:mm} UTC)");

    // Whoever has the vault's key has written it.
    private static string Clean(string name) => name.Length == 0 ? "unknown" : new string([.. name.Where(static c => !char.IsControl(c)).Take(80)]);

    private static async Task<List<string>> LinesAsync(ResticProgram restic, Repository repository, TimeProvider clock, string[] args, CancellationToken ct)
    {
        List<string> lines = [];
        var end = await new ResticRun(restic.Path, repository.Environment, clock).RunAsync([.. repository.Options, .. args], "", lines.Add, static _ => { }, ct);
        ct.ThrowIfCancellationRequested();
        return end.ExitCode == 0 ? lines : [];
    }
}
