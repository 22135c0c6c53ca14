using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>What a device reports about itself at each connect.</summary>
/// <param name="DeviceId">Its id.</param>
/// <param name="Name">The computer's name; kept as friendly name at the first registration only.</param>
/// <param name="Version">The agent's version.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Os">Operating system.</param>
public sealed record DeviceReport(string DeviceId, string Name, string Version, string TimeZone, OsInfo Os)
{
    /// <summary>The IP address it comes from, when known.</summary>
    public string? Address { get; init; }

    /// <summary>The address by which it reaches this server, with scheme and trailing slash; empty when unknown.</summary>
    public string ServerAddress { get; init; } = "";
}

/// <summary>The policy that holds for an account.</summary>
/// <param name="Says">What it says.</param>
/// <param name="Id">The policy that the account follows; empty for one of its own.</param>
public sealed record HeldPolicy(UserPolicy Says, string Id);

/// <summary>The account's side of a connected device.</summary>
public interface IAccountDevices
{
    /// <summary>Raised after a profile changed in a way that devices must know; on the store's owner, so return at once.</summary>
    event Action<AccountId>? ProfileChanged;

    /// <summary>Registers the device, or updates what it reports (spec/02 §1.1). Refused when suspended or when MaximumDevices is reached.</summary>
    Task<Outcome> RegisterAsync(AccountId account, DeviceReport report, CancellationToken ct);

    /// <summary>Hash of the profile without statistics (spec/06 §4); empty for an unknown account.</summary>
    string ProfileHash(AccountId account);

    /// <summary>What this device may know of the profile.</summary>
    Task<Outcome<AgentProfile>> ProfileForAsync(AccountId account, string deviceId, CancellationToken ct);

    /// <summary>The policy that holds for the account; one that restricts nothing for an unknown account.</summary>
    Task<HeldPolicy> PolicyAsync(AccountId account, CancellationToken ct);

    /// <summary>A storage, in a profile or not, in the words that devices understand.</summary>
    /// <param name="vaultId">The vault's key in the profile; empty for none.</param>
    /// <param name="destination">The contract's DestinationConfig or DestinationLocation.</param>
    AgentVault Describe(string vaultId, JsonObject destination);

    /// <summary>Stores the first key of a vault by compare-and-set (decisions.md 25) and answers the key that now stands.</summary>
    Task<Outcome<VaultKeyStored>> OfferVaultKeyAsync(AccountId account, string deviceId, OfferVaultKey offer, CancellationToken ct);
}

/// <summary>Where finished jobs leave their figures in the profile.</summary>
public interface IItemStatistics
{
    /// <summary>
    /// Writes SourceConfig.Statistics (LastStartTime, LastBackupJob and, when successful, LastSuccessfulBackupJob) and, when known, the
    /// vault's ClientProvidedSize. Does not change the profile's hash. Nothing happens when item or account are gone.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="itemId">Protected Item.</param>
    /// <param name="vaultId">Storage Vault.</param>
    /// <param name="jobJson">The job in the contract's names (BackupJobDetail), UTF-8 JSON.</param>
    /// <param name="status">The job's status.</param>
    /// <param name="startTime">Unix seconds UTC.</param>
    /// <param name="vaultBytes">Bytes in the vault after the job; null when unknown.</param>
    /// <param name="ct">Cancels the wait, not the write.</param>
    Task RecordAsync(AccountId account, string itemId, string vaultId, byte[] jobJson, int status, long startTime, long? vaultBytes, CancellationToken ct);
}
