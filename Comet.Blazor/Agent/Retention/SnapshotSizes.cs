using System.Text.Json;
using Comet.Blazor.Agent.State;

namespace Comet.Blazor.Agent.Retention;

/// <summary>How large the files of snapshots are, as far as this device has seen them: by its own backups and by measuring. Losing it loses nothing but these figures.</summary>
/// <param name="state">Where they are kept.</param>
public sealed class SnapshotSizes(StateFolder state)
{
    private readonly Lock _gate = new();

    /// <summary>Full ids of snapshots of a vault, and the bytes of their files.</summary>
    public IReadOnlyDictionary<string, long> Of(string vaultId)
    {
        lock (_gate)
        {
            return Read(vaultId);
        }
    }

    /// <summary>Keeps what was found out.</summary>
    public void Add(string vaultId, IEnumerable<KeyValuePair<string, long>> sizes)
    {
        lock (_gate)
        {
            var all = Read(vaultId);
            foreach (var (id, bytes) in sizes)
            {
                all[id] = bytes;
            }

            Write(vaultId, all);
        }
    }

    /// <summary>Forgets the snapshots that are gone.</summary>
    public void Keep(string vaultId, IReadOnlySet<string> snapshots)
    {
        lock (_gate)
        {
            var all = Read(vaultId);
            if (all.Keys.Any(id => !snapshots.Contains(id)))
            {
                Write(vaultId, all.Where(s => snapshots.Contains(s.Key)).ToDictionary());
            }
        }
    }

    private Dictionary<string, long> Read(string vaultId)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(vaultId)), StateJson.Default.DictionaryStringInt64) ?? [];
        }
        catch (Exception ex) when (ex is FileNotFoundException or JsonException)
        {
            return [];
        }
    }

    private void Write(string vaultId, Dictionary<string, long> all) =>
        DurableFile.Write(PathOf(vaultId), JsonSerializer.SerializeToUtf8Bytes(all, StateJson.Default.DictionaryStringInt64));

    private string PathOf(string vaultId) => state.Sub("sizes", StateFolder.NameFor(vaultId) + ".json");
}
