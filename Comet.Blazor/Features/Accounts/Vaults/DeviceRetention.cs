using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>
/// The retention rules of a profile as devices get them: for each vault its own policy, and those of items that override it, whichever device they
/// belong to (spec/01 §5.5). A policy of the account may replace the vaults' rules (spec/01 §4.3).
/// </summary>
public static class DeviceRetention
{
    /// <summary>For every vault that the device may use.</summary>
    public static AgentRetention[] For(JsonObject profile, string deviceId)
    {
        var policy = profile.Map("Policy");
        var enforced = policy.Flag("EnforceStorageVaultRetention") ? Rules(policy.Map("DefaultStorageVaultRetention")) : null;
        return
        [
            .. profile.Entries("Destinations").Where(v => AccountDocument.VaultServes(v.Value, deviceId)).Select(v => new AgentRetention(
                v.Key,
                enforced?.DeepClone() as JsonObject ?? Rules(v.Value.Map("DefaultRetention")),
                Overrides(profile, v.Key))),
        ];
    }

    private static Dictionary<string, JsonObject> Overrides(JsonObject profile, string vaultId) => profile.Entries("Sources")
        .Where(i => i.Value.Map("OverrideDestinationRetention")[vaultId] is JsonObject)
        .ToDictionary(static i => i.Key, i => Rules(i.Value.Map("OverrideDestinationRetention").Map(vaultId)), StringComparer.Ordinal);

    private static JsonObject Rules(JsonObject of) => RetentionPolicy.Read(of).Write();
}
