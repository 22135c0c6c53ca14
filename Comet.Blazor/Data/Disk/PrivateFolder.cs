namespace Comet.Blazor.Data.Disk;

/// <summary>Folders that only this user may enter.</summary>
public static class PrivateFolder
{
    /// <summary>Read, write and enter for the owner; nothing for others (0700).</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes the folder with mode 0700 unless it exists; missing parents get the system's mode. An existing folder keeps its mode.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make it.</exception>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows() || Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        Directory.CreateDirectory(path, Mode);
    }
}
