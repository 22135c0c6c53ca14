namespace Comet.Blazor.Wire.Retention;

/// <summary>Which snapshots of a whole Storage Vault stay: each Protected Item by its own, under the policy that counts for it (spec/01 §5.5).</summary>
public static class VaultRetention
{
    /// <summary>All snapshots of a vault, item by item, each with what happens to it and why.</summary>
    /// <param name="snapshots">The snapshots; those of an unknown item are judged together with the others of the same id, under the vault's policy.</param>
    /// <param name="policy">The vault's policy.</param>
    /// <param name="overrides">By item id: policies that beat the vault's.</param>
    /// <param name="now">Unix seconds UTC.</param>
    /// <param name="zone">The zone whose calendar counts.</param>
    public static IReadOnlyList<RetentionVerdict> Judge(
        IEnumerable<RetentionSnapshot> snapshots, RetentionPolicy policy, IReadOnlyDictionary<string, RetentionPolicy> overrides, long now, TimeZoneInfo zone) =>
        [
            .. snapshots.GroupBy(static s => s.ItemId, StringComparer.Ordinal)
                .SelectMany(item => RetentionRules.Judge(item, overrides.GetValueOrDefault(item.Key, policy), now, zone)),
        ];
}
