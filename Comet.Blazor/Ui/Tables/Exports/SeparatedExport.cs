using CsvHelper;

namespace Comet.Blazor.Ui.Tables.Exports;

/// <summary>Writes rows as separated text: CSV with commas, or with tabs for the clipboard.</summary>
public static class SeparatedExport
{
    /// <summary>Writes the sheet in UTF-8 and leaves the stream open.</summary>
    /// <param name="sheet">The rows.</param>
    /// <param name="to">Where they go.</param>
    /// <param name="separator">A comma or a tab.</param>
    /// <param name="mark">Begins with a byte order mark, without which Excel takes the file for the computer's old code page.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task WriteAsync(ExportSheet sheet, Stream to, char separator, bool mark, CancellationToken ct)
    {
        var options = new CsvWriterOptions { Separator = separator, NewLine = "\r\n", WriteByteOrderMark = mark };
        await using var csv = CsvWriter.Create(to, options, leaveOpen: true);
        foreach (var heading in sheet.Headings)
        {
            csv.WriteField(heading.Title);
        }

        await csv.EndRecordAsync(ct);
        await foreach (var row in sheet.Rows.WithCancellation(ct))
        {
            foreach (var value in row)
            {
                csv.WriteField(value);
            }

            await csv.EndRecordAsync(ct);
        }

        await csv.FlushAsync(ct);
    }
}
