using Microsoft.Win32.SafeHandles;

namespace Comet.Blazor.Features.Storage.Disk;

/// <summary>A folder on Linux 5.6 or newer: each step is resolved by the kernel below the open folder.</summary>
internal sealed class LinuxFolder : StoredFolder
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private LinuxFolder(SafeFileHandle handle, string path) => (_handle, _path) = (handle, path);

    /// <summary>As <see cref="StoredFolder.Open"/>.</summary>
    public static LinuxFolder? TryOpen(string path)
    {
        var handle = Posix.Open(path, Posix.OpenDirectory | Posix.NoFollow, out var error);
        return Found(handle, error, path) ? new LinuxFolder(handle, path) : null;
    }

    /// <inheritdoc />
    public override SafeFileHandle? OpenRead(string name)
    {
        // Non-blocking, so that a pipe of that name can't hold a thread for ever.
        var handle = Posix.OpenBelow(_handle, name, Posix.OpenNonBlocking, 0, out var error);
        if (!Found(handle, error, Name(name)))
        {
            return null;
        }

        if (Posix.IsPlainFile(handle))
        {
            return handle;
        }

        handle.Dispose();
        return null;
    }

    /// <inheritdoc />
    public override StoredFolder? OpenFolder(string name, bool create)
    {
        var handle = Posix.OpenBelow(_handle, name, Posix.OpenDirectory, 0, out var error);
        if (error == Posix.NoEntry && create)
        {
            Make(name);
            handle = Posix.OpenBelow(_handle, name, Posix.OpenDirectory, 0, out error);
        }

        return Found(handle, error, Name(name)) ? new LinuxFolder(handle, Name(name)) : null;
    }

    /// <inheritdoc />
    public override bool MakeFolders(string parent, IEnumerable<string> names)
    {
        using var opened = parent.Length == 0 ? null : OpenFolder(parent, create: true) as LinuxFolder;
        if ((parent.Length == 0 ? this : opened) is not { } folder)
        {
            return false;
        }

        foreach (var name in names)
        {
            folder.MakeEntry(name);
        }

        folder.Sync();
        return true;
    }

    /// <inheritdoc />
    public override SafeFileHandle CreateFile(string name)
    {
        var handle = Posix.OpenBelow(_handle, name, Posix.OpenWrite | Posix.OpenCreate | Posix.OpenExclusive, 0x180, out var error);
        return error == 0 ? handle : throw Posix.Failure(error, Name(name));
    }

    /// <inheritdoc />
    public override bool Publish(string temporary, string name) => Posix.RenameNew(_handle, temporary, name) switch
    {
        0 => true,
        Posix.Exists => false,
        var error => throw Posix.Failure(error, Name(name)),
    };

    /// <inheritdoc />
    public override bool Remove(string name) => Posix.Unlink(_handle, name) switch
    {
        0 => true,
        Posix.NoEntry => false,
        var error => throw Posix.Failure(error, Name(name)),
    };

    /// <inheritdoc />
    public override void Sync()
    {
        if (Posix.Sync(_handle) is var error && error != 0)
        {
            throw Posix.Failure(error, _path);
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing) => _handle.Dispose();

    private static bool Found(SafeFileHandle handle, int error, string path)
    {
        if (error == 0)
        {
            return true;
        }

        handle.Dispose();
        return error is Posix.NoEntry or Posix.NotDirectory or Posix.TooManyLinks or Posix.CrossesMount ? false : throw Posix.Failure(error, path);
    }

    private void Make(string name)
    {
        var slash = name.LastIndexOf('/');
        using var parent = slash < 0 ? null : OpenFolder(name[..slash], create: true);
        var folder = parent as LinuxFolder ?? this;
        folder.MakeEntry(name[(slash + 1)..]);
        folder.Sync();
    }

    private void MakeEntry(string name)
    {
        if (Posix.MakeFolder(_handle, name) is var error && error is not (0 or Posix.Exists))
        {
            throw Posix.Failure(error, Name(name));
        }
    }

    private string Name(string name) => Path.Combine(_path, name);
}
