using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>The limit of all Protected Items together (spec/01 §2.1) as a device gets it, with what stands beside it.</summary>
public static class DeviceQuota
{
    /// <summary>For one device; null when the account has no such limit.</summary>
    /// <param name="account">The account.</param>
    /// <param name="deviceId">The device, whose own items are told one by one.</param>
    public static AgentQuota? For(AccountEntry account, string deviceId)
    {
        if (account.Facts.Quota is not { } limit)
        {
            return null;
        }

        var others = account.Items.Where(i => i.Ref.DeviceId != deviceId).Aggregate(0L, static (sum, i) => Math.Min(sum + Bytes(i), AgentQuota.Most));
        return new AgentQuota(Math.Max(0, limit), others, account.Items.Where(i => i.Ref.DeviceId == deviceId).ToDictionary(static i => i.Ref.Id, Bytes, StringComparer.Ordinal));
    }

    private static long Bytes(ItemEntry item) => Math.Clamp(item.Size ?? 0, 0, AgentQuota.Most);
}
