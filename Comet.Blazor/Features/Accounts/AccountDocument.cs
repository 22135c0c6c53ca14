using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts;

/// <summary>
/// One account: its stable id and its profile (contract: UserProfileConfig), the one truth about it (decisions.md 9). Typed access to the
/// fields that the server itself works with; everything else stays in <see cref="Root"/> as it came.
/// </summary>
/// <param name="id">The account's id.</param>
/// <param name="root">The profile. Belongs to this instance.</param>
public sealed class AccountDocument(AccountId id, JsonObject root)
{
    /// <summary>The stable id.</summary>
    public AccountId Id { get; } = id;

    /// <summary>The profile in the contract's names.</summary>
    public JsonObject Root { get; } = root;

    /// <summary>The account's name.</summary>
    public string Username
    {
        get => Root.Text("Username");
        set => Root["Username"] = value;
    }

    /// <summary>Free text.</summary>
    public string AccountName
    {
        get => Root.Text("AccountName");
        set => Root["AccountName"] = value;
    }

    /// <summary>True when nobody may sign in or act (spec/01 §2.1).</summary>
    public bool IsSuspended => Root.Flag("IsSuspended");

    /// <summary>How many devices may register; 0 for any number.</summary>
    public long MaximumDevices => Root.Number("MaximumDevices");

    /// <summary>What proves the password; see <see cref="Passwords.PasswordRecord"/>.</summary>
    public string PasswordHash => Root.Text("PasswordHash");

    /// <summary>Format of <see cref="PasswordHash"/>.</summary>
    public long PasswordFormat => Root.Number("PasswordFormat");

    /// <summary>Not empty when an administrator may reset the password (spec/01 §2.2).</summary>
    public string PasswordRecovery => Root.Text("PasswordRecovery");

    /// <summary>The devices (DeviceConfig) by id.</summary>
    public JsonObject Devices => Root.MapForWrite("Devices");

    /// <summary>The Protected Items (SourceConfig) by id.</summary>
    public JsonObject Items => Root.MapForWrite("Sources");

    /// <summary>The Storage Vaults (DestinationConfig) by id.</summary>
    public JsonObject Vaults => Root.MapForWrite("Destinations");

    /// <summary>The backup rules (BackupRuleConfig) by id.</summary>
    public JsonObject Rules => Root.MapForWrite("BackupRules");

    /// <summary>The Protected Item, or null.</summary>
    public JsonObject? Item(string itemId) => Items[itemId] as JsonObject;

    /// <summary>The Storage Vault, or null.</summary>
    public JsonObject? Vault(string vaultId) => Vaults[vaultId] as JsonObject;

    /// <summary>True when the vault may be used by the device: no association means every device.</summary>
    public static bool VaultServes(JsonObject vault, string deviceId) =>
        vault.Texts("AssociatedDevices") is not { Length: > 0 } only || only.Contains(deviceId, StringComparer.Ordinal);

    /// <summary>Removes a Protected Item and the backup rules that start from it.</summary>
    public void RemoveItem(string itemId)
    {
        Items.Remove(itemId);
        foreach (var rule in Root.Entries("BackupRules").Where(r => r.Value.Text("Source") == itemId).Select(static r => r.Key).ToArray())
        {
            Rules.Remove(rule);
        }
    }
}
