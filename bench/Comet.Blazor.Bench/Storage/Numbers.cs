using System.Globalization;

namespace Comet.Blazor.Bench.Storage;

/// <summary>Medians and how they are written.</summary>
internal static class Numbers
{
    /// <summary>The median; the mean of the middle two when even.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>"1.23".</summary>
    public static string Two(this double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>"1.23 (1.10 to 1.40)": median and spread.</summary>
    public static string Spread(this IReadOnlyCollection<double> values) => $"{values.Median().Two()} ({values.Min().Two()} to {values.Max().Two()})";

    /// <summary>"12,345".</summary>
    public static string Whole(this double value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
