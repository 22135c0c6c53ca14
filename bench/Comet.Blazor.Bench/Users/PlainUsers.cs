using System.Globalization;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Parts;
using Comet.Blazor.Ui.Tables;

namespace Comet.Blazor.Bench.Users;

/// <summary>What a plain page holds: the same rows in the same order, with the texts of their cells made once, which ours has to keep up with.</summary>
/// <param name="rows">The users.</param>
public sealed class PlainUsers(IReadOnlyList<UserRow> rows)
{
    private readonly (UserRow Row, string[] Texts)[] _all =
        [.. rows.OrderBy(static r => r.Username, StringComparer.OrdinalIgnoreCase).Select(static r => (r, Columns.Select(c => Text(c, r)).ToArray()))];

    /// <summary>Columns that the Users page shows unless somebody chose others.</summary>
    public static IReadOnlyList<TableColumn<UserRow>> Columns { get; } = [.. UserColumns.All(organizations: true, jobs: true).Where(static c => !c.HiddenByDefault)];

    /// <summary>A cell's text.</summary>
    public static string Text(TableColumn<UserRow> column, UserRow row) => CellText.Of(column.Kind, false, column.Value(row), null) ?? column.None;

    /// <summary>The rows of a page, and how many there are.</summary>
    /// <param name="filter">What some cell has to contain.</param>
    /// <param name="page">From 1.</param>
    public (IReadOnlyList<UserRow> Rows, string Count) Page(string filter, int page)
    {
        var found = filter.Length == 0 ? _all : [.. _all.Where(r => Array.Exists(r.Texts, t => t.Contains(filter, StringComparison.OrdinalIgnoreCase)))];
        return ([.. found.Skip((page - 1) * TableState.DefaultSize).Take(TableState.DefaultSize).Select(static r => r.Row)], found.Length.ToString("N0", CultureInfo.InvariantCulture));
    }
}
