using System.Text.Json.Nodes;

namespace Comet.Blazor.Wire;

/// <summary>Asks what a folder of the device holds (spec/02 §2). Refused with 403 by a device that does not allow file names.</summary>
/// <param name="Path">Full path of a folder; empty for the places to begin with: drives, or the root.</param>
/// <param name="After">Only entries that sort after this name: the answer's <see cref="FolderPage.Next"/>; empty to begin.</param>
/// <param name="Limit">At most so many entries; the device may answer fewer.</param>
public sealed record BrowseFolder(string Path, string After = "", int Limit = FolderPage.MaxEntries);

/// <summary>A part of a folder, folders first, then by name.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Entries">What it holds, from where it was asked.</param>
/// <param name="Next">Where the next part begins; absent after the last.</param>
public sealed record FolderPage(string Path, FolderEntry[] Entries, string? Next = null)
{
    /// <summary>The most entries in one answer: they fit into a frame also when names are long.</summary>
    public const int MaxEntries = 1000;
}

/// <summary>One thing in a folder.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Path">Its full path, in the device's own words.</param>
/// <param name="Kind">One of <see cref="FolderEntryKind"/>.</param>
/// <param name="Size">Bytes; 0 for anything but a file.</param>
/// <param name="Modified">Unix seconds UTC; 0 when unknown.</param>
public sealed record FolderEntry(string Name, string Path, string Kind, long Size, long Modified);

/// <summary>Kinds of <see cref="FolderEntry"/>.</summary>
public static class FolderEntryKind
{
    /// <summary>Can be opened.</summary>
    public const string Folder = "folder";

    /// <summary>An ordinary file.</summary>
    public const string File = "file";

    /// <summary>A symbolic link, wherever it leads.</summary>
    public const string Link = "link";

    /// <summary>A pipe, a device, something that is not read.</summary>
    public const string Other = "other";
}

/// <summary>
/// Asks what a Protected Item, saved or not, would back up. The first request with an id begins the count; each one waits for its end, as long as
/// <paramref name="WaitSeconds"/> says, and answers what was found so far. A count that nobody asks about for half a minute ends by itself.
/// </summary>
/// <param name="EstimateId">Names this count.</param>
/// <param name="Engine">Such as engine1/file.</param>
/// <param name="EngineProps">The engine's settings (spec/01 §5.1).</param>
/// <param name="LimitSeconds">After so many seconds the count ends with what it has.</param>
/// <param name="WaitSeconds">At most so many seconds until the answer; 0 ends the count.</param>
public sealed record EstimateItem(string EstimateId, string Engine, Dictionary<string, string> EngineProps, int LimitSeconds, int WaitSeconds);

/// <summary>What an item would back up.</summary>
/// <param name="Ended">True when the count is over.</param>
/// <param name="Complete">True when everything was counted; false: there is at least so much.</param>
/// <param name="Files">Files.</param>
/// <param name="Folders">Folders.</param>
/// <param name="Bytes">Bytes of those files.</param>
/// <param name="Missing">Selected paths that do not exist on the device.</param>
/// <param name="Unreadable">How many folders could not be read.</param>
public sealed record ItemEstimate(bool Ended, bool Complete, long Files, long Folders, long Bytes, string[] Missing, long Unreadable);

/// <summary>Asks whether the device can reach a storage and write to it. Nothing stays behind.</summary>
/// <param name="Vault">Where it is; need not be in the profile.</param>
public sealed record TestVault(AgentVault Vault);

/// <summary>What a test of a storage found.</summary>
/// <param name="Works">True when the device can read there, and write as far as the test tells.</param>
/// <param name="Why">When it can't: why, in a sentence. When it can: what the test could not find out; empty for nothing.</param>
/// <param name="HasRepository">True when it holds a vault's data already.</param>
public sealed record VaultTested(bool Works, string Why, bool HasRepository);

/// <summary>Asks which snapshots a Storage Vault holds, oldest first.</summary>
/// <param name="VaultId">The vault.</param>
/// <param name="Skip">Leaves out so many of the first.</param>
public sealed record ListSnapshots(string VaultId, int Skip = 0);

