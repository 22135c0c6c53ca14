namespace Comet.Blazor.Data.Disk;

/// <summary>What LiteDB takes for its files: reads and writes of whole pages at positions.</summary>
internal abstract class PageStream : Stream
{
    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => true;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Position { get; set; }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = ReadAt(Position, buffer.AsSpan(offset, count));
        Position += read;
        return read;
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count)
    {
        WriteAt(Position, buffer.AsSpan(offset, count));
        Position += count;
    }

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length };

    private protected abstract int ReadAt(long position, Span<byte> buffer);

    private protected abstract void WriteAt(long position, ReadOnlySpan<byte> page);
}

/// <summary>LiteDB's data file. Its flush is the sync at the end of a checkpoint.</summary>
internal sealed class DataStream(PageFile file) : PageStream
{
    /// <inheritdoc />
    public override long Length => file.Length;

    /// <inheritdoc />
    public override void Flush() => file.Flush();

    /// <inheritdoc />
    public override void SetLength(long value) => file.SetLength(value);

    private protected override int ReadAt(long position, Span<byte> buffer)
    {
        var read = file.Read(position, buffer);
        return read == buffer.Length ? read : throw new EndOfStreamException($"The file ends before byte {position + buffer.Length}, where a page should be.");
    }

    private protected override void WriteAt(long position, ReadOnlySpan<byte> page) => file.Write(position, page);
}

/// <summary>LiteDB's log file. Its flush comes with nearly every page and does nothing: the owner commits once per transaction.</summary>
internal sealed class LogStream(PageLog log) : PageStream
{
    /// <inheritdoc />
    public override long Length => log.Pages * PageLog.PageSize;

    /// <inheritdoc />
    public override void Flush()
    {
    }

    /// <inheritdoc />
    public override void SetLength(long value)
    {
        if (value != 0)
        {
            throw new InvalidOperationException($"LiteDB cut its log to {value} bytes.");
        }

        log.Restart();
    }

    private protected override int ReadAt(long position, Span<byte> buffer)
    {
        log.Read(position / PageLog.PageSize, buffer);
        return buffer.Length;
    }

    private protected override void WriteAt(long position, ReadOnlySpan<byte> page) => log.Write(position / PageLog.PageSize, page);
}
