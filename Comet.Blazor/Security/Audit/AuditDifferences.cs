using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comet.Blazor.Security.Audit;

/// <summary>Compares two documents down to their leaves.</summary>
public sealed class AuditDifferences
{
    /// <summary>Fields that are stored of one change; of a change of more it is said how many there were.</summary>
    public const int Most = 1_000;

    /// <summary>Characters of one value that are stored.</summary>
    public const int LongestValue = 4_000;

    private const int LongestPath = 500;
    private const int LongestNote = 30; // what is put behind a value that was cut
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // never put into a page unescaped
    private readonly List<AuditDifference> _found = [];
    private int _left;

    /// <summary>What differs between two documents, in the order of the fields; secrets without their values.</summary>
    public static IReadOnlyList<AuditDifference> Of(JsonNode? before, JsonNode? after)
    {
        var all = new AuditDifferences();
        all.Compare("", before, after, secret: false);
        if (all._left > 0)
        {
            all._found.Add(new AuditDifference($"and {all._left} more fields", null, null));
        }

        return all._found;
    }

    private static bool IsHarmless(JsonNode? node) => node is null || node.GetValueKind() is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number or JsonValueKind.Null;

    private static string? Text(JsonNode? node)
    {
        if (node is null)
        {
            return null;
        }

        var text = node is JsonValue && node.GetValueKind() == JsonValueKind.String
            ? JsonValue.Create(AuditSecrets.WithoutCredentials(node.GetValue<string>())).ToJsonString(Readable)
            : node.ToJsonString(Readable);
        return text.Length > LongestValue + LongestNote ? $"{AuditText.Clean(text, LongestValue)} ({text.Length} characters)" : text;
    }

    private void Compare(string path, JsonNode? before, JsonNode? after, bool secret)
    {
        if (secret && !(IsHarmless(before) && IsHarmless(after)))
        {
            if (!JsonNode.DeepEquals(before, after) && !(IsNothing(before) && IsNothing(after)))
            {
                Add(new AuditDifference(path, null, null, IsNothing(before) ? "set" : IsNothing(after) ? "removed" : "changed"));
            }
        }
        else if (before is not null && after is not null && before.GetValueKind() != after.GetValueKind() && !(before is JsonValue && after is JsonValue))
        {
            Compare(path, before, null, secret: false);
            Compare(path, null, after, secret: false);
        }
        else if (before is JsonObject || after is JsonObject)
        {
            CompareObjects(path, before as JsonObject, after as JsonObject);
        }
        else if (before is JsonArray || after is JsonArray)
        {
            CompareArrays(path, before as JsonArray ?? [], after as JsonArray ?? []);
        }
        else
        {
            Leaf(path, before, after);
        }
    }

    private static bool IsNothing(JsonNode? node) =>
        node is null || node.GetValueKind() is JsonValueKind.Null || (node.GetValueKind() is JsonValueKind.String && node.GetValue<string>().Length == 0);

    private void Leaf(string path, JsonNode? before, JsonNode? after)
    {
        if (!JsonNode.DeepEquals(before, after))
        {
            Add(new AuditDifference(path, Text(before), Text(after)));
        }
    }

    private void CompareObjects(string path, JsonObject? before, JsonObject? after)
    {
        var names = (before ?? []).Select(static p => p.Key).Concat((after ?? []).Select(static p => p.Key)).Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            Compare(path.Length == 0 ? name : $"{path}.{name}", before?[name], after?[name], AuditSecrets.IsSecret(name));
        }
    }

    /// <summary>What is the same at both ends is left out, so that one element more or less is one difference and not all that follow it.</summary>
    private void CompareArrays(string path, JsonArray before, JsonArray after)
    {
        var start = 0;
        while (start < before.Count && start < after.Count && JsonNode.DeepEquals(before[start], after[start]))
        {
            start++;
        }

        var end = 0;
        while (end < before.Count - start && end < after.Count - start && JsonNode.DeepEquals(before[^(end + 1)], after[^(end + 1)]))
        {
            end++;
        }

        for (var i = start; i < Math.Max(before.Count, after.Count) - end; i++)
        {
            Compare($"{path}[{i}]", i < before.Count - end ? before[i] : null, i < after.Count - end ? after[i] : null, secret: false);
        }
    }

    private void Add(AuditDifference difference)
    {
        if (_found.Count < Most)
        {
            _found.Add(difference.Path.Length > LongestPath ? difference with { Path = AuditText.Clean(difference.Path, LongestPath) } : difference);
        }
        else
        {
            _left++;
        }
    }
}
