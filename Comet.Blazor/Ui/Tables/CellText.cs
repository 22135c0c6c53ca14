using System.Globalization;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Time;

namespace Comet.Blazor.Ui.Tables;

/// <summary>How a cell's value reads on screen. The filter searches the same text.</summary>
public static class CellText
{
    /// <summary>The text of a value by its column's kind; null for a missing value.</summary>
    /// <param name="kind">Kind of the value.</param>
    /// <param name="relative">Times as "38 min ago".</param>
    /// <param name="value">The value.</param>
    /// <param name="clock">The viewer's clock; null writes times in UTC.</param>
    public static string? Of(ColumnKind kind, bool relative, object? value, BrowserClock? clock) => value switch
    {
        null or "" => null,
        string text => text,
        DateTimeOffset time when relative && clock is not null => clock.Relative(time),
        DateTimeOffset time => clock?.Clock(time) ?? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        _ when kind == ColumnKind.Size => ByteSize.Format(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        _ when kind == ColumnKind.Duration => BrowserClock.Duration(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        int or long or short or byte or uint => string.Format(CultureInfo.CurrentCulture, "{0:N0}", value),
        _ => Convert.ToString(value, CultureInfo.CurrentCulture),
    };

    /// <summary>What the tooltip adds: the exact number of bytes, the instant with its zone. Null when the text says it all.</summary>
    public static string? Exact(ColumnKind kind, object? value, BrowserClock clock) => value switch
    {
        null => null,
        DateTimeOffset time => clock.Full(time),
        _ when kind == ColumnKind.Size => string.Format(CultureInfo.CurrentCulture, "{0:N0} bytes", value),
        _ => null,
    };

    /// <summary>True for kinds whose values stand at the right.</summary>
    public static bool IsRight(ColumnKind kind) => kind is ColumnKind.Number or ColumnKind.Size or ColumnKind.Duration;
}
