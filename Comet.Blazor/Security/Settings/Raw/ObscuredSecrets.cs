using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.Settings.Raw;

/// <summary>
/// Replaces the secrets of a settings document by marks, and marks by their secrets again (spec/04 §7). A mark stands for its secret only in
/// fields of the same name: an entry can be moved or copied with it, but no secret can be brought into a field that is shown.
/// </summary>
public sealed partial class ObscuredSecrets
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32); // marks mean nothing to another process

    /// <summary>A copy in which each secret text is a mark such as "(unchanged 3f9ac04be1d27a55)".</summary>
    public JsonObject Obscure(JsonObject settings)
    {
        var copy = (JsonObject)settings.DeepClone();
        Walk(copy, "", false, (field, text, secret) => secret && text.Length > 0 ? Mark(field, text) : null);
        return copy;
    }

    /// <summary>A copy of what a person wrote, with the secrets of the current settings where their marks stand.</summary>
    /// <param name="written">With marks.</param>
    /// <param name="current">With the secrets.</param>
    public Outcome<JsonObject> Restore(JsonObject written, JsonObject current)
    {
        var secrets = new Dictionary<(string Field, string Mark), string>();
        Walk((JsonObject)current.DeepClone(), "", false, (field, text, secret) =>
        {
            if (secret && text.Length > 0)
            {
                secrets[(field, Mark(field, text))] = text;
            }

            return null;
        });
        string? unknown = null;
        var copy = (JsonObject)written.DeepClone();
        Walk(copy, "", false, (field, text, _) =>
        {
            if (!IsMark().IsMatch(text))
            {
                return null;
            }

            if (secrets.TryGetValue((field, text), out var kept))
            {
                return kept;
            }

            unknown ??= field;
            return null;
        });
        return unknown is null ? copy : Outcome.Invalid($"The mark “(unchanged …)” under {unknown} does not stand for a secret of this field. Write the secret itself there.");
    }

    private string Mark(string field, string text) =>
        $"(unchanged {Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{field}\n{text}")).AsSpan(0, 8))})";

    /// <summary>Visits all texts with the name of their field; within a field that is secret as a whole, with its name before.</summary>
    private static void Walk(JsonNode node, string field, bool secret, Func<string, string, bool, string?> visit)
    {
        IEnumerable<(string Field, bool Secret, JsonNode? Child, Action<JsonNode> Put)> children = node switch
        {
            JsonObject fields => fields.Select(p => (
                secret ? $"{field}/{p.Key}" : p.Key, secret || AuditSecrets.IsSecret(p.Key), p.Value, (Action<JsonNode>)(v => fields[p.Key] = v))).ToList(),
            JsonArray list => list.Select((child, i) => (field, secret, child, (Action<JsonNode>)(v => list[i] = v))).ToList(),
            _ => [],
        };
        foreach (var (name, isSecret, child, put) in children)
        {
            if (child is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            {
                var text = value.GetValue<string>();
                if (visit(name, text, isSecret || AuditSecrets.WithoutCredentials(text) != text) is { } other)
                {
                    put(JsonValue.Create(other));
                }
            }
            else if (child is not null)
            {
                Walk(child, name, isSecret, visit);
            }
        }
    }

    [GeneratedRegex(@"^\(unchanged [0-9a-f]{16}\)$")]
    private static partial Regex IsMark();
}
