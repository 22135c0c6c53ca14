using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Comet.Blazor.Features.Storage.Disk;
using Microsoft.Win32.SafeHandles;

namespace Comet.Blazor.Features.Storage;

/// <summary>How an upload ended.</summary>
public enum UploadResult
{
    /// <summary>Stored, as durably as the bucket's policy asks.</summary>
    Stored,

    /// <summary>The very same object was there already: a repeated upload whose first answer was lost.</summary>
    AlreadyStored,

    /// <summary>Another object has the name; nothing is ever overwritten.</summary>
    Exists,

    /// <summary>The bytes do not have the hash that the name promises.</summary>
    WrongHash,

    /// <summary>It would pass the bucket's limit.</summary>
    OverLimit,

    /// <summary>The bucket's folder is gone.</summary>
    NoFolder,
}

/// <summary>
/// Takes objects in: temporary file in the object's folder, hash, sync, rename without replacing, sync of the folder. Whatever happens
/// before the rename leaves no object; whatever happens after it leaves a whole one.
/// </summary>
/// <param name="store">The buckets.</param>
/// <param name="sizes">Measures buckets.</param>
/// <param name="log">The log.</param>
public sealed class ObjectUpload(BucketStore store, BucketSizes sizes, ILogger<ObjectUpload> log)
{
    private const int Piece = 256 * 1024; // bytes collected for one hash step and one write

    private const int LargeBytes = 1024 * 1024;

    // Locks are free: a full bucket could otherwise not be pruned. Larger ones are none.
    private const long FreeLockBytes = 64 * 1024;

    /// <summary>Receives one object. <paramref name="length"/> is null when the caller does not know it.</summary>
    /// <exception cref="IOException">The body broke off, or the disk refused; nothing is left behind.</exception>
    public async Task<UploadResult> ReceiveAsync(LiveBucket bucket, StorageTarget target, PipeReader body, long? length, CancellationToken ct)
    {
        using var root = StoredFolder.Open(store.PathOf(bucket.Id));
        if (root is null)
        {
            return UploadResult.NoFolder;
        }

        if (root.OpenRead(target.Path) is { } stored)
        {
            using (stored)
            {
                return target.IsConfig ? UploadResult.Exists : await CompareAsync(bucket, target, body, stored, ct);
            }
        }

        var limit = target.IsLock && length <= FreeLockBytes ? null : bucket.Document.LimitBytes;
        if (limit is not null && !bucket.Usage.Measured)
        {
            await sizes.MeasureAsync(bucket, ct);
        }

        var share = new Share(bucket.Usage, limit);
        try
        {
            return !share.TryGrow(length ?? 0) ? UploadResult.OverLimit : await StoreAsync(bucket, target, root, body, share, length is null, ct);
        }
        finally
        {
            share.Release();
        }
    }

    private async Task<UploadResult> StoreAsync(LiveBucket bucket, StorageTarget target, StoredFolder root, PipeReader body, Share share, bool growing, CancellationToken ct)
    {
        using var subfolder = target.IsConfig ? null : root.OpenFolder(target.Folder, create: true);
        var folder = target.IsConfig ? root : subfolder;
        if (folder is null)
        {
            return UploadResult.NoFolder;
        }

        var temporary = Temporaries.Next();
        var published = false;
        using var file = folder.CreateFile(temporary);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            if (await CopyAsync(body, file, hash, growing ? share : null, ct) is not { } size)
            {
                return UploadResult.OverLimit;
            }

            if (!target.IsConfig && Convert.ToHexStringLower(hash.GetHashAndReset()) != target.Id)
            {
                return UploadResult.WrongHash;
            }

            var sync = bucket.Document.Sync;
            if (sync != SyncPolicy.None)
            {
                RandomAccess.FlushToDisk(file);
                if (size >= LargeBytes && OperatingSystem.IsLinux())
                {
                    Posix.DropFromCache(file); // packs are read again on a restore or a check, rarely soon: the memory serves better elsewhere
                }
            }

            published = share.TryStore(target.FolderNumber, size, () => folder.Publish(temporary, target.Id));
            if (published)
            {
                if (sync == SyncPolicy.Full)
                {
                    folder.Sync();
                }

                store.Changed.Raise();
                return UploadResult.Stored;
            }
        }
        finally
        {
            if (!published)
            {
                Discard(folder, temporary);
            }
        }

        // Somebody else stored the same name meanwhile.
        using var other = root.OpenRead(target.Path);
        return other is not null && !target.IsConfig && HashOf(other) == target.Id ? UploadResult.AlreadyStored : UploadResult.Exists;
    }

    private async Task<UploadResult> CompareAsync(LiveBucket bucket, StorageTarget target, PipeReader body, SafeFileHandle stored, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await CopyAsync(body, null, hash, null, ct);
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != target.Id)
        {
            return UploadResult.WrongHash;
        }

        if (HashOf(stored) == target.Id)
        {
            return UploadResult.AlreadyStored;
        }

        log.LogError("The stored object {Object} of bucket {Bucket} is damaged: its bytes do not have the hash of its name.", target.Path, bucket.Id);
        return UploadResult.Exists;
    }

    private static async Task<long?> CopyAsync(PipeReader body, SafeFileHandle? file, IncrementalHash hash, Share? growing, CancellationToken ct)
    {
        long offset = 0;
        List<ReadOnlyMemory<byte>> pieces = [];
        while (true)
        {
            var read = await body.ReadAtLeastAsync(Piece, ct);
            var buffer = read.Buffer;
            var length = buffer.Length;
            try
            {
                if (growing is not null && !growing.TryGrow(length))
                {
                    return null;
                }

                foreach (var piece in buffer)
                {
                    hash.AppendData(piece.Span);
                    pieces.Add(piece);
                }

                if (file is not null)
                {
                    RandomAccess.Write(file, pieces, offset);
                }
            }
            finally
            {
                body.AdvanceTo(buffer.End); // the buffer is gone now; also after a failure, as the connection reads on from there
            }

            offset += length;
            pieces.Clear();
            if (read.IsCompleted)
            {
                return offset;
            }
        }
    }

    private static string HashOf(SafeFileHandle file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (long offset = 0; RandomAccess.Read(file, buffer, offset) is var read and > 0; offset += read)
            {
                hash.AppendData(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Discard(StoredFolder folder, string temporary)
    {
        try
        {
            folder.Remove(temporary);
        }
        catch (IOException ex)
        {
            log.LogWarning(ex, "An unfinished upload could not be removed; the next start of the server tries again.");
        }
    }

    /// <summary>The bytes that one upload has set aside from the bucket's limit.</summary>
    private sealed class Share(BucketUsage usage, long? limit)
    {
        private long _bytes;

        public bool TryGrow(long bytes)
        {
            if (limit is { } most && !usage.TryReserve(bytes, most))
            {
                return false;
            }

            _bytes += limit is null ? 0 : bytes;
            return true;
        }

        public bool TryStore(int folder, long size, Func<bool> publish)
        {
            if (!usage.Add(folder, size, _bytes, publish))
            {
                return false;
            }

            _bytes = 0;
            return true;
        }

        public void Release() => usage.Release(_bytes);
    }
}
