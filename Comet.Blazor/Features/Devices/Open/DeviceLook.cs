using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices.Open;

/// <summary>How devices are shown everywhere.</summary>
public static class DeviceLook
{
    /// <summary>"Windows 64-bit", "Linux ARM64", "macOS" (spec/02 §1.2); what the device said when it is none of the known ones.</summary>
    /// <param name="os">"linux", "windows", "darwin".</param>
    /// <param name="arch">"amd64", "arm64", "386"; may be empty.</param>
    public static string Platform(string os, string arch) => (os, arch) switch
    {
        ("darwin", _) => "macOS",
        ("synology", _) => "Synology",
        ("windows", _) => Joined("Windows", arch),
        ("linux", _) => Joined("Linux", arch),
        ("", _) => "unknown",
        _ => Joined(os, arch),
    };

    /// <summary>True when the device's software is older than this server's.</summary>
    /// <param name="version">MAJOR.MINOR.PATCH; anything else counts as not older.</param>
    public static bool IsOutdated(string version) =>
        Version.TryParse(version, out var theirs) && Version.TryParse(ServerVersion.Text.Split('-', '+')[0], out var ours) && theirs < ours;

    private static string Joined(string system, string arch) => arch switch
    {
        "amd64" => system + " 64-bit",
        "386" => system + " 32-bit",
        "arm64" => system + " ARM64",
        "" => system,
        _ => $"{system} {arch}",
    };
}

/// <summary>Addresses of the devices pages.</summary>
public static class DeviceRoutes
{
    /// <summary>Connected Devices.</summary>
    public const string Connected = "/devices";

    /// <summary>"Run backup now" for one live connection.</summary>
    public static string RunBackup(string connectionId) => $"{Connected}/{Uri.EscapeDataString(connectionId)}/run-backup";
}
