using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comet.Blazor.Kernel;

/// <summary>Forgiving reads of contract fields: an absent, null or oddly typed field reads as its zero value, as in the contract's SDKs.</summary>
public static class JsonReading
{
    /// <summary>The text, or "".</summary>
    public static string Text(this JsonObject at, string name) =>
        at[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>The truth value, or false.</summary>
    public static bool Flag(this JsonObject at, string name) =>
        at[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>The whole number, or 0.</summary>
    public static long Number(this JsonObject at, string name) => at[name] switch
    {
        JsonValue value when value.TryGetValue<long>(out var number) => number,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => 0,
    };

    /// <summary>The object for reading; an empty one of its own when absent.</summary>
    public static JsonObject Map(this JsonObject at, string name) => at[name] as JsonObject ?? [];

    /// <summary>The object for changing; put there when absent.</summary>
    public static JsonObject MapForWrite(this JsonObject at, string name)
    {
        if (at[name] is not JsonObject map)
        {
            map = [];
            at[name] = map;
        }

        return map;
    }

    /// <summary>The objects of a map with their keys; other values are left out.</summary>
    public static IEnumerable<KeyValuePair<string, JsonObject>> Entries(this JsonObject at, string name) =>
        from pair in at.Map(name) where pair.Value is JsonObject select KeyValuePair.Create(pair.Key, (JsonObject)pair.Value!);

    /// <summary>The texts of an array; other values are left out.</summary>
    public static string[] Texts(this JsonObject at, string name) => at[name] is not JsonArray array ? []
        : [.. array.OfType<JsonValue>().Select(static v => v.TryGetValue<string>(out var text) ? text : null).OfType<string>()];

    /// <summary>The whole numbers of an array; other values are left out.</summary>
    public static IReadOnlySet<long> Numbers(this JsonObject at, string name) => at[name] is not JsonArray array ? new HashSet<long>()
        : array.OfType<JsonValue>().Select(static v => v.TryGetValue<long>(out var number) ? number : v.TryGetValue<int>(out var small) ? small : (long?)null)
            .OfType<long>().ToHashSet();

    /// <summary>The text, or "".</summary>
    public static string Text(this JsonElement at, string name) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>The truth value, or false.</summary>
    public static bool Flag(this JsonElement at, string name) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The whole number, or 0.</summary>
    public static long Number(this JsonElement at, string name) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number) ? number : 0;

    /// <summary>The field, or an undefined element whose fields all read as zero.</summary>
    public static JsonElement At(this JsonElement at, string name) =>
        at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The objects of a map with their keys; other values are left out.</summary>
    public static IEnumerable<(string Key, JsonElement Value)> Entries(this JsonElement at, string name)
    {
        var map = at.At(name);
        return map.ValueKind != JsonValueKind.Object ? []
            : map.EnumerateObject().Where(static p => p.Value.ValueKind == JsonValueKind.Object).Select(static p => (p.Name, p.Value));
    }

    /// <summary>The texts of an array; other values are left out.</summary>
    public static string[] Texts(this JsonElement at, string name)
    {
        var array = at.At(name);
        return array.ValueKind != JsonValueKind.Array ? []
            : [.. array.EnumerateArray().Where(static v => v.ValueKind == JsonValueKind.String).Select(static v => v.GetString()!)];
    }
}
