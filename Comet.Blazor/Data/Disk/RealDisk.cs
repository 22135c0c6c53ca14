using Microsoft.Win32.SafeHandles;

namespace Comet.Blazor.Data.Disk;

/// <summary>The computer's file system.</summary>
public sealed class RealDisk : IDisk
{
    /// <summary>It has no state; one serves all.</summary>
    public static RealDisk Instance { get; } = new();

    /// <inheritdoc />
    public bool Exists(string path) => File.Exists(path);

    /// <inheritdoc />
    public IDiskFile Open(string path) => new RealFile(path);

    /// <inheritdoc />
    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc />
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc />
    public void SyncFolder(string folder) => DiskSync.Folder(folder);

    private sealed class RealFile(string path) : IDiskFile
    {
        private readonly FileStream _stream = new(path, Options());

        private SafeFileHandle Handle => _stream.SafeFileHandle;

        public long Length => RandomAccess.GetLength(Handle);

        public void Read(long position, Span<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                var read = RandomAccess.Read(Handle, buffer, position);
                if (read == 0)
                {
                    throw new EndOfStreamException($"{path} ends at byte {position}, before what was to be read.");
                }

                position += read;
                buffer = buffer[read..];
            }
        }

        public void Write(long position, ReadOnlySpan<byte> bytes) => RandomAccess.Write(Handle, bytes, position);

        public void SetLength(long length) => RandomAccess.SetLength(Handle, length);

        public void Sync() => DiskSync.Data(Handle, path);

        public void Dispose() => _stream.Dispose();

        private static FileStreamOptions Options()
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            return options;
        }
    }
}
