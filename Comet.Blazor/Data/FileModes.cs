namespace Comet.Blazor.Data;

/// <summary>
/// Looks at start whether others on this computer can read what only the server may (Unix; Windows has its own rights). What the server
/// makes itself is closed from the beginning; a copy put back, or a careless chmod, opens it.
/// </summary>
public static partial class FileModes
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly string[] Private = ["cometd.cfg*", "*.db", "*.db-*"];

    /// <summary>
    /// Takes the rights of group and others from the keys, the settings and the databases, and warns of each that had some. The data folder
    /// itself is somebody's choice and may hold more than ours: of that it only warns.
    /// </summary>
    /// <exception cref="IOException">A key stays readable by others; the message says what to do.</exception>
    public static void Mend(DataFolder folder, ILogger log)
    {
        if (!OperatingSystem.IsWindows())
        {
            Mend(folder, log, File.SetUnixFileMode);
        }
    }

    /// <inheritdoc cref="Mend(DataFolder, ILogger)" />
    /// <param name="folder">The data folder.</param>
    /// <param name="log">Takes the warnings.</param>
    /// <param name="change">Changes a mode.</param>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public static void Mend(DataFolder folder, ILogger log, Action<string, UnixFileMode> change)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder.Keys, "*", SearchOption.AllDirectories).Prepend(folder.Keys))
        {
            if (Close(path, change, log) is { } why)
            {
                throw new IOException(
                    $"{path} holds keys of this server and can be read by other users of this computer: {why} Take their rights away (chmod -R go= {folder.Keys}) as its owner, or choose another folder with --Comet:KeyDirectory.");
            }
        }

        foreach (var path in Private.SelectMany(pattern => Directory.EnumerateFiles(folder.Path, pattern)))
        {
            if (Close(path, change, log) is { } why)
            {
                LogOpen(log, path, why, path);
            }
        }

        if ((File.GetUnixFileMode(folder.Path) & Others) is not UnixFileMode.None and var rights)
        {
            LogOpen(log, folder.Path, $"mode {Octal(File.GetUnixFileMode(folder.Path))} gives rights to {Who(rights)}.", folder.Path);
        }
    }

    /// <summary>Null when nobody else has rights any more, else the reason.</summary>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static string? Close(string path, Action<string, UnixFileMode> change, ILogger log)
    {
        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) == UnixFileMode.None)
        {
            return null;
        }

        try
        {
            change(path, mode & ~Others);
        }
        catch (Exception ex) when (ex is UnauthorizedAccessException or IOException)
        {
            return ex.Message;
        }

        // Some file systems take every change and keep their own mode.
        if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            return $"its file system keeps the mode {Octal(mode)}.";
        }

        LogMended(log, path, Octal(mode), Who(mode));
        return null;
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');

    private static string Who(UnixFileMode mode) =>
        ((mode & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute)) != 0) ? "every user of this computer" : "its group";

    [LoggerMessage(LogLevel.Warning, "{Path} had the mode {Mode}, open to {Who}; its rights are now the server's alone. If it was readable for long, change the secrets in it.")]
    private static partial void LogMended(ILogger log, string path, string mode, string who);

    [LoggerMessage(LogLevel.Warning, "{Path} can be entered or read by other users of this computer: {Why} Take their rights away: chmod go= {Target}")]
    private static partial void LogOpen(ILogger log, string path, string why, string target);
}
