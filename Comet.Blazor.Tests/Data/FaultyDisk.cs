using Comet.Blazor.Data.Disk;

namespace Comet.Blazor.Tests.Data;

/// <summary>The computer's disk, on which chosen writes and syncs fail.</summary>
/// <param name="fails">Asked before each: "write" or "sync", and the path.</param>
public sealed class FaultyDisk(Func<string, string, bool> fails) : IDisk
{
    public bool Exists(string path) => RealDisk.Instance.Exists(path);

    public IDiskFile Open(string path) => new FaultyFile(RealDisk.Instance.Open(path), path, fails);

    public void Rename(string from, string to) => RealDisk.Instance.Rename(from, to);

    public void Delete(string path) => RealDisk.Instance.Delete(path);

    public void SyncFolder(string folder) => RealDisk.Instance.SyncFolder(folder);

    private sealed class FaultyFile(IDiskFile file, string path, Func<string, string, bool> fails) : IDiskFile
    {
        public long Length => file.Length;

        public void Read(long position, Span<byte> buffer) => file.Read(position, buffer);

        public void Write(long position, ReadOnlySpan<byte> bytes)
        {
            if (fails("write", path))
            {
                file.Write(position, bytes[..(bytes.Length / 2)]);
                throw new IOException("No space left on device");
            }

            file.Write(position, bytes);
        }

        public void SetLength(long length) => file.SetLength(length);

        public void Sync()
        {
            if (fails("sync", path))
            {
                throw new IOException("Input/output error");
            }

            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
