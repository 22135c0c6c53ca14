using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Comet.Blazor.Data.Disk;

/// <summary>
/// The log beside a database file: whole pages, appended, and lasting as soon as <see cref="Commit"/> returns. The file begins with two
/// places for a header, of which the valid one with the higher generation counts; then frames follow, each a head (generation, flags,
/// checksum over itself and all frames before) and a page. After a power cut the log ends with the last commit up to which every frame is
/// whole, whatever else of the unsynced writes has reached the disk. A restart begins a new generation over the old frames, because
/// overwriting is synced in half the time of appending.
/// </summary>
internal sealed class PageLog : IDisposable
{
    /// <summary>Bytes of a page.</summary>
    public const int PageSize = 8192;

    private const int FrameHead = 16;
    private const int FrameSize = FrameHead + PageSize;
    private const int SlotSize = 4096;
    private const int FirstFrame = 2 * SlotSize;
    private const int SpillSize = 32 << 20;
    private const long KeptSize = 64 << 20; // a longer file is cut when a new generation begins
    private const ulong Magic = 0x31474F4C_544D4F43; // COMTLOG1

    private readonly object _gate = new(); // LiteDB's writer appends from a thread of its own at times
    private readonly IDiskFile _file;
    private readonly string _path;
    private ulong _generation;
    private bool _headerIsSure;
    private long _committed; // pages that last
    private uint _committedSum;
    private long _inFile; // pages whose frames are in the file, also those that were too many for the memory
    private uint _inFileSum;
    private long _pages; // all
    private byte[] _pending = new byte[16 * FrameSize]; // frames from _inFile to _pages
    private bool _endsWhole; // the last page confirms its transaction
    private Exception? _fault;

    private PageLog(IDiskFile file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <summary>All pages, committed or not.</summary>
    public long Pages
    {
        get
        {
            lock (_gate)
            {
                return _pages;
            }
        }
    }

    /// <summary>True when pages wait for <see cref="Commit"/>.</summary>
    public bool HasUncommitted
    {
        get
        {
            lock (_gate)
            {
                return _pages > _committed || _fault is not null;
            }
        }
    }

    /// <summary>Opens or creates the log and finds its last commit.</summary>
    /// <exception cref="InvalidDataException">The file is no log, or its header is damaged.</exception>
    public static PageLog Open(IDisk disk, string path)
    {
        var isNew = !disk.Exists(path);
        var log = new PageLog(disk.Open(path), path);
        try
        {
            if (isNew)
            {
                disk.SyncFolder(Path.GetDirectoryName(path)!);
            }

            log.Recover();
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>Copies a page.</summary>
    public void Read(long page, Span<byte> buffer)
    {
        lock (_gate)
        {
            if (page < _inFile)
            {
                _file.Read(PositionOf(page) + FrameHead, buffer);
            }
            else
            {
                PendingPage(page)[..buffer.Length].CopyTo(buffer);
            }
        }
    }

    /// <summary>
    /// Appends a page, or replaces one that is not committed. Never throws, because LiteDB's writer would hang: what went wrong is thrown by
    /// <see cref="Commit"/>.
    /// </summary>
    public void Write(long page, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            try
            {
                if (content.Length != PageSize || page < _inFile || page > _pages)
                {
                    throw new InvalidOperationException($"LiteDB wrote {content.Length} bytes as page {page} of a log with {_pages} pages.");
                }

                if (page == _pages)
                {
                    MakeRoom();
                    _pages++;
                }

                content.CopyTo(PendingPage(page));
            }
            catch (Exception ex)
            {
                _fault ??= ex;
            }

            _endsWhole = LitePage.IsConfirmed(content);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until the page that confirms the transaction has come from LiteDB's writer.</summary>
    /// <exception cref="IOException">It did not come within a minute.</exception>
    public void WaitForEnd()
    {
        lock (_gate)
        {
            while (_fault is null && (_pages == _committed || !_endsWhole))
            {
                if (!Monitor.Wait(_gate, TimeSpan.FromMinutes(1)))
                {
                    throw new IOException("LiteDB did not write the end of a transaction.");
                }
            }
        }
    }

    /// <summary>Writes what waits, and syncs: one sync, or two in a new generation.</summary>
    /// <exception cref="IOException">Nothing of it is kept.</exception>
    public void Commit()
    {
        lock (_gate)
        {
            try
            {
                if (_fault is not null)
                {
                    throw new IOException(_fault.Message, _fault);
                }

                if (_pages > _committed)
                {
                    WriteHeaderOnce();
                    WritePending(endsCommit: true);
                    _file.Sync();
                    _committed = _pages;
                    _committedSum = _inFileSum;
                }
            }
            catch
            {
                Forget();
                throw;
            }
        }
    }

    /// <summary>Drops what is not committed.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            if (_pages == _committed && _fault is null)
            {
                return;
            }

            _pages = _inFile = _committed;
            _inFileSum = _committedSum;
            _fault = null;
            _endsWhole = false;
            try
            {
                // Frames that reached the file in whole would count after a restart, though their callers were told that they failed.
                _file.SetLength(PositionOf(_committed));
                _file.Sync();
            }
            catch (IOException)
            {
                // A disk that can't even be cut: the next commit overwrites them.
            }
        }
    }

    /// <summary>Begins anew, when all pages are in the database file and synced. Takes effect on the disk with the next commit; until then the old pages may come back, and say the same.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            Begin(_generation + 1);
            if (_pending.Length > SpillSize / 2)
            {
                _pending = new byte[16 * FrameSize];
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static long PositionOf(long page) => FirstFrame + (page * FrameSize);

    private static uint Sum(uint seed, ReadOnlySpan<byte> bytes)
    {
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            seed = BitOperations.Crc32C(seed, word);
        }

        return seed;
    }

    private static uint FrameSum(uint before, ReadOnlySpan<byte> frame) => Sum(BitOperations.Crc32C(Sum(before, frame[..8]), BinaryPrimitives.ReadUInt32LittleEndian(frame[8..])), frame[FrameHead..]);

    private void Begin(ulong generation)
    {
        _generation = generation;
        _headerIsSure = false;
        _pages = _inFile = _committed = 0;
        _inFileSum = _committedSum = 0;
        _endsWhole = false;
    }

    private Span<byte> PendingPage(long page) => _pending.AsSpan((int)(page - _inFile) * FrameSize, FrameSize)[FrameHead..];

    private void MakeRoom()
    {
        var used = (int)(_pages - _inFile) * FrameSize;
        if (used >= SpillSize)
        {
            WriteHeaderOnce();
            WritePending(endsCommit: false);
        }
        else if (used == _pending.Length)
        {
            Array.Resize(ref _pending, 2 * _pending.Length);
        }
    }

    private void WritePending(bool endsCommit)
    {
        var frames = _pending.AsSpan(0, (int)(_pages - _inFile) * FrameSize);
        var sum = _inFileSum;
        for (var at = 0; at < frames.Length; at += FrameSize)
        {
            var frame = frames.Slice(at, FrameSize);
            BinaryPrimitives.WriteUInt64LittleEndian(frame, _generation);
            BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], endsCommit && at + FrameSize == frames.Length ? 1u : 0u);
            sum = FrameSum(sum, frame);
            BinaryPrimitives.WriteUInt32LittleEndian(frame[12..], sum);
        }

        _file.Write(PositionOf(_inFile), frames);
        _inFile = _pages;
        _inFileSum = sum;
    }

