using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Comet.Blazor.Data.Disk;

/// <summary>Making changes last: what .NET offers no call for, or no cheap one. Safe for any thread; usable by every room that writes files.</summary>
public static partial class DiskSync
{
    private const int Eintr = 4;

    /// <summary>Waits until the bytes written through this handle, and the length of the file, are on the disk (fdatasync).</summary>
    /// <exception cref="IOException">The disk reports an error; what of the last writes is lasting is unknown.</exception>
    public static void Data(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (fdatasync(file) != 0)
        {
            ThrowUnlessInterrupted($"{path} could not be synced to the disk");
        }
    }

    /// <summary>Waits until creations, renames and removals in this folder are on the disk. Windows keeps them in its own journal: nothing to do.</summary>
    /// <exception cref="IOException">The folder does not exist, or the disk reports an error.</exception>
    public static void Folder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens no folders; O_RDONLY is 0 on every Unix.
        using var handle = open(folder, 0);
        if (handle.IsInvalid)
        {
            throw Error($"The folder {folder} could not be opened", Marshal.GetLastPInvokeError());
        }

        while (fsync(handle) != 0)
        {
            ThrowUnlessInterrupted($"The folder {folder} could not be synced to the disk");
        }
    }

    private static void ThrowUnlessInterrupted(string what)
    {
        var errno = Marshal.GetLastPInvokeError();
        if (errno != Eintr)
        {
            throw Error(what, errno);
        }
    }

    private static IOException Error(string what, int errno) => new($"{what}: {new Win32Exception(errno).Message}.", errno);

#pragma warning disable SA1300, IDE1006 // names of the C library
    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);
#pragma warning restore SA1300, IDE1006
}
