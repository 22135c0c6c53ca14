using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Comet.Blazor.Features.Storage;

/// <summary>
/// What a bucket holds, kept exact while objects come and go, also while it is being measured: a measurement closes one folder at a time
/// for as long as reading it takes, and changes in folders that it has passed count for its result as well.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Lives as long as its bucket; a lock that nobody waits for holds nothing.")]
public sealed class BucketUsage
{
    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Lock _measuring = new();
    private readonly Lock _counting = new(); // stored and set-aside bytes change together, or an upload would count twice for a moment
    private BitArray? _passed;
    private long _bytes;
    private long _objects;
    private long _newBytes;
    private long _newObjects;
    private long _reserved;
    private long _uploaded;

    /// <summary>False until the bucket has been measured since the server started.</summary>
    public bool Measured { get; private set; }

    /// <summary>Bytes stored.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Objects stored.</summary>
    public long Objects => Interlocked.Read(ref _objects);

    /// <summary>Bytes accepted since the server started.</summary>
    public long Uploaded => Interlocked.Read(ref _uploaded);

    /// <summary>A bucket that was just made holds nothing.</summary>
    public void StartEmpty() => Measured = true;

    /// <summary>Sets bytes aside for an upload; false when stored and set-aside bytes would pass the limit.</summary>
    public bool TryReserve(long bytes, long limit)
    {
        lock (_counting)
        {
            if (bytes > limit - _reserved - _bytes)
            {
                return false;
            }

            _reserved += bytes;
            return true;
        }
    }

    /// <summary>Gives set-aside bytes back: the upload has failed.</summary>
    public void Release(long bytes)
    {
        lock (_counting)
        {
            _reserved -= bytes;
        }
    }

    /// <summary>
    /// Makes an object visible by <paramref name="publish"/>; when that answers true, counts it in place of the bytes that were set aside for it.
    /// </summary>
    public bool Add(int folder, long size, long setAside, Func<bool> publish)
    {
        if (!Change(folder, publish, () => size, 1, setAside))
        {
            return false;
        }

        Interlocked.Add(ref _uploaded, size);
        return true;
    }

    /// <summary>Removes an object by <paramref name="remove"/>, which answers its size, or null when there was none.</summary>
    public bool Remove(int folder, Func<long?> remove)
    {
        long size = 0;
        return Change(folder, () => remove() is { } removed && (size = removed) >= 0, () => -size, -1, 0);
    }

    /// <summary>Measures by reading each folder once; <paramref name="read"/> answers its bytes and objects.</summary>
    /// <exception cref="IOException">A folder can't be read; the figures stay as they were.</exception>
    public void Measure(int folders, Func<int, (long Bytes, long Objects)> read)
    {
        lock (_measuring)
        {
            Exclusively(() => (_passed, _newBytes, _newObjects) = (new BitArray(folders), 0, 0));
            try
            {
                for (var folder = 0; folder < folders; folder++)
                {
                    Exclusively(() =>
                    {
                        var (bytes, objects) = read(folder);
                        (_newBytes, _newObjects) = (_newBytes + bytes, _newObjects + objects);
                        _passed![folder] = true;
                    });
                }

                Exclusively(() =>
                {
                    lock (_counting)
                    {
                        (_bytes, _objects, Measured) = (_newBytes, _newObjects, true);
                    }
                });
            }
            finally
            {
                Exclusively(() => _passed = null);
            }
        }
    }

    private bool Change(int folder, Func<bool> change, Func<long> bytes, int objects, long setAside)
    {
        _gate.EnterReadLock();
        try
        {
            if (!change())
            {
                return false;
            }

            var counts = _passed is { } passed && passed[folder];
            lock (_counting)
            {
                (_bytes, _objects, _reserved) = (_bytes + bytes(), _objects + objects, _reserved - setAside);
                if (counts)
                {
                    (_newBytes, _newObjects) = (_newBytes + bytes(), _newObjects + objects);
                }
            }

            return true;
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    private void Exclusively(Action action)
    {
        _gate.EnterWriteLock();
        try
        {
            action();
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }
}
