namespace Comet.Blazor.Data.Disk;

/// <summary>
/// What this room asks of a file system, and nothing more, so that a test can put one in its place that forgets everything not synced
/// (a power cut at any write). <see cref="RealDisk"/> is the one in use.
/// </summary>
public interface IDisk
{
    /// <summary>True when a file of this path exists.</summary>
    bool Exists(string path);

    /// <summary>Opens for reading and writing, and for nobody else; creates it, readable by this user alone, when it does not exist.</summary>
    /// <exception cref="IOException">In use, or not accessible.</exception>
    IDiskFile Open(string path);

    /// <summary>Gives a file another name in the same folder; a file of that name is replaced. Lasting after <see cref="SyncFolder"/>.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file; nothing happens when there is none. Lasting after <see cref="SyncFolder"/>.</summary>
    void Delete(string path);

    /// <summary>Waits until creations, renames and removals in this folder are on the disk.</summary>
    void SyncFolder(string folder);
}

/// <summary>One open file: read and written at positions; lasting after <see cref="Sync"/>.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>Fills the buffer from a position on.</summary>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    void Read(long position, Span<byte> buffer);

    /// <summary>Writes at a position; the file grows when needed.</summary>
    /// <exception cref="IOException">Such as: no space left.</exception>
    void Write(long position, ReadOnlySpan<byte> bytes);

    /// <summary>Cuts or grows the file.</summary>
    void SetLength(long length);

    /// <summary>Waits until all that was written is on the disk.</summary>
    void Sync();
}
