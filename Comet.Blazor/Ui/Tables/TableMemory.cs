namespace Comet.Blazor.Ui.Tables;

/// <summary>What the viewer of this tab changed about tables. Scoped.</summary>
/// <param name="viewer">The viewer.</param>
/// <param name="preferences">Where it is kept.</param>
public sealed class TableMemory(IViewer viewer, ITablePreferences preferences)
{
    /// <summary>What the viewer changed about <paramref name="table"/>; all defaults when nothing.</summary>
    public async Task<TablePreference> LoadAsync(string table, CancellationToken ct) =>
        await preferences.LoadAsync((await viewer.ActorAsync()).Name, table, ct) ?? new TablePreference(0, null);

    /// <summary>Remembers it.</summary>
    public async Task SaveAsync(string table, TablePreference preference, CancellationToken ct) =>
        await preferences.SaveAsync((await viewer.ActorAsync()).Name, table, preference, ct);
}
