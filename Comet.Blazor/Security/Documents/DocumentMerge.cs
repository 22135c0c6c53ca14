using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.Documents;

/// <summary>Who changed a field since both began with the same document.</summary>
public enum MergeSide
{
    /// <summary>Only the other person.</summary>
    Theirs,

    /// <summary>Only this person.</summary>
    Mine,

    /// <summary>Both, to the same value.</summary>
    Same,

    /// <summary>Both, to different values: whoever saves last wins.</summary>
    Clash,
}

/// <summary>One field that at least one of two people changed. Texts are JSON, except those of secrets, which are null.</summary>
/// <param name="Path">Such as "Devices.6b2e….FriendlyName".</param>
/// <param name="Began">What it was when both began; null when it was not there.</param>
/// <param name="Theirs">What the other person left there; null when it is not there.</param>
/// <param name="Mine">What this person has there; null when it is not there.</param>
/// <param name="Side">Who changed it.</param>
/// <param name="IsSecret">The values are not told.</param>
public sealed record MergeLine(string Path, string? Began, string? Theirs, string? Mine, MergeSide Side, bool IsSecret);

/// <summary>What two people made of one document.</summary>
/// <param name="Merged">The other person's document with this person's changes put on top.</param>
/// <param name="Lines">Every field that one of them changed, in the order of the fields.</param>
public sealed record MergeResult(JsonObject Merged, IReadOnlyList<MergeLine> Lines)
{
    /// <summary>Fields that both changed to different values.</summary>
    public int Clashes => Lines.Count(static l => l.Side == MergeSide.Clash);
}

/// <summary>
/// Compares what two people made of the same document, so that the one who saves last sees what the other did and can do his own changes again. Objects
/// are compared field by field; lists and values are taken whole. Nothing is written.
/// </summary>
public static class DocumentMerge
{
    private const int LongestText = 400;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // never put into a page unescaped

    /// <summary>Merges. The three documents stay as they are.</summary>
    /// <param name="began">What both began with.</param>
    /// <param name="theirs">What stands now.</param>
    /// <param name="mine">What this person has.</param>
    public static MergeResult Of(JsonObject began, JsonObject theirs, JsonObject mine)
    {
        List<MergeLine> lines = [];
        var merged = Objects("", began, theirs, mine, secret: false, lines);
        return new MergeResult(merged, lines);
    }

    private static JsonObject Objects(string path, JsonObject? began, JsonObject theirs, JsonObject mine, bool secret, List<MergeLine> lines)
    {
        var merged = new JsonObject();
        foreach (var name in theirs.Select(static p => p.Key).Concat(mine.Select(static p => p.Key)).Concat((began ?? []).Select(static p => p.Key)).Distinct(StringComparer.Ordinal))
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            var result = Fields(at, Field.Of(began, name), Field.Of(theirs, name), Field.Of(mine, name), secret || AuditSecrets.IsSecret(name), lines);
            if (result.IsThere)
            {
                merged[name] = result.Value?.DeepClone();
            }
        }

        return merged;
    }

    private static Field Fields(string path, Field began, Field theirs, Field mine, bool secret, List<MergeLine> lines)
    {
        var (changedByMe, changedByThem) = (!mine.Equals(began), !theirs.Equals(began));
        if (!changedByMe && !changedByThem)
        {
            return theirs;
        }

        if (!secret && theirs.Value is JsonObject t && mine.Value is JsonObject m)
        {
            return new Field(true, Objects(path, began.Value as JsonObject, t, m, secret, lines));
        }

        var side = !changedByMe ? MergeSide.Theirs : !changedByThem ? MergeSide.Mine : theirs.Equals(mine) ? MergeSide.Same : MergeSide.Clash;
        lines.Add(new MergeLine(path, secret ? null : began.Text, secret ? null : theirs.Text, secret ? null : mine.Text, side, secret));
        return changedByMe ? mine : theirs;
    }

    /// <summary>A field of a document; what is not there is something else than null.</summary>
    private sealed record Field(bool IsThere, JsonNode? Value)
    {
        public string? Text
        {
            get
            {
                if (!IsThere)
                {
                    return null;
                }

                var text = Value?.ToJsonString(Readable) ?? "null";
                return AuditSecrets.WithoutCredentials(text.Length > LongestText ? $"{text[..LongestText]}… ({text.Length} characters)" : text);
            }
        }

        public static Field Of(JsonObject? at, string name) => at is not null && at.TryGetPropertyValue(name, out var value) ? new Field(true, value) : new Field(false, null);

        public bool Equals(Field? other) => other is not null && IsThere == other.IsThere && JsonNode.DeepEquals(Value, other.Value);

        public override int GetHashCode() => IsThere ? 1 : 0;
    }
}
