namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>Addresses of the pages of accounts.</summary>
public static class AccountRoutes
{
    /// <summary>All users.</summary>
    public const string Users = "/users";

    /// <summary>One user; <paramref name="tab"/> as in the address: profile, devices, items, vaults, jobs.</summary>
    public static string User(string username, string tab = "profile") => $"/users/{Uri.EscapeDataString(username)}/{tab}";

    /// <summary>One user's profile as text.</summary>
    public static string Raw(string username) => $"/users/{Uri.EscapeDataString(username)}/raw";

    /// <summary>The editor of a Protected Item.</summary>
    public static string Item(string username, string itemId) => $"/users/{Uri.EscapeDataString(username)}/items/{Uri.EscapeDataString(itemId)}";

    /// <summary>The editor of a new Protected Item, for this device when named.</summary>
    public static string NewItem(string username, string? deviceId = null) => Item(username, "new") + (deviceId is null ? "" : "?device=" + Uri.EscapeDataString(deviceId));

    /// <summary>The editor of a Storage Vault; "new" for a new one.</summary>
    public static string Vault(string username, string vaultId) => $"/users/{Uri.EscapeDataString(username)}/vaults/{Uri.EscapeDataString(vaultId)}";

    /// <summary>How the data of a Storage Vault is distributed.</summary>
    public static string Analysis(string username, string vaultId) => Vault(username, vaultId) + "/analysis";
}
