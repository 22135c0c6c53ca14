namespace Comet.Blazor.Ui.Tables.Exports;

/// <summary>The rows of an export: headings and values, in the order of the screen, read as they are written.</summary>
/// <param name="Name">What the rows are: "Users".</param>
/// <param name="Headings">One heading per column.</param>
/// <param name="Rows">Per row one value per column: string, long, double, or null. Texts are harmless already (<see cref="ExportValue"/>).</param>
public sealed record ExportSheet(string Name, IReadOnlyList<ExportHeading> Headings, IAsyncEnumerable<object?[]> Rows);

/// <summary>Heading of an exported column.</summary>
/// <param name="Title">The heading, with the unit where the values have one.</param>
/// <param name="Width">Width of the column in characters.</param>
public sealed record ExportHeading(string Title, double Width);
