using System.Runtime.InteropServices;

namespace Comet.Blazor.Features.Jobs.Index;

/// <summary>One job in memory: numbers only, ids as numbers of the index's <see cref="NameTable"/>. 112 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct JobFigures : IKeyed
{
    /// <summary>Key of the stored document: start time in Unix seconds, shifted by <see cref="TimeShift"/>, and a running number.</summary>
    public long Key;

    /// <summary>The job's GUID.</summary>
    public Guid Id;

    /// <summary>Bytes selected.</summary>
    public long TotalSize;

    /// <summary>Bytes uploaded.</summary>
    public long Uploaded;

    /// <summary>Bytes downloaded.</summary>
    public long Downloaded;

    /// <summary>Bytes in the vault afterwards; -1 when unknown.</summary>
    public long VaultAfter;

    /// <summary>Files looked at.</summary>
    public long Files;

    /// <summary>Directories looked at.</summary>
    public long Directories;

    /// <summary>New chunks.</summary>
    public long Chunks;

    /// <summary>End, Unix seconds; 0 while running.</summary>
    public uint End;

    /// <summary>First 32 bits of the snapshot id, which restic shows as its short id; 0 for none.</summary>
    public uint Snapshot;

    /// <summary>Number of the account.</summary>
    public int Account;

    /// <summary>Number of the device; scope: the account.</summary>
    public int Device;

    /// <summary>Number of the Protected Item; scope: the account.</summary>
    public int Item;

    /// <summary>Number of the Storage Vault; scope: the account.</summary>
    public int Vault;

    /// <summary>Number of the client's version.</summary>
    public int Version;

    /// <summary>Status code.</summary>
    public ushort Status;

    /// <summary>Classification code.</summary>
    public ushort Kind;

    /// <summary>Bits of the key below the time.</summary>
    public const int TimeShift = 22;

    /// <summary>Start, Unix seconds.</summary>
    public readonly long Start => Key >> TimeShift;

    /// <summary>Seconds from start to end; -1 while running.</summary>
    public readonly long Duration => End == 0 ? -1 : Math.Max(End - Start, 0);

    /// <inheritdoc />
    readonly long IKeyed.Key => Key;

    /// <summary>The smallest key of a time.</summary>
    public static long KeyOf(long unixSeconds) => Math.Clamp(unixSeconds, 0, uint.MaxValue) << TimeShift;
}
