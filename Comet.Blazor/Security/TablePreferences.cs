using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Data;
using Comet.Blazor.Ui.Tables;

namespace Comet.Blazor.Security;

/// <summary>Keeps table preferences in the server's store, one record per administrator and table.</summary>
/// <param name="store">The server's store.</param>
public sealed class TablePreferences(ServerStore store) : ITablePreferences
{
    private const string Collection = "security_tables";
    private readonly ConcurrentDictionary<string, TablePreference?> _known = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async ValueTask<TablePreference?> LoadAsync(string viewer, string table, CancellationToken ct)
    {
        var key = Key(viewer, table);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var record = await store.Db.ReadAsync(db => db.Get(Collection, key), ct);
        var stored = record is null ? null : JsonSerializer.Deserialize(record.Json, TablePreferenceJson.Default.TablePreference);
        return _known.GetOrAdd(key, stored);
    }

    /// <inheritdoc />
    public async Task SaveAsync(string viewer, string table, TablePreference preference, CancellationToken ct)
    {
        var key = Key(viewer, table);
        var json = JsonSerializer.SerializeToUtf8Bytes(preference, TablePreferenceJson.Default.TablePreference);
        await store.Db.WriteAsync(
            db =>
            {
                db.Put(Collection, new DbRecord(key, [], json));
                db.AfterCommit(() => _known[key] = preference);
                return true;
            },
            ct);
    }

    private static string Key(string viewer, string table) => $"{table}/{viewer}"; // a table's key holds no slash
}

/// <summary>Shapes of stored preferences.</summary>
[JsonSerializable(typeof(TablePreference))]
internal sealed partial class TablePreferenceJson : JsonSerializerContext;
