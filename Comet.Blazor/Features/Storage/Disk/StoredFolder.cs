using Microsoft.Win32.SafeHandles;

namespace Comet.Blazor.Features.Storage.Disk;

/// <summary>
/// An open folder of a bucket. No name given to it leads out of it, not even through a symbolic link that somebody put there.
/// Names are relative, with '/' between steps.
/// </summary>
internal abstract class StoredFolder : IDisposable
{
    /// <summary>Opens a folder; null when there is none, or when its name is a link.</summary>
    /// <exception cref="IOException">It can't be opened for another reason.</exception>
    public static StoredFolder? Open(string path) => Posix.HasOpenAt2 ? LinuxFolder.TryOpen(path) : PortableFolder.TryOpen(path);

    /// <summary>True for the errors of a full disk or an exhausted disk quota.</summary>
    public static bool IsDiskFull(IOException ex) =>
        OperatingSystem.IsWindows() ? (ex.HResult & 0xFFFF) is 0x70 or 0x27 : ex.HResult is Posix.NoSpace or Posix.QuotaOfDisk;

    /// <summary>Opens a file for reading; null when there is none, or when its name is a folder, a link or a device.</summary>
    /// <exception cref="IOException">It can't be opened for another reason.</exception>
    public abstract SafeFileHandle? OpenRead(string name);

    /// <summary>Opens a folder below; null when there is none. With <paramref name="create"/> a missing one is made and synced, one step deep per '/'.</summary>
    /// <exception cref="IOException">It can't be opened or made.</exception>
    public abstract StoredFolder? OpenFolder(string name, bool create);

    /// <summary>
    /// Makes folders in <paramref name="parent"/> (empty for this folder itself), which is made too, and syncs once at the end; those that exist stay.
    /// False when the parent is no folder.
    /// </summary>
    /// <exception cref="IOException">One can't be made.</exception>
    public abstract bool MakeFolders(string parent, IEnumerable<string> names);

    /// <summary>Makes a new file for writing.</summary>
    /// <exception cref="IOException">It exists, or can't be made.</exception>
    public abstract SafeFileHandle CreateFile(string name);

    /// <summary>Renames within this folder, in one step and without ever replacing; false when the new name is taken.</summary>
    /// <exception cref="IOException">It can't be renamed for another reason.</exception>
    public abstract bool Publish(string temporary, string name);

    /// <summary>Removes a file; false when there is none.</summary>
    /// <exception cref="IOException">It can't be removed.</exception>
    public abstract bool Remove(string name);

    /// <summary>Brings the folder's entries to the disk.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public abstract void Sync();

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the folder.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