    private void WriteHeaderOnce()
    {
        if (_headerIsSure)
        {
            return;
        }

        // Synced before the first frame, or old frames could follow new ones after a power cut.
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], _generation);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], Sum(0, header[..16]));
        _file.Write((long)(_generation % 2) * SlotSize, header);
        _file.Sync();
        _headerIsSure = true;
        if (_file.Length > FirstFrame + KeptSize)
        {
            _file.SetLength(FirstFrame + KeptSize);
        }
    }

    private void Recover()
    {
        var generation = Math.Max(ReadHeader(0), ReadHeader(1));
        if (generation == 0)
        {
            if (_file.Length > FirstFrame)
            {
                throw new InvalidDataException($"The log {_path} is damaged: it has no valid header. Restore it together with its database file from a copy.");
            }

            // A random beginning, so that no frame of a log that was here before can be taken for one of this.
            Begin((ulong)RandomNumberGenerator.GetInt32(1, int.MaxValue) << 16);
            return;
        }

        Begin(generation);
        _headerIsSure = true;
        var frame = new byte[FrameSize];
        var length = _file.Length;
        for (var sum = 0u; PositionOf(_pages + 1) <= length; _pages++)
        {
            _file.Read(PositionOf(_pages), frame);
            sum = FrameSum(sum, frame);
            if (BinaryPrimitives.ReadUInt64LittleEndian(frame) != generation || BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(12)) != sum)
            {
                break;
            }

            if (frame[8] == 1)
            {
                _committed = _pages + 1;
                _committedSum = sum;
            }
        }

        _pages = _inFile = _committed;
        _inFileSum = _committedSum;
    }

    private ulong ReadHeader(int slot)
    {
        Span<byte> header = stackalloc byte[24];
        if (_file.Length < (slot * SlotSize) + header.Length)
        {
            return 0;
        }

        _file.Read(slot * SlotSize, header);
        return BinaryPrimitives.ReadUInt64LittleEndian(header) == Magic && BinaryPrimitives.ReadUInt64LittleEndian(header[16..]) == Sum(0, header[..16])
            ? BinaryPrimitives.ReadUInt64LittleEndian(header[8..])
            : 0;
    }
}

/// <summary>The few fields of LiteDB's pages that the log has to know (file format 8).</summary>
internal static class LitePage
{
    /// <summary>True for the last page of a transaction.</summary>
    public static bool IsConfirmed(ReadOnlySpan<byte> page) => page[18] != 0;

    /// <summary>The transaction that wrote it.</summary>
    public static uint Transaction(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page[14..]);

    /// <summary>Its place in the database file, in pages.</summary>
    public static uint Id(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page);

    /// <summary>As it stands in the database file: without a transaction.</summary>
    public static void Settle(Span<byte> page)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(page[14..], uint.MaxValue);
        page[18] = 0;
    }
}
