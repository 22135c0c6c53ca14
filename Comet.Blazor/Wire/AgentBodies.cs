using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Wire;

/// <summary>Asks a device to back up now. Refused with 404 for an unknown item or vault, 409 when that job already runs.</summary>
/// <param name="JobId">Id under which the device reports.</param>
/// <param name="ItemId">Protected Item.</param>
/// <param name="VaultId">Storage Vault.</param>
/// <param name="Options">Options of this run.</param>
/// <param name="RuleId">The backup rule whose run this is; empty for none. Its commands run too.</param>
/// <param name="RetryCount">How often this run has been tried before.</param>
public sealed record RunBackup(string JobId, string ItemId, string VaultId, BackupOptions Options, string RuleId = "", long RetryCount = 0);

/// <summary>Options of one run, the contract's BackupJobAdvancedOptions.</summary>
/// <param name="SkipAlreadyRunning">End as Skipped when the vault is busy, instead of refusing.</param>
/// <param name="LimitVaultSpeedBps">Bytes per second, 0 for no limit.</param>
/// <param name="StopAfter">Seconds after which the job is stopped and ends as Cancelled, 0 for never.</param>
/// <param name="ReduceDiskConcurrency">Read one file at a time, and let other programs go first at the disk.</param>
/// <param name="AllowZeroFilesSuccess">A backup that finds nothing ends as Success.</param>
/// <param name="ConcurrencyCount">Connections to the storage at a time, 0 for the engine's own choice.</param>
/// <param name="LogLevel">How much the job's log tells: debug, info, warning or error; empty for info.</param>
/// <param name="AutoRetentionLevel">When a retention pass follows: 0 automatic, 1 after every job, 2 more often, 3 less often.</param>
/// <param name="UseOnDiskIndexes">Has no effect: the engine keeps its indexes as it does.</param>
/// <param name="Tags">Text that the job's record keeps.</param>
public sealed record BackupOptions(
    bool SkipAlreadyRunning = false, long LimitVaultSpeedBps = 0, long StopAfter = 0, bool ReduceDiskConcurrency = false, bool AllowZeroFilesSuccess = false,
    int ConcurrencyCount = 0, string LogLevel = "", int AutoRetentionLevel = 0, bool UseOnDiskIndexes = false, string Tags = "")
{
    /// <summary>The most connections that may be asked for.</summary>
    public const int MostConnections = 256;
}

/// <summary>The device has taken the job.</summary>
/// <param name="JobId">The job.</param>
public sealed record RunBackupAccepted(string JobId);

/// <summary>Asks a device to end a job; it ends as Cancelled.</summary>
/// <param name="JobId">The job.</param>
/// <param name="CancellationId">As told when the job started.</param>
public sealed record CancelJob(string JobId, string CancellationId);

/// <summary>What a device needs to know to do its work. Holds no password hash, and vault keys only wrapped (decisions.md 8).</summary>
/// <param name="Hash">The profile's hash at the time of the answer.</param>
/// <param name="Items">The Protected Items of this device.</param>
/// <param name="Vaults">The Storage Vaults that this device may use.</param>
/// <param name="Rules">The backup rules of those items; absent from a server that knows none.</param>
/// <param name="Exclusions">What the policy leaves out of every Files and Folders item; absent when nothing.</param>
/// <param name="HomesOnly">On Linux, Files and Folders items may hold nothing outside home directories.</param>
public sealed record AgentProfile(string Hash, AgentItem[] Items, AgentVault[] Vaults, AgentRule[]? Rules = null, AgentExclusion[]? Exclusions = null, bool HomesOnly = false)
{
    /// <summary>The account's name now, with which the device signs in from now on; absent from a server that does not rename.</summary>
    public string? Username { get; init; }

    /// <summary>Which snapshots stay in those vaults; absent from a server that does not tell.</summary>
    public AgentRetention[]? Retention { get; init; }

    /// <summary>The server's clock at the time of the answer, Unix seconds UTC: a device whose own differs does not delete by age. Absent from a server that does not tell.</summary>
    public long? ServerTime { get; init; }

    /// <summary>How much all Protected Items of the account may select together; absent when there is no limit.</summary>
    public AgentQuota? Quota { get; init; }
}

