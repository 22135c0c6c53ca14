namespace Comet.Blazor.Data.Disk;

/// <summary>
/// Replaces a whole file so that whoever reads it, also after a power cut at any moment, finds either the old content or the new one.
/// The file is readable by this user alone.
/// </summary>
public static class AtomicFile
{
    /// <summary>
    /// New file, sync, rename, sync of the folder. With <paramref name="backup"/> the previous content is kept under that name, just as safely.
    /// One writer at a time per path.
    /// </summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="content">All of its bytes.</param>
    /// <param name="backup">Path in the same folder for the previous content; null for none.</param>
    /// <exception cref="IOException">It could not be written; the old content is still there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, string? backup = null) => Write(RealDisk.Instance, path, content, backup);

    /// <inheritdoc cref="Write(string, ReadOnlySpan{byte}, string?)" />
    public static void Write(IDisk disk, string path, ReadOnlySpan<byte> content, string? backup = null)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        WriteNew(disk, path + ".new", content);
        if (backup is not null && disk.Exists(path))
        {
            // A copy, not a rename: there is no moment without a file of the name itself.
            WriteNew(disk, backup + ".new", Read(disk, path));
            disk.Rename(backup + ".new", backup);
        }

        disk.Rename(path + ".new", path);
        disk.SyncFolder(folder);
    }

    private static void WriteNew(IDisk disk, string path, ReadOnlySpan<byte> content)
    {
        disk.Delete(path); // one left from an interrupted write may have another owner or mode
        try
        {
            using var file = disk.Open(path);
            file.Write(0, content);
            file.Sync();
        }
        catch (IOException)
        {
            disk.Delete(path); // gives back what a full disk has taken
            throw;
        }
    }

    private static byte[] Read(IDisk disk, string path)
    {
        using var file = disk.Open(path);
        var content = new byte[file.Length];
        file.Read(0, content);
        return content;
    }
}
