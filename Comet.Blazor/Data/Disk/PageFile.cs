using System.Buffers;

namespace Comet.Blazor.Data.Disk;

/// <summary>
/// The database file itself. Only checkpoints write to it: their pages are collected, the last of each place wins, and
/// <see cref="Flush"/> writes them in order and syncs.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="isAllowed">Asked before anything is written: false while the log holds what does not last yet.</param>
internal sealed class PageFile(IDiskFile file, Func<bool> isAllowed) : IDisposable
{
    private const int RunPages = 128;
    private const int MostPending = 4096;

    private readonly Dictionary<long, byte[]> _pending = [];
    private readonly Stack<byte[]> _spare = [];

    /// <summary>Bytes, with what is not written yet.</summary>
    public long Length { get; private set; } = file.Length;

    /// <summary>Copies from the file; answers fewer bytes only at its end.</summary>
    public int Read(long position, Span<byte> buffer)
    {
        if (_pending.Count > 0)
        {
            Write(); // never while LiteDB runs: it reads no page between those that it writes
        }

        var count = (int)Math.Clamp(file.Length - position, 0, buffer.Length);
        file.Read(position, buffer[..count]);
        return count;
    }

    /// <summary>Takes a whole page.</summary>
    public void Write(long position, ReadOnlySpan<byte> page)
    {
        if (position % PageLog.PageSize != 0 || page.Length != PageLog.PageSize)
        {
            throw new InvalidOperationException($"LiteDB wrote {page.Length} bytes at {position}.");
        }

        if (_pending.Count >= MostPending)
        {
            Write();
        }

        if (!_pending.TryGetValue(position, out var kept))
        {
            _pending[position] = kept = _spare.TryPop(out var spare) ? spare : new byte[PageLog.PageSize];
        }

        page.CopyTo(kept);
        Length = Math.Max(Length, position + PageLog.PageSize);
    }

    /// <summary>Writes and syncs.</summary>
    /// <exception cref="IOException">Some pages are written and some not; the log still has them all.</exception>
    public void Flush()
    {
        Write();
        file.Sync();
        _spare.Clear();
    }

    /// <summary>Drops what is not written.</summary>
    public void Forget()
    {
        _pending.Clear();
        Length = file.Length;
    }

    /// <summary>Cuts or grows the file.</summary>
    public void SetLength(long length)
    {
        file.SetLength(length);
        Length = length;
    }

    /// <inheritdoc />
    public void Dispose() => file.Dispose();

    private void Write()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        if (!isAllowed())
        {
            throw new InvalidOperationException("A page was to be written before the log that holds it was synced.");
        }

        var run = ArrayPool<byte>.Shared.Rent(RunPages * PageLog.PageSize);
        try
        {
            var (start, length) = (0L, 0);
            foreach (var (position, page) in _pending.OrderBy(p => p.Key))
            {
                if (length > 0 && (position != start + length || length == RunPages * PageLog.PageSize))
                {
                    file.Write(start, run.AsSpan(0, length));
                    length = 0;
                }

                if (length == 0)
                {
                    start = position;
                }

                page.CopyTo(run, length);
                length += PageLog.PageSize;
                _spare.Push(page);
            }

            file.Write(start, run.AsSpan(0, length));
            _pending.Clear();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(run);
        }
    }
}