/// <summary>The limit of all Protected Items of an account together (AllProtectedItemsQuotaBytes, spec/01 §2.1), and what they select as last stored.</summary>
/// <param name="LimitBytes">The most bytes; exactly so many are allowed.</param>
/// <param name="OthersBytes">Bytes that the items of the account's other devices select.</param>
/// <param name="ItemBytes">Bytes that each item of this device selects; 0 for one that was never stored.</param>
public sealed record AgentQuota(long LimitBytes, long OthersBytes, Dictionary<string, long> ItemBytes)
{
    /// <summary>Sums do not go beyond; no limit is as high.</summary>
    public const long Most = 1L << 61;
}

/// <summary>A mandatory exclusion of a policy, the contract's ExtraFileExclusion.</summary>
/// <param name="Pattern">A glob pattern, or a regular expression.</param>
/// <param name="Regex">Which of both.</param>
/// <param name="Os">Where it holds: 0 everywhere, 1 Windows, 2 Windows x86-32, 3 Windows x86-64, 4 macOS, 5 Linux.</param>
public sealed record AgentExclusion(string Pattern, bool Regex = false, int Os = 0);

/// <summary>Commands of an item, a vault or a rule, in their order (spec/01 §5.1).</summary>
/// <param name="Before">Before the data are read.</param>
/// <param name="Thaw">As soon as the data have been read.</param>
/// <param name="After">At the end, whatever it was.</param>
public sealed record AgentCommands(string[]? Before = null, string[]? Thaw = null, string[]? After = null);

/// <summary>A Protected Item as a device sees it.</summary>
/// <param name="Id">Key in the profile.</param>
/// <param name="Engine">Such as engine1/file.</param>
/// <param name="Description">Its name.</param>
/// <param name="EngineProps">The engine's settings; INCLUDE*, EXCLUDE* … (spec/01 §5.1).</param>
/// <param name="Commands">Its commands; absent when it has none.</param>
public sealed record AgentItem(string Id, string Engine, string Description, Dictionary<string, string> EngineProps, AgentCommands? Commands = null);

/// <summary>A Storage Vault as a device sees it.</summary>
/// <param name="Id">Key in the profile.</param>
/// <param name="Description">Its name.</param>
/// <param name="Type">The contract's DESTINATIONTYPE; 1003 is a Storage Role bucket.</param>
/// <param name="Address">Base address of the Storage Role's server, with scheme and trailing slash.</param>
/// <param name="Bucket">Bucket id.</param>
/// <param name="BucketKey">The bucket's access key.</param>
/// <param name="KeyMethod">How <paramref name="WrappedKey"/> is wrapped; 0 when there is none yet, else see <see cref="WrappedKeys"/>.</param>
/// <param name="WrappedKey">The repository password wrapped by the account's wrapping half, base64; empty when none has been made yet.</param>
/// <param name="Location">Where a vault of another type is, and what opens it: the fields of <see cref="VaultLocations"/>, those that are set. Absent for a Storage Role.</param>
/// <param name="LimitBytes">The most bytes that a vault of another type may hold; 0 for no limit. A Storage Role keeps its buckets' limits itself.</param>
/// <param name="Commands">Its commands; absent when it has none.</param>
public sealed record AgentVault(
    string Id, string Description, int Type, string Address, string Bucket, string BucketKey, int KeyMethod, string WrappedKey,
    Dictionary<string, string>? Location = null, long LimitBytes = 0, AgentCommands? Commands = null);

/// <summary>How vault keys are wrapped in a profile.</summary>
public static class WrappedKeys
{
    /// <summary>
    /// EncryptionKeyEncryptionMethod of our keys: AES-256-GCM under the wrapping half of the account's derived key,
    /// base64 of 12 bytes nonce, ciphertext, 16 bytes tag; the vault's id is the associated data.
    /// </summary>
    public const int AesGcm = 2;
}

/// <summary>A device offers the first key of a vault. Stored only if the vault has none.</summary>
/// <param name="VaultId">The vault.</param>
/// <param name="KeyMethod">See <see cref="WrappedKeys"/>.</param>
/// <param name="WrappedKey">As in <see cref="AgentVault"/>.</param>
public sealed record OfferVaultKey(string VaultId, int KeyMethod, string WrappedKey);

/// <summary>The vault's key after the offer: the one offered, or the one of the device that was first.</summary>
/// <param name="KeyMethod">See <see cref="WrappedKeys"/>.</param>
/// <param name="WrappedKey">As in <see cref="AgentVault"/>.</param>
public sealed record VaultKeyStored(int KeyMethod, string WrappedKey);

/// <summary>Asks a device to end its work and not to begin again.</summary>
/// <param name="RemoveSettings">Remove what the client keeps on the device, too: its state folder and the file with the password.</param>
public sealed record Uninstall(bool RemoveSettings);
