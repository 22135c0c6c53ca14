using Comet.Blazor.Data.Disk;

namespace Comet.Blazor.Data;

/// <summary>Makes the keys folder ready at start, and moves the keys there that earlier versions kept inside the data folder.</summary>
public static partial class KeyFolder
{
    /// <summary>
    /// Makes the folder when missing, readable by this user alone, and moves the files of <see cref="DataFolder.FormerKeys"/> into it. Each
    /// file is copied and synced under its name before the first one is removed, so that a crash or power cut at any moment leaves at least
    /// one whole copy of each and the next start goes on; it works between disks, too. The data folder's lock is held.
    /// </summary>
    /// <exception cref="IOException">The folder can't be made or written, or both places hold a key of one name that differs; the message says what to do.</exception>
    public static void Settle(DataFolder folder, ILogger log) => Settle(RealDisk.Instance, folder, log);

    /// <inheritdoc cref="Settle(DataFolder, ILogger)" />
    public static void Settle(IDisk disk, DataFolder folder, ILogger log)
    {
        try
        {
            PrivateFolder.Make(folder.Keys);
            if (Directory.EnumerateFileSystemEntries(folder.Keys).Select(Path.GetFileName).ToList() is { Count: > 0 } names && !names.Any(IsOurs))
            {
                throw new KeyClashException($"The folder {folder.Keys} holds other things than this server's keys, and the server takes the rights of others away there. Choose a folder of its own with --Comet:KeyDirectory.");
            }

            if (Directory.Exists(folder.FormerKeys) && !SamePath(folder.FormerKeys, folder.Keys))
            {
                Move(disk, folder);
                LogMoved(log, folder.FormerKeys, folder.Keys);
            }
        }
        catch (Exception ex) when (ex is UnauthorizedAccessException or IOException and not KeyClashException)
        {
            throw new IOException($"The folder {folder.Keys} for this server's keys can't be used: {ex.Message} Give this user the right to write there, or choose another folder with --Comet:KeyDirectory.", ex);
        }
    }

    private static void Move(IDisk disk, DataFolder folder)
    {
        var former = new DirectoryInfo(folder.FormerKeys);
        foreach (var file in Files(former))
        {
            var target = Path.Combine(folder.Keys, Path.GetRelativePath(former.FullName, file.FullName));
            PrivateFolder.Make(Path.GetDirectoryName(target)!);
            var content = File.ReadAllBytes(file.FullName);
            if (!disk.Exists(target))
            {
                AtomicFile.Write(disk, target, content);
            }
            else if (!content.AsSpan().SequenceEqual(File.ReadAllBytes(target)))
            {
                throw new KeyClashException($"The keys {file.FullName} and {target} differ, and only one belongs to this data folder. Move the other one away, then start again; without the right one sealed secrets do not open.");
            }
        }

        foreach (var sub in Directory.EnumerateDirectories(folder.Keys))
        {
            disk.SyncFolder(sub);
        }

        disk.SyncFolder(folder.Keys);
        disk.SyncFolder(Path.GetDirectoryName(folder.Keys)!);
        if (former.LinkTarget is not null)
        {
            former.Delete(); // the link; the place that somebody chose keeps its files
            return;
        }

        foreach (var file in Files(former))
        {
            disk.Delete(file.FullName);
        }

        former.Delete(recursive: true);
        disk.SyncFolder(folder.Path);
    }

    // What an interrupted write left is no key.
    private static IEnumerable<FileInfo> Files(DirectoryInfo folder) =>
        folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(static f => f.Extension is not (".new" or ".tmp")).ToList();

    private static bool IsOurs(string? name) =>
        name is "web" or "lost+found" || name!.EndsWith(".key", StringComparison.Ordinal) || name.EndsWith(".key.new", StringComparison.Ordinal);

    private static bool SamePath(string one, string other) =>
        one.Equals(other, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    [LoggerMessage(LogLevel.Warning, "The server's keys have moved from {Former} to {Keys}, so that copies of the data folder do not hold them. Add that folder to your backup, kept apart from the data's.")]
    private static partial void LogMoved(ILogger log, string former, string keys);

    private sealed class KeyClashException(string message) : IOException(message);
}
