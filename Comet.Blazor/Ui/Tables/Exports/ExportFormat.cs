namespace Comet.Blazor.Ui.Tables.Exports;

/// <summary>What a table can be exported as (mission, "Export").</summary>
public enum ExportFormat
{
    /// <summary>Tab-separated text on the clipboard.</summary>
    Clipboard,

    /// <summary>A CSV file.</summary>
    Csv,

    /// <summary>An Excel workbook.</summary>
    Excel,
}
