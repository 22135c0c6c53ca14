using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>What counts as a change of a part of a profile.</summary>
internal static class ProfileChange
{
    private static readonly FrozenSet<string> ServerWritten = new[] { "Statistics", "ModifyTime" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when a person has changed a field; what the server itself writes does not count.</summary>
    public static bool IsChanged(JsonObject old, JsonObject now) => Names(old, now).Any(n => !ServerWritten.Contains(n) && !Same(old[n], now[n]));

    /// <summary>True when both say the same: a list or map that is absent, null or empty does.</summary>
    public static bool Same(JsonNode? a, JsonNode? b) => JsonNode.DeepEquals(a, b) || (IsNothing(a) && IsNothing(b));

    /// <summary>The fields of both.</summary>
    public static IEnumerable<string> Names(JsonObject a, JsonObject b) => a.Select(static p => p.Key).Union(b.Select(static p => p.Key), StringComparer.Ordinal);

    private static bool IsNothing(JsonNode? at) => at is null or JsonArray { Count: 0 } or JsonObject { Count: 0 };
}
