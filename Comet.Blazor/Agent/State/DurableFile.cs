using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Comet.Blazor.Agent.State;

/// <summary>Small files that survive a power cut, readable by this user alone.</summary>
public static partial class DurableFile
{
    private const int Eintr = 4;

    /// <summary>Replaces a whole file: whoever reads it, also after a power cut, finds the old content or the new one.</summary>
    /// <exception cref="IOException">It could not be written; the old content is still there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        using (var file = Create(temporary))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Removes a file for good; nothing happens when it does not exist.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Opens a new, empty file in place of one that may exist.</summary>
    public static FileStream Create(string path) => Open(path, FileMode.Create);

    /// <summary>Opens a file for reading and writing; other programs may only read it.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Waits until creations, renames and removals in this folder are on the disk. Windows keeps them in its own journal.</summary>
    private static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = open(folder, 0);
        while (handle.IsInvalid || fsync(handle) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (handle.IsInvalid || errno != Eintr)
            {
                throw new IOException($"The folder {folder} could not be synced to the disk: {new Win32Exception(errno).Message}.", errno);
            }
        }
    }

#pragma warning disable SA1300, IDE1006 // names of the C library
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);
#pragma warning restore SA1300, IDE1006
}
