using System.Text;
using ClosedXML.Excel;
using Comet.Blazor.Ui.Tables;
using Comet.Blazor.Ui.Tables.Exports;
using Comet.Blazor.Ui.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Comet.Blazor.Tests.Ui;

public class ExportTests
{
    private static readonly DateTimeOffset Seen = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+31 20", "'+31 20")]
    [InlineData("-", "'-")]
    [InlineData("@cmd", "'@cmd")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "'\rx")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    public void Texts_CantBecomeFormulas(string text, string expected) => Assert.Equal(expected, ExportValue.Harmless(text));

    [Fact]
    public void Values_StayWhatTheyAre()
    {
        var clock = new BrowserClock(TimeProvider.System, NullLogger<BrowserClock>.Instance);
        clock.SetZone("Europe/Rome");

        Assert.Equal(-5L, ExportValue.Of(ColumnKind.Number, -5, clock));
        Assert.Equal(1536L, ExportValue.Of(ColumnKind.Size, 1536L, clock));
        Assert.Equal("2026-07-01T14:00:00+02:00", ExportValue.Of(ColumnKind.Time, Seen, clock));
        Assert.Equal("'=x", ExportValue.Of(ColumnKind.Text, "=x", clock));
        Assert.Null(ExportValue.Of(ColumnKind.Text, null, clock));
        Assert.Equal("Stored (bytes)", ExportValue.Heading(TableRig.Columns[2]).Title);
    }

    [Theory]
    [InlineData(',', true, "\uFEFFUser,Stored (bytes)\r\n\"a, \"\"b\"\"\",-1536\r\n'=1+1,\r\n")]
    [InlineData('\t', false, "User\tStored (bytes)\r\n\"a, \"\"b\"\"\"\t-1536\r\n'=1+1\t\r\n")]
    public async Task Separated_IsQuotedWhereNeeded(char separator, bool mark, string expected)
    {
        using var to = new MemoryStream();

        await SeparatedExport.WriteAsync(Sheet(["a, \"b\"", -1536L], ["'=1+1", null]), to, separator, mark, TestContext.Current.CancellationToken);

        Assert.Equal(expected, Encoding.UTF8.GetString(to.ToArray()));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(ExcelExport.InMemoryRows + 1)]
    public async Task Excel_HoldsTypedCells_AFixedHeaderAndAFilter(int count)
    {
        using var to = new MemoryStream();
        var rows = Enumerable.Range(1, count).Select(i => new object?[] { i == 2 ? "'=1+1" : $"user {i}", i == 3 ? null : i * 1024L }).ToArray();

        await ExcelExport.WriteAsync(Sheet(rows), count, to, TestContext.Current.CancellationToken);

        to.Position = 0;
        using var book = new XLWorkbook(to);
        var page = Assert.Single(book.Worksheets);
        Assert.Equal("Users of A", page.Name);
        Assert.Equal(["User", "Stored (bytes)"], new[] { page.Cell(1, 1).GetString(), page.Cell(1, 2).GetString() });
        Assert.Equal(count + 1, page.LastRowUsed()!.RowNumber());
        Assert.Equal((XLDataType.Number, 1024d), (page.Cell(2, 2).DataType, page.Cell(2, 2).GetDouble()));
        Assert.Equal(XLDataType.Text, page.Cell(3, 1).DataType);
        Assert.False(page.Cell(3, 1).HasFormula);
        Assert.EndsWith("=1+1", page.Cell(3, 1).GetString(), StringComparison.Ordinal);
        Assert.True(page.Cell(4, 2).IsEmpty());
        Assert.Equal(1, page.SheetView.SplitRow);
        Assert.True(page.AutoFilter.IsEnabled);
        Assert.Equal(count + 1, page.AutoFilter.Range.RowCount());
        Assert.Equal(32, page.Column(1).Width, 1.0);
    }

    [Fact]
    public async Task Excel_LeavesTimesAndNumbersInTextsAlone()
    {
        using var to = new MemoryStream();

        await ExcelExport.WriteAsync(Sheet(["2026-07-01T14:00:00+02:00", 1L], ["0042", 2L], ["true", 3L]), 3, to, TestContext.Current.CancellationToken);

        to.Position = 0;
        using var book = new XLWorkbook(to);
        Assert.Equal(["2026-07-01T14:00:00+02:00", "0042", "true"], Enumerable.Range(2, 3).Select(r => book.Worksheet(1).Cell(r, 1).GetString()));
    }

    private static ExportSheet Sheet(params object?[][] rows) =>
        new("Users of [A]", [new ExportHeading("User", 32), new ExportHeading("Stored (bytes)", 20)], rows.ToAsyncEnumerable());
}
