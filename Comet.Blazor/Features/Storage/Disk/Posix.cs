using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Comet.Blazor.Features.Storage.Disk;

/// <summary>The Linux calls that .NET has no name for: opening below a folder without following links, rename without replacing, syncing a folder.</summary>
internal static unsafe partial class Posix
{
    internal const int OpenWrite = 1;
    internal const int OpenCreate = 0x40;
    internal const int OpenExclusive = 0x80;
    internal const int OpenNonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int NoEntry = 2;
    internal const int Exists = 17;
    internal const int NotDirectory = 20;
    internal const int InvalidArgument = 22;
    internal const int NoSpace = 28;
    internal const int NotImplemented = 38;
    internal const int TooManyLinks = 40;
    internal const int CrossesMount = 18;
    internal const int NotSupported = 95;
    internal const int QuotaOfDisk = 122;

    // The values of O_DIRECTORY and O_NOFOLLOW depend on the processor.
    internal static readonly int OpenDirectory = IsArm ? 0x4000 : 0x10000;
    internal static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;

    private const nint OpenAt2 = 437; // the same number everywhere
    private const ulong ResolveBeneath = 8;
    private const ulong ResolveNoLinks = 4 | 2; // symbolic links, and those of /proc
    private const uint RenameNoReplace = 1;
    private const int EmptyPath = 0x1000;
    private const uint StatType = 1;
    private const int DontNeed = 4;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;

    /// <summary>True when this system has openat2 (Linux 5.6).</summary>
    internal static bool HasOpenAt2 { get; } = OperatingSystem.IsLinux() && ProbeOpenAt2();

    /// <summary>Opens a path by its name; not through a link in its last step. The error is in <paramref name="error"/>, 0 when none.</summary>
    internal static SafeFileHandle Open(string path, int flags, out int error)
    {
        var fd = OpenC(path, flags | CloseOnExec, 0);
        error = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Opens below a folder; neither links nor ".." lead out of it.</summary>
    internal static SafeFileHandle OpenBelow(SafeFileHandle folder, string path, int flags, int mode, out int error)
    {
        var how = new OpenHow { Flags = (ulong)(flags | CloseOnExec), Mode = (ulong)mode, Resolve = ResolveBeneath | ResolveNoLinks };
        var fd = (int)Syscall(OpenAt2, folder, path, &how, (nuint)sizeof(OpenHow));
        error = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>True for a plain file: no folder, pipe, socket or device.</summary>
    internal static bool IsPlainFile(SafeFileHandle handle)
    {
        var buffer = stackalloc byte[256]; // struct statx, the same on every processor
        return Statx(handle, "", EmptyPath, StatType, buffer) == 0 && (*(ushort*)(buffer + 28) & 0xF000) == 0x8000;
    }

    /// <summary>Renames within a folder and never replaces; answers the error, 0 when none.</summary>
    internal static int RenameNew(SafeFileHandle folder, string from, string to)
    {
        try
        {
            if (RenameAt2(folder, from, folder, to, RenameNoReplace) == 0)
            {
                return 0;
            }

            if (Marshal.GetLastPInvokeError() is var error && error is not (InvalidArgument or NotImplemented or NotSupported))
            {
                return error;
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without renameat2; a link does the same in two steps.
        }

        return LinkAt(folder, from, folder, to, 0) == 0 && UnlinkAt(folder, from, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Makes a folder; answers the error, 0 when none.</summary>
    internal static int MakeFolder(SafeFileHandle folder, string name) => MkdirAt(folder, name, 0x1C0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Removes a file; answers the error, 0 when none.</summary>
    internal static int Unlink(SafeFileHandle folder, string name) => UnlinkAt(folder, name, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Syncs a file or a folder; answers the error, 0 when none.</summary>
    internal static int Sync(SafeFileHandle handle) => Fsync(handle) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Tells the system that nobody will read a synced file soon; a hint, whose failure changes nothing.</summary>
    internal static void DropFromCache(SafeFileHandle file) => _ = AdviseC(file, 0, 0, DontNeed);

    /// <summary>The exception of an error number; its HResult is that number, as in .NET's own.</summary>
    internal static IOException Failure(int error, string path) => new($"{Marshal.GetPInvokeErrorMessage(error)} : '{path}'", error);

    private static bool ProbeOpenAt2()
    {
        using var root = Open("/", OpenDirectory, out _);
        using var self = OpenBelow(root, ".", OpenDirectory, 0, out var error);
        return error == 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenC(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Syscall(nint number, SafeFileHandle folder, string path, OpenHow* how, nuint size);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkAt(SafeFileHandle fromFolder, string from, SafeFileHandle toFolder, string to, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkdirAt(SafeFileHandle folder, string name, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(SafeFileHandle file, string path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int AdviseC(SafeFileHandle file, nint offset, nint length, int advice);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle handle);
}
