using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Retention;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Measuring;

/// <summary>
/// What a Storage Vault's data are needed for (spec/01 §6.2), from the repository's own index and folders: of each blob, which items need it for their
/// latest snapshot and which for older ones. The parts sum up to the bytes of all packs.
/// </summary>
/// <param name="state">Where restic's caches are.</param>
/// <param name="sizes">Told the sizes of the snapshots.</param>
/// <param name="clock">The clock.</param>
public sealed class VaultMeasurement(StateFolder state, SnapshotSizes sizes, TimeProvider clock)
{
    /// <summary>The most parts; the smallest combinations beyond are taken together.</summary>
    public const int MaxComponents = 300;

    private const int MaxUsers = 40;
    private const string Truncated = "TRUNCATED/*";

    /// <summary>Measures.</summary>
    /// <param name="restic">The engine.</param>
    /// <param name="repository">The vault.</param>
    /// <param name="snapshots">All its snapshots.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="AgentFailure">It can't be measured; the sentence says why.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<VaultContent> RunAsync(ResticProgram restic, Repository repository, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken ct)
    {
        var started = clock.UnixNow();
        try
        {
            using var files = await RepositoryFiles.OpenAsync(restic, repository, state.Sub("cache", StateFolder.NameFor(repository.VaultId)), clock, ct);
            var table = await files.IndexAsync(ct);
            var map = await ReadAsync(files, table, snapshots, ct);
            var groups = Groups(snapshots);
            for (var group = 0; group < groups.Count; group++)
            {
                foreach (var snapshot in groups[group].Snapshots)
                {
                    map.Reach(table.Find(snapshot.Tree, tree: true), group);
                }
            }

            sizes.Add(repository.VaultId, snapshots.Select(s => KeyValuePair.Create(s.Id, map.FileBytes(table.Find(s.Tree, tree: true)))));
            return new VaultContent(started, clock.UnixNow(), Components(map.Sum(table).Select(p => new VaultComponent(p.Value, [.. p.Key.Select(g => groups[g].Name)]))));
        }
        catch (Exception ex) when (ex is InvalidDataException or System.Text.Json.JsonException)
        {
            throw new AgentFailure($"The Storage Vault can't be measured: {ex.Message} Check the vault.", ex);
        }
    }

    /// <summary>At most <see cref="MaxComponents"/> parts, with the same sum. What has one user or none stays; of the combinations, the largest.</summary>
    internal static VaultComponent[] Components(IEnumerable<VaultComponent> exact)
    {
        var all = exact.OrderBy(static c => c.UsedBy.Length > 1).ThenByDescending(static c => c.Bytes).ToList();
        var kept = all.Where(static c => c.UsedBy.Length <= MaxUsers).Take(all.Count > MaxComponents ? MaxComponents - 1 : MaxComponents).ToHashSet();
        var rest = all.Where(c => !kept.Contains(c)).Sum(static c => c.Bytes);
        return
        [
            .. all.Where(kept.Contains).Select(static c => c.UsedBy.Length == 0 ? c with { UsedBy = [""] } : c),
            .. rest > 0 ? new[] { new VaultComponent(rest, [Truncated]) } : [],
        ];
    }

    /// <summary>The latest snapshot of each item, and its older ones.</summary>
    private static List<(string Name, StoredSnapshot[] Snapshots)> Groups(IReadOnlyList<StoredSnapshot> snapshots)
    {
        List<(string, StoredSnapshot[])> groups = [];
        foreach (var item in snapshots.GroupBy(static s => s.ItemId, StringComparer.Ordinal))
        {
            StoredSnapshot[] newestFirst = [.. item.OrderByDescending(static s => s.Time).ThenByDescending(static s => s.Id, StringComparer.Ordinal)];
            groups.Add(($"{item.Key}/CURRENT", newestFirst[..1]));
            if (newestFirst.Length > 1)
            {
                groups.Add(($"{item.Key}/HISTORIC", newestFirst[1..]));
            }
        }

        return groups;
    }

    /// <summary>Reads every folder once, level by level.</summary>
    private static async Task<ReachMap> ReadAsync(RepositoryFiles files, BlobTable table, IReadOnlyList<StoredSnapshot> snapshots, CancellationToken ct)
    {
        var map = new ReachMap(table.Count);
        HashSet<int> level = [.. snapshots.Select(s => table.Find(s.Tree, tree: true))];
        while (level.Count > 0)
        {
            HashSet<int> next = [];
            await foreach (var (blob, tree) in files.TreesAsync(table, level, ct))
            {
                List<int> needs = [];
                long bytes = 0;
                foreach (var node in tree.Nodes ?? [])
                {
                    bytes += node.Type == "file" ? node.Size : 0;
                    needs.AddRange((node.Content ?? []).Select(id => table.Find(id, tree: false)));
                    if (node.Subtree is { } subtree)
                    {
                        var below = table.Find(subtree, tree: true);
                        needs.Add(~below);
                        next.Add(below);
                    }
                }

                map.Add(blob, [.. needs], bytes);
            }

            next.RemoveWhere(map.Knows);
            level = next;
        }

        return map;
    }
}
