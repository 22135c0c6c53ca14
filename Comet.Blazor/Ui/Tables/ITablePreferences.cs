namespace Comet.Blazor.Ui.Tables;

/// <summary>What one viewer changed about one table.</summary>
/// <param name="Size">Rows per page; 0 for the default.</param>
/// <param name="Columns">Keys of the visible columns, in order; null for the default.</param>
public sealed record TablePreference(int Size, IReadOnlyList<string>? Columns);

/// <summary>Remembers table preferences per administrator (mission, "Column selection").</summary>
public interface ITablePreferences
{
    /// <summary>What <paramref name="viewer"/> changed about <paramref name="table"/>, or null.</summary>
    ValueTask<TablePreference?> LoadAsync(string viewer, string table, CancellationToken ct);

    /// <summary>Remembers it.</summary>
    Task SaveAsync(string viewer, string table, TablePreference preference, CancellationToken ct);
}