/// <summary>A part of a vault's snapshots.</summary>
/// <param name="Snapshots">At most <see cref="MaxSnapshots"/>.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record SnapshotPage(SnapshotEntry[] Snapshots, int Total)
{
    /// <summary>The most snapshots in one answer.</summary>
    public const int MaxSnapshots = 500;
}

/// <summary>One snapshot.</summary>
/// <param name="Id">The engine's full id.</param>
/// <param name="Time">Unix seconds UTC.</param>
/// <param name="ItemId">The Protected Item; empty when unknown.</param>
/// <param name="JobId">The job that wrote it; empty when unknown.</param>
/// <param name="DeviceId">The device that wrote it.</param>
/// <param name="Paths">What it holds; at most 20, shortened when there are more.</param>
/// <param name="Tags">The snapshot's other tags.</param>
/// <param name="Size">Bytes of its files; -1 when this device does not know.</param>
public sealed record SnapshotEntry(string Id, long Time, string ItemId, string JobId, string DeviceId, string[] Paths, string[] Tags, long Size);

/// <summary>Asks for work on a Storage Vault that is reported as a job: a retention pass, a measurement.</summary>
/// <param name="JobId">Id under which the device reports.</param>
/// <param name="VaultId">The vault.</param>
public sealed record VaultWork(string JobId, string VaultId);

/// <summary>Asks to remove locks from a Storage Vault.</summary>
/// <param name="JobId">Id under which the device reports.</param>
/// <param name="VaultId">The vault.</param>
/// <param name="AllowUnsafe">Also locks that somebody may still hold. Data is lost when another device works on the vault meanwhile.</param>
public sealed record UnlockVault(string JobId, string VaultId, bool AllowUnsafe);

/// <summary>Asks to delete snapshots.</summary>
/// <param name="JobId">Id under which the device reports.</param>
/// <param name="VaultId">The vault.</param>
/// <param name="SnapshotIds">Full ids.</param>
public sealed record DeleteSnapshots(string JobId, string VaultId, string[] SnapshotIds);

/// <summary>Tells a device the account's new password.</summary>
/// <param name="Wrapped">The password, wrapped for <see cref="For"/> by the wrapping half of the password that the device has signed in with: nobody on the way reads it, and nobody else can make one.</param>
public sealed record UpdatePassword(string Wrapped)
{
    /// <summary>What it is wrapped for, in place of a vault's id.</summary>
    public const string For = "login password";
}

/// <summary>What a device has found out about a Storage Vault by a pass over it. Told once, after the pass, also when the server was away then.</summary>
/// <param name="VaultId">The vault.</param>
/// <param name="RetentionError">Why the last retention pass did not do its work; empty when it did, absent when it was no retention pass.</param>
/// <param name="Content">What the vault's data are needed for; absent when it was not measured.</param>
public sealed record VaultReport(string VaultId, string? RetentionError = null, VaultContent? Content = null);

/// <summary>What a vault's data are needed for, the contract's ContentMeasurement.</summary>
/// <param name="Started">Unix seconds UTC.</param>
/// <param name="Completed">Unix seconds UTC.</param>
/// <param name="Components">The parts; their bytes sum up to what is stored.</param>
public sealed record VaultContent(long Started, long Completed, VaultComponent[] Components);

/// <summary>A part of a vault's data, the contract's ContentMeasurementComponent.</summary>
/// <param name="Bytes">Bytes in the vault.</param>
/// <param name="UsedBy">Who needs it: <c>item/CURRENT</c> for its latest snapshot, <c>item/HISTORIC</c> for older ones; <c>TRUNCATED/*</c> alone for too many combinations; an empty text alone for nobody.</param>
public sealed record VaultComponent(long Bytes, string[] UsedBy);

/// <summary>Which snapshots stay in a Storage Vault (spec/01 §5.5), in the contract's form.</summary>
/// <param name="VaultId">The vault.</param>
/// <param name="Policy">RetentionPolicy of the vault; counts for items that have none of their own, and for those that are unknown or deleted.</param>
/// <param name="Items">RetentionPolicy by Protected Item, those of other devices of the account included.</param>
public sealed record AgentRetention(string VaultId, JsonObject Policy, Dictionary<string, JsonObject> Items);
