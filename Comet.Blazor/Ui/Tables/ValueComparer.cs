using System.Globalization;

namespace Comet.Blazor.Ui.Tables;

/// <summary>Orders cell values: numbers and times by value, texts without case and with their digits as numbers ("2.10" after "2.9").</summary>
internal sealed class ValueComparer : IComparer<object>
{
    /// <summary>The only instance.</summary>
    public static readonly ValueComparer Instance = new();

    private static readonly CompareInfo Texts = CultureInfo.InvariantCulture.CompareInfo;

    /// <inheritdoc />
    public int Compare(object? x, object? y) => (x, y) switch
    {
        (string a, string b) => Texts.Compare(a, b, CompareOptions.IgnoreCase | CompareOptions.NumericOrdering),
        (long a, long b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (IConvertible and not string, IConvertible and not string) =>
            Convert.ToDouble(x, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(y, CultureInfo.InvariantCulture)),
        _ => Texts.Compare(x?.ToString() ?? "", y?.ToString() ?? "", CompareOptions.IgnoreCase | CompareOptions.NumericOrdering),
    };
}
