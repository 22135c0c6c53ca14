using System.Runtime.InteropServices;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Link;

/// <summary>What the server is told about this computer, in the contract's words.</summary>
public static class ThisComputer
{
    /// <summary>Its name.</summary>
    public static string Name => Environment.MachineName;

    /// <summary>Its operating system.</summary>
    public static OsInfo Os { get; } = new(Family(), Architecture(), Distribution(), Environment.OSVersion.Version.ToString());

    /// <summary>Such as linux/amd64.</summary>
    public static string Platform => $"{Os.Os}/{Os.Arch}";

    /// <summary>IANA name of its zone.</summary>
    public static string TimeZone => TimeZoneInfo.Local is { HasIanaId: false } zone && TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out var iana) ? iana : TimeZoneInfo.Local.Id;

    private static string Family() => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsFreeBSD() ? "freebsd" : "linux";

    private static string Architecture() => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static string Distribution()
    {
        const string Release = "/etc/os-release";
        if (OperatingSystem.IsLinux() && File.Exists(Release))
        {
            const string Key = "PRETTY_NAME=";
            if (File.ReadLines(Release).FirstOrDefault(static l => l.StartsWith(Key, StringComparison.Ordinal)) is { } line)
            {
                return line[Key.Length..].Trim('"', '\'');
            }
        }

        return RuntimeInformation.OSDescription;
    }
}
