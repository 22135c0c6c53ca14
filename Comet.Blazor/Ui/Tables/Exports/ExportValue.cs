using System.Globalization;
using Comet.Blazor.Ui.Time;

namespace Comet.Blazor.Ui.Tables.Exports;

/// <summary>How a cell's value is exported: numbers stay numbers, times carry their offset, texts can't become formulas.</summary>
public static class ExportValue
{
    /// <summary>The value by its column's kind.</summary>
    public static object? Of(ColumnKind kind, object? value, BrowserClock clock) => value switch
    {
        null or "" => null,
        string text => Harmless(text),
        DateTimeOffset time => clock.Iso(time),
        int or long or short or byte or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        double or float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => Harmless(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    /// <summary>The heading of a column.</summary>
    public static ExportHeading Heading<TRow>(TableColumn<TRow> column) => column.Kind switch
    {
        ColumnKind.Size => new ExportHeading(Harmless(column.Title) + " (bytes)", 20),
        ColumnKind.Duration => new ExportHeading(Harmless(column.Title) + " (seconds)", 18),
        ColumnKind.Time => new ExportHeading(Harmless(column.Title), 26),
        ColumnKind.Number => new ExportHeading(Harmless(column.Title), 14),
        _ => new ExportHeading(Harmless(column.Title), 32),
    };

    /// <summary>
    /// A text that spreadsheets would take for a formula gets an apostrophe before it: names come from customers, and the one who opens the
    /// export is an administrator.
    /// </summary>
    public static string Harmless(string text) => text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
}
