using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Index;

/// <summary>What the figures of a stored job hold besides the document.</summary>
/// <param name="Account">The account.</param>
/// <param name="EndedByDevice">The final status came from the device and stays.</param>
public readonly record struct JobOwner(AccountId Account, bool EndedByDevice);

/// <summary>
/// The compact figures beside each stored job, from which the index is rebuilt without parsing JSON: fixed numbers, then five ids
/// with their length before them. Little-endian.
/// </summary>
public static class JobRowCodec
{
    /// <summary>The longest id of an account, device, item, vault or version, in bytes of UTF-8.</summary>
    public const int MaxIdBytes = 255;

    private const byte Version = 1;
    private const int FixedBytes = 2 + 16 + 2 + 2 + 4 + 4 + (7 * 8);

    /// <summary>Writes the figures of a job.</summary>
    public static byte[] Encode(Job job, JobOwner owner)
    {
        string[] ids = [owner.Account.Value, job.DeviceId, job.SourceId, job.DestinationId, job.ClientVersion];
        var row = new byte[FixedBytes + ids.Sum(static t => 2 + Encoding.UTF8.GetByteCount(t))];
        row[0] = Version;
        row[1] = owner.EndedByDevice ? (byte)1 : (byte)0;
        Guid.Parse(job.Id).TryWriteBytes(row.AsSpan(2));
        BinaryPrimitives.WriteUInt16LittleEndian(row.AsSpan(18), (ushort)job.Status);
        BinaryPrimitives.WriteUInt16LittleEndian(row.AsSpan(20), (ushort)job.Classification);
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(22), (uint)Math.Clamp(job.EndTime, 0, uint.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(26), ShortSnapshot(job.SnapshotId));
        long[] numbers = [job.TotalSize, job.UploadSize, job.DownloadSize, job.DestinationSizeEnd?.Size ?? -1, job.TotalFiles, job.TotalDirectories, job.TotalChunks];
        for (var i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(row.AsSpan(30 + (i * 8)), numbers[i]);
        }

        var at = FixedBytes;
        foreach (var id in ids)
        {
            var length = Encoding.UTF8.GetBytes(id, row.AsSpan(at + 2));
            BinaryPrimitives.WriteUInt16LittleEndian(row.AsSpan(at), (ushort)length);
            at += 2 + length;
        }

        return row;
    }

    /// <summary>Reads the figures, giving ids their numbers.</summary>
    /// <exception cref="InvalidDataException">They are cut short or of another version.</exception>
    public static JobFigures Decode(long key, ReadOnlySpan<byte> row, NameTable names)
    {
        var figures = Numbers(key, row);
        var at = FixedBytes;
        Span<char> buffer = stackalloc char[MaxIdBytes];
        figures.Account = names.Intern(0, NextId(key, row, ref at, buffer));
        figures.Device = names.Intern(figures.Account, NextId(key, row, ref at, buffer));
        figures.Item = names.Intern(figures.Account, NextId(key, row, ref at, buffer));
        figures.Vault = names.Intern(figures.Account, NextId(key, row, ref at, buffer));
        figures.Version = names.Intern(0, NextId(key, row, ref at, buffer));
        return figures;
    }

    /// <summary>As <see cref="Decode(long, ReadOnlySpan{byte}, NameTable)"/>, for many rows in a row: ids that stood together before are recognised as a whole.</summary>
    /// <exception cref="InvalidDataException">They are cut short or of another version.</exception>
    public static JobFigures Decode(long key, ReadOnlySpan<byte> row, KnownIds known)
    {
        if (row.Length <= FixedBytes || !known.TryFind(row[FixedBytes..], out var ids))
        {
            var decoded = Decode(key, row, known.Names);
            known.Add(row[FixedBytes..], new JobIds(decoded.Account, decoded.Device, decoded.Item, decoded.Vault, decoded.Version));
            return decoded;
        }

        var figures = Numbers(key, row);
        (figures.Account, figures.Device, figures.Item, figures.Vault, figures.Version) = ids;
        return figures;
    }

    /// <summary>Reads what the figures hold besides the document.</summary>
    /// <exception cref="InvalidDataException">They are cut short or of another version.</exception>
    public static JobOwner Owner(long key, ReadOnlySpan<byte> row)
    {
        Check(key, row);
        var at = FixedBytes;
        return new JobOwner(new AccountId(NextId(key, row, ref at, stackalloc char[MaxIdBytes]).ToString()), row[1] == 1);
    }

    /// <summary>A 64-bit sum of key and figures; the store keeps the total over all jobs.</summary>
    public static ulong Checksum(long key, ReadOnlySpan<byte> row)
    {
        const ulong Prime = 0x9E3779B97F4A7C15;
        var hash = ((ulong)key ^ (ulong)row.Length) * Prime;
        var words = MemoryMarshal.Cast<byte, ulong>(row);
        foreach (var word in words)
        {
            hash = (System.Numerics.BitOperations.RotateLeft(hash, 29) ^ word) * Prime;
        }

        foreach (var b in row[(words.Length * 8)..])
        {
            hash = (System.Numerics.BitOperations.RotateLeft(hash, 29) ^ b) * Prime;
        }

        return hash ^ (hash >> 32);
    }

    private static JobFigures Numbers(long key, ReadOnlySpan<byte> row)
    {
        Check(key, row);
        return new JobFigures
        {
            Key = key,
            Id = new Guid(row.Slice(2, 16)),
            Status = BinaryPrimitives.ReadUInt16LittleEndian(row[18..]),
            Kind = BinaryPrimitives.ReadUInt16LittleEndian(row[20..]),
            End = BinaryPrimitives.ReadUInt32LittleEndian(row[22..]),
            Snapshot = BinaryPrimitives.ReadUInt32LittleEndian(row[26..]),
            TotalSize = BinaryPrimitives.ReadInt64LittleEndian(row[30..]),
            Uploaded = BinaryPrimitives.ReadInt64LittleEndian(row[38..]),
            Downloaded = BinaryPrimitives.ReadInt64LittleEndian(row[46..]),
            VaultAfter = BinaryPrimitives.ReadInt64LittleEndian(row[54..]),
            Files = BinaryPrimitives.ReadInt64LittleEndian(row[62..]),
            Directories = BinaryPrimitives.ReadInt64LittleEndian(row[70..]),
            Chunks = BinaryPrimitives.ReadInt64LittleEndian(row[78..]),
        };
    }

    private static uint ShortSnapshot(string? id) =>
        id is { Length: >= 8 } && uint.TryParse(id.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var n) ? n : 0;

    private static void Check(long key, ReadOnlySpan<byte> row)
    {
        if (row.Length < FixedBytes + 10 || row[0] != Version)
        {
            throw Damaged(key);
        }
    }

    private static ReadOnlySpan<char> NextId(long key, ReadOnlySpan<byte> row, ref int at, Span<char> buffer)
    {
        var length = row.Length < at + 2 ? -1 : BinaryPrimitives.ReadUInt16LittleEndian(row[at..]);
        if (length < 0 || length > buffer.Length || row.Length < at + 2 + length)
        {
            throw Damaged(key);
        }

        var chars = Encoding.UTF8.GetChars(row.Slice(at + 2, length), buffer);
        at += 2 + length;
        return buffer[..chars];
    }

    private static InvalidDataException Damaged(long key) =>
        new($"The figures of the job with key {key.ToString(CultureInfo.InvariantCulture)} are damaged.");
}
