using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>What one Protected Item takes of a vault. Bytes; each byte is in exactly one of the first three.</summary>
/// <param name="ItemId">Its id.</param>
/// <param name="Name">Its name; "unknown item" when the account has none of this id.</param>
/// <param name="Current">Needed by its latest backup and by no other item.</param>
/// <param name="Historic">Needed by its older backups alone, and by no other item.</param>
/// <param name="Shared">Needed by it and by other items too. Counted for each of them.</param>
public sealed record AnalysedItem(string ItemId, string Name, long Current, long Historic, long Shared)
{
    /// <summary>All that it needs.</summary>
    public long Total => Current + Historic + Shared;
}

/// <summary>
/// How the data of a Storage Vault is distributed (spec/01 §6.2), as the last retention pass measured it. Current, historic, shared, unreferenced and
/// untold add up to the total; the rows of items do not, because shared data is in several of them.
/// </summary>
/// <param name="Started">Unix seconds UTC when the measurement began.</param>
/// <param name="Completed">Unix seconds UTC when it ended.</param>
public sealed record VaultAnalysis(long Started, long Completed)
{
    /// <summary>The name of an item that the account does not have any more.</summary>
    public const string UnknownItem = "unknown item";

    private const string CurrentUse = "/CURRENT";
    private const string HistoricUse = "/HISTORIC";

    /// <summary>Bytes needed by one item's latest backup.</summary>
    public long Current { get; private init; }

    /// <summary>Bytes needed by one item's older backups alone.</summary>
    public long Historic { get; private init; }

    /// <summary>Bytes needed by several items.</summary>
    public long Shared { get; private init; }

    /// <summary>Bytes that no backup needs; freed by the next retention pass.</summary>
    public long Unreferenced { get; private init; }

    /// <summary>Bytes whose users were too many combinations to tell apart (TRUNCATED).</summary>
    public long Untold { get; private init; }

    /// <summary>What each item takes, the largest first.</summary>
    public IReadOnlyList<AnalysedItem> Items { get; private init; } = [];

    /// <summary>All bytes in the vault.</summary>
    public long Total => Current + Historic + Shared + Unreferenced + Untold;

    /// <summary>Bytes that are not stored because items share them.</summary>
    public long Saved => Items.Sum(static i => i.Shared) - Shared;

    /// <summary>Reads the analysis of a vault out of its profile; null when there is none.</summary>
    /// <param name="profile">The profile, for the names of items.</param>
    /// <param name="vaultId">The vault.</param>
    public static VaultAnalysis? Of(JsonObject profile, string vaultId)
    {
        var content = profile.Map("Destinations").Map(vaultId).Map("Statistics").Map("ClientProvidedContent");
        return From(content, id => NameOf(profile, id));
    }

    /// <summary>Reads a ContentMeasurement; null when nothing was measured.</summary>
    public static VaultAnalysis? From(JsonObject content, Func<string, string> nameOf)
    {
        if (content.Number("MeasureCompleted") <= 0 || content["Components"] is not JsonArray { Count: > 0 } components)
        {
            return null;
        }

        var (current, historic, shared, unreferenced, untold) = (0L, 0L, 0L, 0L, 0L);
        var rows = new Dictionary<string, (long Current, long Historic, long Shared)>(StringComparer.Ordinal);
        foreach (var component in components.OfType<JsonObject>())
        {
            var bytes = Math.Max(component.Number("Bytes"), 0);
            string[] uses = [.. component.Texts("UsedBy").Where(static u => u.Length > 0)];
            string[] items = [.. uses.Select(ItemOf).Distinct(StringComparer.Ordinal)];
            if (uses.Length == 0)
            {
                unreferenced += bytes;
            }
            else if (uses.Any(static u => u.StartsWith("TRUNCATED/", StringComparison.Ordinal)))
            {
                untold += bytes;
            }
            else if (items.Length > 1)
            {
                shared += bytes;
                foreach (var item in items)
                {
                    var row = rows.GetValueOrDefault(item);
                    rows[item] = row with { Shared = row.Shared + bytes };
                }
            }
            else
            {
                var isCurrent = uses.Any(static u => u.EndsWith(CurrentUse, StringComparison.Ordinal));
                (current, historic) = isCurrent ? (current + bytes, historic) : (current, historic + bytes);
                var row = rows.GetValueOrDefault(items[0]);
                rows[items[0]] = isCurrent ? row with { Current = row.Current + bytes } : row with { Historic = row.Historic + bytes };
            }
        }

        return new VaultAnalysis(content.Number("MeasureStarted"), content.Number("MeasureCompleted"))
        {
            Current = current, Historic = historic, Shared = shared, Unreferenced = unreferenced, Untold = untold,
            Items =
            [
                .. rows.Select(r => new AnalysedItem(r.Key, nameOf(r.Key), r.Value.Current, r.Value.Historic, r.Value.Shared))
                    .OrderByDescending(static i => i.Total).ThenBy(static i => i.Name, StringComparer.OrdinalIgnoreCase),
            ],
        };
    }

    private static string ItemOf(string use) =>
        use.EndsWith(CurrentUse, StringComparison.Ordinal) ? use[..^CurrentUse.Length] : use.EndsWith(HistoricUse, StringComparison.Ordinal) ? use[..^HistoricUse.Length] : use;

    private static string NameOf(JsonObject profile, string itemId)
    {
        var item = profile.Map("Sources")[itemId] as JsonObject
            ?? profile.Entries("Devices").Select(d => d.Value.Map("Sources")[itemId] as JsonObject).FirstOrDefault(static i => i is not null);
        return item is null ? UnknownItem : item.Text("Description") is { Length: > 0 } name ? name : itemId;
    }
}
