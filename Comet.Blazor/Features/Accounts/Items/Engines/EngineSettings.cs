using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items.Engines;

/// <summary>Reads and writes the engine's settings of a Protected Item, the contract's EngineProps: keys and texts, where any suffix makes a key of a list unique (spec/01 §5.1).</summary>
public static class EngineSettings
{
    /// <summary>The texts whose keys begin so, in the order of the numbers that follow.</summary>
    public static string[] List(this JsonObject props, string prefix) => [.. Keys(props, prefix).Select(key => props.Text(key))];

    /// <summary>Replaces the list; other keys, and a list that holds the same already, stay as they are.</summary>
    public static void SetList(this JsonObject props, string prefix, IReadOnlyList<string> values)
    {
        if (List(props, prefix).SequenceEqual(values, StringComparer.Ordinal))
        {
            return;
        }

        foreach (var key in Keys(props, prefix))
        {
            props.Remove(key);
        }

        for (var i = 0; i < values.Count; i++)
        {
            props[prefix + i] = values[i];
        }
    }

    /// <summary>Sets a text; an empty one takes the key away.</summary>
    public static void SetText(this JsonObject props, string key, string value)
    {
        if (value.Length == 0)
        {
            props.Remove(key);
        }
        else
        {
            props[key] = value;
        }
    }

    /// <summary>Sets a flag that counts by being there.</summary>
    public static void SetPresent(this JsonObject props, string key, bool present)
    {
        if (!present)
        {
            props.Remove(key);
        }
        else if (!props.ContainsKey(key))
        {
            props[key] = "1";
        }
    }

    /// <summary>The keys that begin so, in the order of the numbers that follow, then by themselves.</summary>
    public static string[] Keys(JsonObject props, string prefix) =>
    [
        .. props.Select(static p => p.Key).Where(k => k.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(k => int.TryParse(k.AsSpan(prefix.Length), out var n) ? n : int.MaxValue).ThenBy(static k => k, StringComparer.Ordinal),
    ];
}
