using System.Text.Json.Nodes;

namespace Comet.Blazor.Security.Audit;

/// <summary>
/// A document before and after. Only what differs is stored, field by field, and of a secret only that it changed. The nodes are read while
/// the event is being recorded and not kept: hand over documents that nobody changes meanwhile.
/// </summary>
/// <param name="Before">Null for something new.</param>
/// <param name="After">Null for something deleted.</param>
public sealed record AuditChange(JsonNode? Before, JsonNode? After)
{
    /// <summary>One field of which only the new value is known or matters.</summary>
    public static AuditChange Field(string name, JsonNode? before, JsonNode? after) =>
        new(new JsonObject { [name] = before?.DeepClone() }, new JsonObject { [name] = after?.DeepClone() });

    /// <summary>What differs.</summary>
    public IReadOnlyList<AuditDifference> Differences() => AuditDifferences.Of(Before, After);
}

/// <summary>One field that differs.</summary>
/// <param name="Path">Such as "Destinations.6b2e….StorageLimitBytes".</param>
/// <param name="Before">Its JSON before; null when it was not there, or is a secret.</param>
/// <param name="After">Its JSON afterwards; null when it is not there any more, or is a secret.</param>
/// <param name="Secret">For a secret: "set", "changed" or "removed"; else null.</param>
public sealed record AuditDifference(string Path, string? Before, string? After, string? Secret = null);
