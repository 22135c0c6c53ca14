using System.Globalization;

namespace Comet.Blazor.Kernel;

/// <summary>Writes byte counts in binary units (spec/03 §1.2: 1 KiB = 1024 B, two decimals from KiB on).</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>"0 B", "1.50 KiB", "2.00 TiB". Invariant decimals, so that a figure reads the same for everybody.</summary>
    public static string Format(long bytes)
    {
        double value = Math.Abs((double)bytes);
        var unit = 0;
        while (unit < Units.Length - 1 && Math.Round(value, 2) >= 1024)
        {
            value /= 1024;
            unit++;
        }

        var text = value.ToString(unit == 0 ? "0" : "0.00", CultureInfo.InvariantCulture);
        return $"{(bytes < 0 ? "-" : "")}{text} {Units[unit]}";
    }

    /// <summary>"48.20 MiB/s".</summary>
    public static string FormatRate(double bytesPerSecond) => Format((long)bytesPerSecond) + "/s";
}
