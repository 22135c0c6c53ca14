using Microsoft.Win32.SafeHandles;

namespace Comet.Blazor.Features.Storage.Disk;

/// <summary>
/// A folder where the kernel can't resolve below an open folder. Links are looked for before each use; somebody with write access to the
/// server's disk could put one there in between. Folder entries are not synced: no portable call does it.
/// </summary>
internal sealed class PortableFolder : StoredFolder
{
    private readonly string _path;

    private PortableFolder(string path) => _path = path;

    /// <summary>As <see cref="StoredFolder.Open"/>.</summary>
    public static PortableFolder? TryOpen(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null } ? new PortableFolder(path) : null;

    /// <inheritdoc />
    public override SafeFileHandle? OpenRead(string name)
    {
        if (Resolve(name) is not { } path || !File.Exists(path))
        {
            return null;
        }

        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception ex) when (ex is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public override StoredFolder? OpenFolder(string name, bool create)
    {
        if (Resolve(name) is not { } path)
        {
            return null;
        }

        if (create)
        {
            Directory.CreateDirectory(path);
        }

        return TryOpen(path);
    }

    /// <inheritdoc />
    public override bool MakeFolders(string parent, IEnumerable<string> names)
    {
        using var opened = parent.Length == 0 ? null : OpenFolder(parent, create: true) as PortableFolder;
        if ((parent.Length == 0 ? this : opened) is not { } folder)
        {
            return false;
        }

        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.Combine(folder._path, name));
        }

        return true;
    }

    /// <inheritdoc />
    public override SafeFileHandle CreateFile(string name) =>
        File.OpenHandle(Path.Combine(_path, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);

    /// <inheritdoc />
    public override bool Publish(string temporary, string name)
    {
        var target = Path.Combine(_path, name);
        try
        {
            File.Move(Path.Combine(_path, temporary), target, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(target))
        {
            return false;
        }
    }

    /// <inheritdoc />
    public override bool Remove(string name)
    {
        var path = Path.Combine(_path, name);
        if (!File.Exists(path))
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    /// <inheritdoc />
    public override void Sync()
    {
    }

    private string? Resolve(string name)
    {
        var path = _path;
        foreach (var step in name.Split('/'))
        {
            path = Path.Combine(path, step);
            if (new FileInfo(path).LinkTarget is not null)
            {
                return null;
            }
        }

        return path;
    }
}
