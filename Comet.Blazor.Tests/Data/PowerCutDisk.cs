using Comet.Blazor.Data.Disk;

namespace Comet.Blazor.Tests.Data;

/// <summary>
/// A disk in memory whose power fails at a given operation. What was not synced is then forgotten, kept, or kept in some of its 512-byte
/// sectors, in any order; creations, renames and removals of files are lost from some point on unless their folder was synced.
/// </summary>
public sealed class PowerCutDisk : IDisk
{
    private const int Sector = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Content> _names = [];
    private readonly List<Action<Dictionary<string, Content>>> _unsyncedNames = [];
    private Dictionary<string, Content> _lastingNames = [];

    /// <summary>Changes and syncs so far.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation that does not happen any more; 0 for none.</summary>
    public int CutAt { get; set; }

    private bool IsOff => CutAt > 0 && Operations >= CutAt;

    /// <summary>The disk as the next start finds it.</summary>
    public PowerCutDisk AfterCut(Random random, Survivors survivors)
    {
        lock (_gate)
        {
            var names = new Dictionary<string, Content>(_lastingNames);
            var kept = survivors switch { Survivors.None => 0, Survivors.All => _unsyncedNames.Count, _ => random.Next(_unsyncedNames.Count + 1) };
            foreach (var change in _unsyncedNames.Take(kept))
            {
                change(names);
            }

            var next = new PowerCutDisk();
            foreach (var (name, content) in names)
            {
                next._names[name] = content.AfterCut(random, survivors);
            }

            next._lastingNames = new Dictionary<string, Content>(next._names);
            return next;
        }
    }

    public bool Exists(string path)
    {
        lock (_gate)
        {
            return _names.ContainsKey(path);
        }
    }

    public IReadOnlyList<string> Files()
    {
        lock (_gate)
        {
            return [.. _names.Keys];
        }
    }

    public IDiskFile Open(string path)
    {
        lock (_gate)
        {
            if (!_names.ContainsKey(path))
            {
                var content = new Content();
                Change(names => names[path] = content);
            }

            return new OpenFile(this, _names[path]);
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            var content = _names[from];
            Change(names =>
            {
                names.Remove(from);
                names[to] = content;
            });
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            if (_names.ContainsKey(path))
            {
                Change(names => names.Remove(path));
            }
        }
    }

    public void SyncFolder(string folder)
    {
        lock (_gate)
        {
            Count();
            _lastingNames = new Dictionary<string, Content>(_names);
            _unsyncedNames.Clear();
        }
    }

    private void Change(Action<Dictionary<string, Content>> change)
    {
        Count();
        change(_names);
        _unsyncedNames.Add(change);
    }

    private void Count()
    {
        if (!IsOff)
        {
            Operations++;
        }

        if (IsOff)
        {
            throw new IOException("The power is off.");
        }
    }

    private sealed class OpenFile(PowerCutDisk disk, Content content) : IDiskFile
    {
        public long Length
        {
            get
            {
                lock (disk._gate)
                {
                    return content.Now.Length;
                }
            }
        }

        public void Read(long position, Span<byte> buffer)
        {
            lock (disk._gate)
            {
                if (position + buffer.Length > content.Now.Length)
                {
                    throw new EndOfStreamException();
                }

                content.Now.AsSpan((int)position, buffer.Length).CopyTo(buffer);
            }
        }

        public void Write(long position, ReadOnlySpan<byte> bytes)
        {
            lock (disk._gate)
            {
                var copy = bytes.ToArray();
                content.Unsynced.Add((position, copy)); // the write that the cut hits may be there in part
                disk.Count();
                content.Now = Content.Written(content.Now, position, copy);
            }
        }

        public void SetLength(long length)
        {
            lock (disk._gate)
            {
                disk.Count();
                content.Unsynced.Add((length, null));
                content.Now = Content.Cut(content.Now, length);
            }
        }

        public void Sync()
        {
            lock (disk._gate)
            {
                disk.Count();
                content.Settle();
            }
        }

        public void Dispose()
        {
        }
    }

    private sealed class Content
    {
        private byte[] _lasting = [];

        public byte[] Now { get; set; } = [];

        public List<(long Position, byte[]? Bytes)> Unsynced { get; } = [];

        public static byte[] Written(byte[] bytes, long position, ReadOnlySpan<byte> written)
        {
            var result = position + written.Length > bytes.Length ? Cut(bytes, position + written.Length) : bytes;
            written.CopyTo(result.AsSpan((int)position));
            return result;
        }

        public static byte[] Cut(byte[] bytes, long length)
        {
            var result = new byte[length];
            bytes.AsSpan(0, (int)Math.Min(length, bytes.Length)).CopyTo(result);
            return result;
        }

        public void Settle()
        {
            foreach (var (position, written) in Unsynced)
            {
                _lasting = written is null ? Cut(_lasting, position) : Written(_lasting, position, written);
            }

            Unsynced.Clear();
        }

        public Content AfterCut(Random random, Survivors survivors)
        {
            var bytes = _lasting.ToArray();
            foreach (var (position, written) in survivors == Survivors.None ? [] : Unsynced)
            {
                bytes = survivors == Survivors.All ? written is null ? Cut(bytes, position) : Written(bytes, position, written) : Torn(bytes, position, written, random);
            }

            return new Content { Now = bytes.ToArray(), _lasting = bytes };
        }

        private static byte[] Torn(byte[] bytes, long position, byte[]? written, Random random)
        {
            var part = random.Next(4); // of four writes one is lost, one is whole, two are torn
            if (written is null)
            {
                return part < 2 ? bytes : Cut(bytes, position);
            }

            if (part == 0)
            {
                return bytes;
            }

            // The file may have grown, by all or by a part, before its sectors were written.
            var length = part == 1 ? written.Length : random.Next(written.Length + 1);
            bytes = position + length > bytes.Length ? Cut(bytes, position + length) : bytes;
            for (var at = 0; at < length;)
            {
                var end = (int)Math.Min(length, ((position + at) / Sector * Sector) + Sector - position);
                if (part == 1 || random.Next(2) == 0)
                {
                    bytes = Written(bytes, position + at, written.AsSpan(at, end - at));
                }

                at = end;
            }

            return bytes;
        }
    }
}

/// <summary>What of the unsynced writes is there after a power cut.</summary>
public enum Survivors
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Everything.</summary>
    All,

    /// <summary>Some sectors, chosen by chance.</summary>
    Some,
}
