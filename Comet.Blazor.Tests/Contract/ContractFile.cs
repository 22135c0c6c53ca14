using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Comet.Blazor.Tests.Contract;

/// <summary>The machine-readable contract of the API, beside this file.</summary>
public static class ContractFile
{
    private static readonly Lazy<Dictionary<string, Dictionary<string, (string Type, bool Optional)>>> Structs = new(Load);

    /// <summary>The struct's fields by JSON name: type, and whether it may be left out.</summary>
    public static IReadOnlyDictionary<string, (string Type, bool Optional)> Struct(string name) => Structs.Value[name];

    /// <summary>True when the contract has a struct of this name.</summary>
    public static bool IsStruct(string name) => Structs.Value.ContainsKey(name);

    /// <summary>
    /// Every difference between a value and a struct: names that the contract does not know, names that must not be left out, at every level.
    /// </summary>
    public static IEnumerable<string> Differences(JsonElement value, string type, string path = "")
    {
        if (value.ValueKind == JsonValueKind.Object && Structs.Value.TryGetValue(type, out var fields))
        {
            return [
                .. value.EnumerateObject().SelectMany(p => fields.TryGetValue(p.Name, out var f) ? Differences(p.Value, f.Type, $"{path}.{p.Name}") : [$"{path}.{p.Name} is not in {type}"]),
                .. fields.Where(f => !f.Value.Optional && !value.TryGetProperty(f.Key, out _)).Select(f => $"{path}.{f.Key} of {type} is missing"),
            ];
        }

        return type switch
        {
            "[]byte" => value.ValueKind == JsonValueKind.String ? [] : [$"{path} is no base64 text"],
            _ when type.StartsWith("[]", StringComparison.Ordinal) => value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().SelectMany((v, i) => Differences(v, type[2..], $"{path}[{i}]")) : [$"{path} is no array"],
            _ when type.StartsWith("map[", StringComparison.Ordinal) => value.ValueKind == JsonValueKind.Object
                ? value.EnumerateObject().SelectMany(p => Differences(p.Value, type[(type.IndexOf(']') + 1)..], $"{path}[{p.Name}]")) : [$"{path} is no map"],
            "string" => value.ValueKind == JsonValueKind.String ? [] : [$"{path} is no text"],
            "bool" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? [] : [$"{path} is no truth value"],
            _ when Structs.Value.ContainsKey(type) => [$"{path} is no object"],
            _ => value.ValueKind is JsonValueKind.Number or JsonValueKind.String ? [] : [$"{path} is no {type}"],
        };
    }

    private static Dictionary<string, Dictionary<string, (string Type, bool Optional)>> Load()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(), "api-contract.json")));
        return file.RootElement.GetProperty("structs").EnumerateArray().ToDictionary(
            static s => s.GetProperty("name").GetString()!,
            static s => s.GetProperty("fields").EnumerateArray().ToDictionary(
                static f => f.GetProperty("json").GetString()!,
                static f => (f.GetProperty("type").GetString()!, f.TryGetProperty("omitempty", out var o) && o.GetBoolean())));
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
