using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>One job of a list. Sizes in bytes.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="Account">Its account.</param>
/// <param name="Username">The account's name today.</param>
/// <param name="DeviceId">The device's id.</param>
/// <param name="Device">The device's name.</param>
/// <param name="ItemId">The Protected Item's id; empty for none.</param>
/// <param name="Item">The Protected Item's name; null for none.</param>
/// <param name="VaultId">The Storage Vault's id; empty for none.</param>
/// <param name="Vault">The Storage Vault's name; null for none.</param>
/// <param name="Kind">Classification.</param>
/// <param name="Status">Status code.</param>
/// <param name="Started">Start, UTC.</param>
/// <param name="Ended">End, UTC; null while running.</param>
/// <param name="Duration">Seconds from start to end, or until now.</param>
public sealed record JobRow(
    string Id, AccountId Account, string Username, string DeviceId, string Device, string ItemId, string? Item, string VaultId, string? Vault,
    int Kind, int Status, DateTimeOffset Started, DateTimeOffset? Ended, long Duration)
{
    /// <summary>0 to 100 of a running job whose device has told a total; else null.</summary>
    public double? Percent { get; init; }

    /// <summary>Files looked at; done so far while running.</summary>
    public long Files { get; init; }

    /// <summary>Bytes selected.</summary>
    public long Size { get; init; }

    /// <summary>Bytes uploaded; so far while running.</summary>
    public long Uploaded { get; init; }

    /// <summary>Bytes downloaded.</summary>
    public long Downloaded { get; init; }

    /// <summary>Bytes in the vault afterwards; null when unknown.</summary>
    public long? VaultAfter { get; init; }

    /// <summary>Directories looked at.</summary>
    public long Directories { get; init; }

    /// <summary>New chunks.</summary>
    public long Chunks { get; init; }

    /// <summary>The agent's version; null before the device has begun.</summary>
    public string? Version { get; init; }

    /// <summary>The engine's short snapshot id; null when none was written.</summary>
    public string? Snapshot { get; init; }

    /// <summary>True while the status is 6xxx.</summary>
    public bool IsRunning => JobStatus.IsRunning(Status);

    /// <summary>"Backup", "Restore" …</summary>
    public string Type => JobKindName.Of(Kind);

    /// <summary>How the status is shown.</summary>
    public JobStatusLook Look => JobStatusLook.Of(Status, Percent);
}
