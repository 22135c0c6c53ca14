using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Comet.Blazor.Ui.Tables.Exports;
using Microsoft.JSInterop;

namespace Comet.Blazor.Ui.Tables;

/// <summary>Exports: all filtered rows, visible columns, current order, read and sent in chunks.</summary>
public sealed partial class CometTable<TRow>
{
    private async Task ExportAsync(ExportFormat format)
    {
        if (_exporting || _script is null)
        {
            return;
        }

        if (format == ExportFormat.Excel && _rows.Total > ExcelExport.MaxRows)
        {
            _notice = ($"A sheet of Excel holds {ExcelExport.MaxRows:N0} rows. Filter the list, or export it as CSV.", true);
            return;
        }

        _exporting = true;
        StateHasChanged();
        try
        {
            _notice = format switch
            {
                ExportFormat.Clipboard => await CopyAsync(_script),
                ExportFormat.Csv => await SaveCsvAsync(_script),
                _ => await SaveExcelAsync(_script),
            };
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            return; // the page was left
        }
        catch (Exception ex)
        {
            _notice = ($"{Caption} could not be exported. Try again, or export fewer rows. Reference {Log(ex, "The export failed.")}", true);
        }
        finally
        {
            _exporting = false;
        }
    }

    private async Task<(string, bool)?> CopyAsync(TableScript script)
    {
        var done = await ThroughPipeAsync((sheet, to, ct) => SeparatedExport.WriteAsync(sheet, to, '\t', mark: false, ct), (content, ct) => script.CopyAsync(content, ct));
        return done ? ($"{Rows(_rows.Total)} copied.", false) : ("The browser refused the clipboard. Export the rows as CSV instead.", true);
    }

    private async Task<(string, bool)?> SaveCsvAsync(TableScript script)
    {
        await ThroughPipeAsync((sheet, to, ct) => SeparatedExport.WriteAsync(sheet, to, ',', mark: true, ct), async (content, ct) =>
        {
            await script.DownloadAsync(FileName("csv"), "text/csv", content, ct);
            return true;
        });
        return null;
    }

    private async Task<(string, bool)?> SaveExcelAsync(TableScript script)
    {
        // A workbook is a zip file, which is written with seeking; on disk it takes no memory.
        await using var file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var (sheet, total) = (Sheet(Closing), _rows.Total);
        await Task.Run(() => ExcelExport.WriteAsync(sheet, total, file, Closing), Closing);
        file.Position = 0;
        using var content = new DotNetStreamReference(file, leaveOpen: true);
        await script.DownloadAsync(FileName("xlsx"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", content, Closing);
        return null;
    }

    /// <summary>Writes on one side while the browser reads on the other; neither holds the whole text.</summary>
    private async Task<bool> ThroughPipeAsync(Func<ExportSheet, Stream, CancellationToken, Task> write, Func<DotNetStreamReference, CancellationToken, Task<bool>> read)
    {
        var pipe = new Pipe();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        var sheet = Sheet(stop.Token);
        var writing = Task.Run(async () =>
        {
            Exception? fault = null;
            try
            {
                await using var to = pipe.Writer.AsStream(leaveOpen: true);
                await write(sheet, to, stop.Token);
            }
            catch (Exception ex)
            {
                fault = ex;
                throw;
            }
            finally
            {
                await pipe.Writer.CompleteAsync(fault);
            }
        }, CancellationToken.None);
        try
        {
            using var content = new DotNetStreamReference(pipe.Reader.AsStream(leaveOpen: true), leaveOpen: true);
            return await read(content, stop.Token);
        }
        finally
        {
            await stop.CancelAsync(); // no effect when all was read
            await pipe.Reader.CompleteAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private ExportSheet Sheet(CancellationToken ct)
    {
        var columns = _layout.Visible;
        return new ExportSheet(Caption, [.. columns.Select(ExportValue.Heading)], Values(Source.AllAsync(Request, ct), columns, ct));
    }

    private async IAsyncEnumerable<object?[]> Values(IAsyncEnumerable<IReadOnlyList<TRow>> chunks, IReadOnlyList<TableColumn<TRow>> columns, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var rows in chunks.WithCancellation(ct))
        {
            foreach (var row in rows)
            {
                var values = new object?[columns.Count];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = ExportValue.Of(columns[i].Kind, columns[i].Value(row), Times);
                }

                yield return values;
            }
        }
    }

    private string FileName(string extension)
    {
        var name = string.Concat(Caption.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        return $"{name} {Times.Local(Clock.GetUtcNow()).ToString("yyyy-MM-dd HHmm", CultureInfo.InvariantCulture)}.{extension}";
    }
}
