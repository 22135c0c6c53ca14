using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>What other features may know of an account.</summary>
/// <param name="Id">Stable id.</param>
/// <param name="Username">Its name now.</param>
/// <param name="AccountName">Free text.</param>
/// <param name="OrganizationId">Empty for the top level.</param>
/// <param name="IsSuspended">No sign-in, no actions (spec/01 §2.1): of itself, or with its whole organization.</param>
public sealed record AccountRef(AccountId Id, string Username, string AccountName, string OrganizationId, bool IsSuspended)
{
    /// <summary>Its whole organization is suspended.</summary>
    public bool WithOrganization { get; init; }
}

/// <summary>Names behind ids, answered from memory.</summary>
public interface IAccountDirectory
{
    /// <summary>Rings when an account was added, changed or removed.</summary>
    LiveSignal Changed { get; }

    /// <summary>All accounts, in no order.</summary>
    IReadOnlyCollection<AccountRef> All { get; }

    /// <summary>The account with this id, or null.</summary>
    AccountRef? Find(AccountId id);

    /// <summary>The account with this name, case-sensitive, or null.</summary>
    AccountRef? FindByName(string username);

    /// <summary>Friendly name of a device; the id when unknown.</summary>
    string DeviceName(AccountId account, string deviceId);

    /// <summary>True when the account has this device.</summary>
    bool HasDevice(AccountId account, string deviceId);

    /// <summary>The Protected Items and Storage Vaults of an account.</summary>
    IReadOnlyList<ItemRef> Items(AccountId account);

    /// <summary>The Storage Vaults of an account.</summary>
    IReadOnlyList<VaultRef> Vaults(AccountId account);
}

/// <summary>A Protected Item, as other features see it.</summary>
/// <param name="Id">Key in the profile.</param>
/// <param name="Name">Its description.</param>
/// <param name="DeviceId">The device it belongs to.</param>
/// <param name="Engine">Such as engine1/file.</param>
public sealed record ItemRef(string Id, string Name, string DeviceId, string Engine);

/// <summary>A Storage Vault, as other features see it.</summary>
/// <param name="Id">Key in the profile.</param>
/// <param name="Name">Its description.</param>
/// <param name="Type">DESTINATIONTYPE; 1003 is a Storage Role bucket.</param>
/// <param name="Bucket">Bucket id for type 1003.</param>
/// <param name="Devices">Devices that may use it; empty for all.</param>
public sealed record VaultRef(string Id, string Name, int Type, string Bucket, IReadOnlyList<string> Devices)
{
    /// <summary>True when the device may use it.</summary>
    public bool Serves(string deviceId) => Devices.Count == 0 || Devices.Contains(deviceId);
}

/// <summary>Counts over all accounts.</summary>
public interface IAccountFigures
{
    /// <summary>Devices registered with the accounts that are the caller's business.</summary>
    int Devices(Actor by);
}
