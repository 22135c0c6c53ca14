using System.Buffers.Binary;
using System.Globalization;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Store;

/// <summary>Collections and keys of comet-jobs.db.</summary>
public static class JobCollections
{
    /// <summary>Jobs by their time-ordered key.</summary>
    public const string Jobs = "jobs";

    /// <summary>Pieces of logs; see <see cref="LogKey"/>.</summary>
    public const string Logs = "logs";

    /// <summary>Last sequence of each account, device and epoch; see <see cref="SequenceKey"/>.</summary>
    public const string Sequences = "sequences";

    /// <summary>One record, <see cref="TotalsKey"/>.</summary>
    public const string Totals = "totals";

    /// <summary>Key of the totals over all jobs.</summary>
    public const string TotalsKey = "jobs";

    /// <summary>Key of a piece of a job's log: the job's key, then the piece's number, so that a log is a range.</summary>
    public static string LogKey(long job, int piece) => LogPrefix(job) + piece.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>What the keys of all pieces of a job's log begin with; sorts before them.</summary>
    public static string LogPrefix(long job) => job.ToString("x16", CultureInfo.InvariantCulture) + "-";

    /// <summary>The number of a piece.</summary>
    public static int PieceOf(string logKey) => int.Parse(logKey.AsSpan(17), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Key of the last sequence of an outbox. The lengths keep ids with any characters apart.</summary>
    public static string SequenceKey(AccountId account, string deviceId, string epoch) =>
        SequencePrefix(account) + string.Create(CultureInfo.InvariantCulture, $"{deviceId.Length} {deviceId} {epoch}");

    /// <summary>What the keys of all sequences of an account begin with; sorts before them.</summary>
    public static string SequencePrefix(AccountId account) => account.Value + " ";
}

/// <summary>Count and checksum over all jobs, kept in the same transaction as the jobs and compared at start.</summary>
/// <param name="Count">Number of jobs.</param>
/// <param name="Checksum">Sum of the jobs' checksums, modulo 2^64.</param>
public readonly record struct JobTotals(long Count, ulong Checksum)
{
    /// <summary>Reads the record; zero for a new file.</summary>
    public static JobTotals Read(DbReader reader) => reader.Get(JobCollections.Totals, JobCollections.TotalsKey) is { Row: { Length: 16 } row }
        ? new JobTotals(BinaryPrimitives.ReadInt64LittleEndian(row), BinaryPrimitives.ReadUInt64LittleEndian(row.AsSpan(8)))
        : default;

    /// <summary>Writes the record.</summary>
    public void Write(DbWriter writer)
    {
        var row = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(row, Count);
        BinaryPrimitives.WriteUInt64LittleEndian(row.AsSpan(8), Checksum);
        writer.Put(JobCollections.Totals, new DbRecord(JobCollections.TotalsKey, row, []));
    }
}
