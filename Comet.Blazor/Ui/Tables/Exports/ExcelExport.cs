using ClosedXML.Excel;
using MiniExcelLibs;
using MiniExcelLibs.Attributes;
using MiniExcelLibs.OpenXml;

namespace Comet.Blazor.Ui.Tables.Exports;

/// <summary>
/// Writes rows as an Excel workbook: one sheet, fixed header, filter buttons. ClosedXML holds the whole workbook in memory, so larger ones are
/// streamed by MiniExcel with the same columns and widths (decisions.md 3).
/// </summary>
public static class ExcelExport
{
    /// <summary>Rows that fit on a sheet below the header.</summary>
    public const int MaxRows = 1_048_575;

    /// <summary>Up to so many rows the workbook is made in memory.</summary>
    public const int InMemoryRows = 20_000;

    /// <summary>Writes the workbook and leaves the stream open.</summary>
    /// <param name="sheet">The rows.</param>
    /// <param name="count">Number of rows that are expected; decides how it is written.</param>
    /// <param name="to">A stream that can seek.</param>
    /// <param name="ct">Cancels.</param>
    public static Task WriteAsync(ExportSheet sheet, int count, Stream to, CancellationToken ct) =>
        count <= InMemoryRows ? WriteInMemoryAsync(sheet, to, ct) : WriteStreamedAsync(sheet, to, ct);

    private static async Task WriteInMemoryAsync(ExportSheet sheet, Stream to, CancellationToken ct)
    {
        using var book = new XLWorkbook();
        var page = book.Worksheets.Add(SheetName(sheet.Name));
        for (var c = 0; c < sheet.Headings.Count; c++)
        {
            page.Column(c + 1).Width = sheet.Headings[c].Width;
            Put(page.Cell(1, c + 1), sheet.Headings[c].Title);
        }

        var at = 1;
        await foreach (var row in sheet.Rows.WithCancellation(ct))
        {
            at++;
            for (var c = 0; c < row.Length; c++)
            {
                Put(page.Cell(at, c + 1), row[c]);
            }
        }

        page.Row(1).Style.Font.Bold = true;
        page.SheetView.FreezeRows(1);
        page.Range(1, 1, at, sheet.Headings.Count).SetAutoFilter();
        book.SaveAs(to);
    }

    private static void Put(IXLCell cell, object? value)
    {
        switch (value)
        {
            case null:
                break;
            case long number:
                cell.SetValue((double)number);
                break;
            case double number:
                cell.SetValue(number);
                break;
            default:
                cell.DataType = XLDataType.Text;
                cell.SetValue((string)value);
                break;
        }
    }

    private static async Task WriteStreamedAsync(ExportSheet sheet, Stream to, CancellationToken ct)
    {
        var titles = Distinct(sheet.Headings);
        var columns = sheet.Headings.Select((h, i) => new DynamicExcelColumn(titles[i]) { Name = h.Title, Index = i, Width = h.Width }).ToArray();
        var look = new OpenXmlConfiguration { AutoFilter = true, FreezeRowCount = 1, TableStyles = TableStyles.None, DynamicColumns = columns, FastMode = true };
        await Task.Run(() => to.SaveAsAsync(Rows(sheet, titles, ct), sheetName: SheetName(sheet.Name), configuration: look, cancellationToken: ct), ct);
    }

    private static IEnumerable<Dictionary<string, object?>> Rows(ExportSheet sheet, string[] titles, CancellationToken ct)
    {
        foreach (var row in sheet.Rows.ToBlockingEnumerable(ct)) // the library pulls rows on a thread of its own
        {
            var cells = new Dictionary<string, object?>(titles.Length);
            for (var i = 0; i < titles.Length; i++)
            {
                cells[titles[i]] = row[i];
            }

            yield return cells;
        }
    }

    private static string[] Distinct(IReadOnlyList<ExportHeading> headings) => [.. headings.Select((h, i) => headings.Take(i).Any(o => o.Title == h.Title) ? $"{h.Title} {i + 1}" : h.Title)];

    private static string SheetName(string name)
    {
        var allowed = string.Concat(name.Where(c => !@"[]:*?/\'".Contains(c, StringComparison.Ordinal))).Trim();
        return allowed.Length switch { 0 => "Export", > 31 => allowed[..31], _ => allowed };
    }
}
