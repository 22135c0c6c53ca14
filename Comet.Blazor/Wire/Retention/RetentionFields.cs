using System.Text.Json.Nodes;

namespace Comet.Blazor.Wire.Retention;

/// <summary>Reads and writes fields of the contract without losing those of newer versions.</summary>
internal static class RetentionFields
{
    /// <summary>The whole number, or 0.</summary>
    public static long Number(JsonObject json, string name) => json[name] switch
    {
        JsonValue value when value.TryGetValue<long>(out var number) => number,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => 0,
    };

    /// <summary>Copies of the other fields; null when there are none.</summary>
    public static JsonObject? Others(JsonObject json, string[] own)
    {
        var others = new JsonObject(json.Where(p => !own.Contains(p.Key, StringComparer.Ordinal)).Select(static p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        return others.Count > 0 ? others : null;
    }

    /// <summary>Puts copies of other fields back.</summary>
    public static void Add(JsonObject json, JsonObject? others)
    {
        foreach (var (name, value) in others ?? [])
        {
            json[name] = value?.DeepClone();
        }
    }
}
